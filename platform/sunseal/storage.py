"""Immutable objects under random names, on a local disk or in an S3-compatible store.

A name says nothing: no tender, no organization, no size. An object is durable before `put` returns,
so that a row which names it never commits first.
"""

import errno
import fcntl
import mmap
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.exceptions import NotFoundError as ObjectMissing
from obstore.store import LocalStore, ObjectStore, from_url

from sunseal.errors import Unavailable
from sunseal_crypto.streams import fill, write_all

if TYPE_CHECKING:
    from obstore.store import RetryConfig

READ_CHUNK = 1 << 20
# Linux has it; elsewhere what is written goes through the cache.
DIRECT = getattr(os, "O_DIRECT", 0)
# obstore would try for three minutes, in which a request holds a thread and its client waits.
PATIENCE: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
# How a disk, S3's own words and those of its imitations say that there is no room.
NO_ROOM = ("No space left", "quota exceeded", "507 Insufficient", "QuotaExceeded", "StorageFull")


class StorageFull(Unavailable):
    status_code = 507

    def __init__(self) -> None:
        super().__init__(
            "The platform's storage is full. Nothing was lost: send this part again later."
        )


class StorageUnreachable(Unavailable):
    def __init__(self) -> None:
        super().__init__(
            "The platform's storage does not answer. Nothing was lost: send this again shortly."
        )


class ObjectLost(Unavailable):
    def __init__(self, name: UUID) -> None:
        self.name = name
        super().__init__(f"Stored object {name} is missing.")


class Storage:
    def __init__(self, url: str) -> None:
        """`url` is `file:///folder`, or one that obstore knows, such as `s3://bucket/prefix`."""
        parts = urlsplit(url)
        self._folder = Path(parts.path) if parts.scheme == "file" else None
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store: ObjectStore = LocalStore(prefix=self._folder)
        else:
            self._store = from_url(url, retry_config=PATIENCE)

    def put(self, name: UUID, data: bytes | memoryview) -> None:
        """Stores a new object durably; putting a name again changes nothing, also when it fails.

        No half of an object is left behind, perhaps a whole one: removing it could remove that of
        somebody who was first. Raises StorageFull, StorageUnreachable.
        """
        try:
            with _named(name):
                if self._folder is not None:
                    _write(self._folder / _path(name), data)
                else:
                    obstore.put(self._store, _path(name), data, mode="create")
        except (AlreadyExistsError, FileExistsError):
            return
        except ObjectLost as error:
            raise StorageUnreachable() from error  # the folder or bucket itself is not there

    def get(self, name: UUID) -> bytes:
        """The whole object. Raises ObjectLost, StorageUnreachable."""
        with _named(name):
            return bytes(obstore.get(self._store, _path(name)).bytes())

    def read_into(self, name: UUID, buffer: bytearray) -> memoryview:
        """The whole object, in `buffer` if the store is a folder and it fits.

        Whoever reads many objects one after the other asks the system for memory once: fresh
        memory for each is measured to take longer than reading and hashing it. Raises ObjectLost,
        StorageUnreachable.
        """
        if self._folder is None:
            return memoryview(self.get(name))
        with _named(name), (self._folder / _path(name)).open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > len(buffer):
                return memoryview(file.readall())
            return memoryview(buffer)[: fill(file, memoryview(buffer)[:size])]

    def stream(self, name: UUID) -> Iterator[bytes]:
        """The object in pieces of about 1 MiB. Raises ObjectLost, StorageUnreachable."""
        with _named(name):
            for chunk in obstore.get(self._store, _path(name)).stream(min_chunk_size=READ_CHUNK):
                yield bytes(chunk)

    def delete(self, name: UUID) -> None:
        """Removes an object, if it is still there. Raises StorageUnreachable."""
        with suppress(ObjectLost), _named(name):
            obstore.delete(self._store, _path(name))


def _write(path: Path, data: bytes | memoryview) -> None:
    """A new file that is whole and durable, with its name, before this returns.

    It is written under another name, so that a kill leaves no half of an object. Raises
    FileExistsError, OSError.
    """
    path.parent.mkdir(exist_ok=True, mode=0o700)
    staged = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with staged.open("xb", buffering=0) as file:
            rest = memoryview(data)
            write_all(file, rest[_past_the_cache(file.fileno(), rest) :])
            os.fsync(file.fileno())
        path.hardlink_to(staged)
    finally:
        staged.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):
        _sync(folder)


def _past_the_cache(descriptor: int, data: memoryview) -> int:
    """How many bytes went to the disk straight from `data`; 0 where file or memory forbid it.

    What is synced at once gains nothing by a copy in the system's cache, which is measured to take
    ten times the processor's time. The memory must begin at a page, as that of `mmap` does.
    """
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | DIRECT)
        return os.write(descriptor, data[: len(data) - len(data) % mmap.PAGESIZE])
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return 0
    finally:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _named(name: UUID) -> Iterator[None]:
    """What went wrong with an object, in our words."""
    try:
        yield
    except (AlreadyExistsError, FileExistsError):
        raise
    except (ObjectMissing, FileNotFoundError) as error:
        raise ObjectLost(name) from error
    except (OSError, BaseError) as error:
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
        if full or any(words in str(error) for words in NO_ROOM):
            raise StorageFull() from error
        raise StorageUnreachable() from error


def _path(name: UUID) -> str:
    return f"{name.hex[:2]}/{name.hex}"
