"""Two implementations of one page: what one makes the other takes, what is bad both refuse."""

import pytest

from tests.bidder.world import World
from tests.frontend.good import Good
from tests.frontend.library import Library
from tests.frontend.ours import OPERATIONS


@pytest.fixture(scope="session")
def good(world: World, tmp_path_factory: pytest.TempPathFactory) -> Good:
    return Good(world, tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("op", OPERATIONS)
def test_both_take_what_is_good(op: str, browser: Library, good: Good) -> None:
    OPERATIONS[op](**good.arguments[op])
    browser.ask(op, **good.arguments[op])
