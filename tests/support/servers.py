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

MEMORY = Path("/dev/shm")
ENOUGH = 8 << 30  # bytes; the databases of one process of tests are measured at less than 2 GiB


@contextmanager
def scratch_folder(near: Path = Path("/tmp")) -> Iterator[Path]:
    """A folder that the servers' account can walk through, which pytest's own tmp_path bars."""
    folder = Path(tempfile.mkdtemp(prefix="sunseal-test-", dir=near))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def careless_servers() -> Iterator[Embedded]:
    """Servers whose data is thrown away: in memory, where copying a database of 1,700 files is
    measured at a tenth of the time, if the machine has it.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    with (
        scratch_folder(MEMORY if roomy else Path("/tmp")) as folder,
        Embedded(folder / "servers", durable=False) as servers,
    ):
        yield servers


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
    with careless_servers() as servers:
        yield servers
