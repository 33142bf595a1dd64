"""The browser's library, built once, and a tender whose every key is real."""

from collections.abc import Iterator

import pytest

from tests.bidder.world import World
from tests.frontend import library
from tests.frontend.good import Good
from tests.frontend.library import Library, Unavailable


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    try:
        script = library.build(tmp_path_factory.mktemp("browser"))
    except Unavailable as reason:
        pytest.skip(f"the browser's library cannot be built here: {reason}")
    running = Library(script)
    yield running
    running.close()


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def good(world: World, tmp_path_factory: pytest.TempPathFactory) -> Good:
    return Good(world, tmp_path_factory.mktemp("good"))
