from pathlib import Path

import pytest

from tests.opening.world import World, make_world
from tests.support.database import TestDatabase
from tests.support.review import desk

__all__ = ["desk"]


@pytest.fixture
def world(database: TestDatabase, tmp_path: Path) -> World:
    """A tender that opens with one bid."""
    return make_world(database, tmp_path)


@pytest.fixture
def few(database: TestDatabase, tmp_path: Path) -> World:
    """A tender that needs three bids."""
    return make_world(database, tmp_path, minimum=3)
