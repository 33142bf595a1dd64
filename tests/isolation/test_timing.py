"""Nobody tells by the clock how long answers take whether there are bids."""

import pytest

from tests.isolation import timing
from tests.isolation.installation import Installation

Worlds = tuple[Installation, Installation]
WARMED = 30


def test_answers_take_as_long_with_bids_as_without(two_worlds: Worlds) -> None:
    timing.samples(*two_worlds, WARMED)
    pairs = 150
    assert timing.auc(*timing.samples(*two_worlds, pairs)) <= timing.bound(pairs)


@pytest.mark.slow
def test_ten_thousand_answers_take_as_long(two_worlds: Worlds) -> None:
    timing.samples(*two_worlds, WARMED)
    assert timing.auc(*timing.samples(*two_worlds, 5_000)) <= timing.AUC


def test_the_classifier_sees_a_tenth() -> None:
    first = [1 + n % 10 / 100 for n in range(300)]
    assert timing.auc(first, [value * 1.1 for value in first]) > 0.9
    assert timing.auc(first, [value + 1e-9 for value in first[::-1]]) < timing.bound(300)
