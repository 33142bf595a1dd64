from collections.abc import Iterator

import pytest

from tests.supervision.world import World, make_world
from tests.support.database import TestDatabase, maker


@pytest.fixture(scope="module")
def shared(embedded, template) -> Iterator[World]:  # type: ignore[no-untyped-def]
    """One installation for all tests of a module, which keep to tenders and people of their own."""
    with maker(embedded, template) as make:
        yield make_world(make())


@pytest.fixture
def world(database: TestDatabase) -> World:
    return make_world(database)
