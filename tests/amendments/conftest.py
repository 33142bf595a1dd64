from pathlib import Path

import pytest

from tests.amendments.world import Amended, amended
from tests.support.database import TestDatabase


@pytest.fixture
def town(database: TestDatabase, tmp_path: Path) -> Amended:
    """A published tender whose terms name two who may postpone it."""
    return amended(database, tmp_path)
