from pathlib import Path

import pytest

from tests.opening.world import World, make_world
from tests.support.database import TestDatabase


@pytest.fixture
def world(database: TestDatabase, tmp_path: Path) -> World:
    """A tender that opens with one bid."""
    return make_world(database, tmp_path)
