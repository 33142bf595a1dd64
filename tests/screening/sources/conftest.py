"""A registry beside the installation, and a key for people's identifiers."""

from pathlib import Path

import pytest

from sunseal.screening import person_ids
from sunseal.screening.person_ids import Ring
from tests.screening.sources.registry import certificates


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry's authority with both sides' certificates."""
    made = tmp_path_factory.mktemp("registry")
    certificates(made)
    return made


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return person_ids.rotate(tmp_path / "keys")
