"""Each manipulation is done, and the verdict names what was manipulated."""

from collections.abc import Callable

import pytest

from tests.manipulations import page
from tests.manipulations.catalogue import ALL, WHO, Manipulation
from tests.manipulations.scene import Scene

# Waits for longer than any promise lasts, tick by tick.
LONG = {"B7"}
ROWS = [
    pytest.param(
        row,
        id=f"{row.id}: {row.what}",
        marks=[pytest.mark.slow] if row.id in LONG else [],
    )
    for row in ALL
]


@pytest.mark.parametrize("row", ROWS)
def test_it_is_found(row: Manipulation, scene_at: Callable[[str], Scene]) -> None:
    scene = scene_at(row.at)
    named = row.do(scene)
    faults = [str(fault) for fault in scene.verdict().findings.faults]
    assert row.says.format(**named) in faults, faults


def test_there_are_enough_of_them_and_each_has_its_number() -> None:
    assert len({row.id for row in ALL}) == len(ALL) >= 40
    assert {row.who for row in ALL} == set(WHO)


def test_the_page_is_made_of_the_catalogue() -> None:
    assert page.PAGE.read_text("utf-8") == page.text(), "python -m tests.manipulations.page"
