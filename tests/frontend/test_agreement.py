"""Two implementations of one page: what one makes the other takes, what is bad both refuse."""

import pytest

from tests.frontend.bad import CASES, Bad
from tests.frontend.good import Good
from tests.frontend.library import Library, RefusedByBrowser
from tests.frontend.ours import OPERATIONS, REFUSALS


@pytest.mark.parametrize("op", OPERATIONS)
def test_both_take_what_is_good(op: str, browser: Library, good: Good) -> None:
    OPERATIONS[op](**good.arguments[op])
    browser.ask(op, **good.arguments[op])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.op}-{case.name}")
def test_both_refuse_what_is_bad(case: Bad, browser: Library, good: Good) -> None:
    arguments = case.make(good)
    with pytest.raises(REFUSALS):
        OPERATIONS[case.op](**arguments)
    with pytest.raises(RefusedByBrowser):
        browser.ask(case.op, **arguments)
