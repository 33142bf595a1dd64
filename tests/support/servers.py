"""Real servers: one PostgreSQL and one Valkey for each test process, thrown away afterwards.

A process of pytest-xdist has its own, so that a test may kill them.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sunseal.embedded import Embedded, folders
from sunseal.embedded.owner import Owner


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that the servers' account can walk through, which pytest's own tmp_path bars."""
    folder = Path(tempfile.mkdtemp(prefix="sunseal-test-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def servers_root() -> Iterator[Path]:
    """Where a test that starts servers of its own may keep them."""
    with scratch_folder() as folder:
        root = folder / "servers"
        yield root
        # A launcher that was killed cleans nothing up.
        shutil.rmtree(folders.sockets_of(root, Owner.of_servers()))


@pytest.fixture(scope="session")
def embedded() -> Iterator[Embedded]:
    """Servers that are up; a test that stops one starts it again."""
    with scratch_folder() as folder, Embedded(folder / "servers", durable=False) as servers:
        yield servers
