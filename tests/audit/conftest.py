import pytest

from tests.audit.world import World
from tests.support.database import TestDatabase


@pytest.fixture
def world(database: TestDatabase) -> World:
    return World(database)
