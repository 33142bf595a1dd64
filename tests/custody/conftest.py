from collections.abc import Iterator

import pytest

from sunseal.settings import Settings
from tests.custody.world import World, custody_service, world_of
from tests.support.database import TestDatabase


@pytest.fixture
def world(database: TestDatabase, settings: Settings) -> Iterator[World]:
    """Three custodians, of whom two open."""
    with custody_service(database, settings, n=3, witnesses=1) as service:
        yield world_of(service)


@pytest.fixture
def wide_world(database: TestDatabase, settings: Settings) -> Iterator[World]:
    """Five custodians, of whom three open."""
    with custody_service(database, settings, n=5, witnesses=2) as service:
        yield world_of(service, threshold=3)
