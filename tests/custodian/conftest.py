import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.custodian.world import World, build

# Journals sync to disk many times in each test; in memory that costs nothing.
MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as made:
        yield Path(made)


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    made = build(folder)
    yield made
    made.close()
