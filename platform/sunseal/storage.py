"""Immutable objects under random names, on a local disk or in an S3-compatible store.

A name says nothing: no tender, no organization, no size. An object is durable before `put` returns,
so that a row which names it never commits first.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.exceptions import NotFoundError as ObjectMissing
from obstore.store import LocalStore, ObjectStore, from_url

from sunseal.errors import Unavailable

READ_CHUNK = 1 << 20


class StorageFull(Unavailable):
    status_code = 507

    def __init__(self) -> None:
        super().__init__(
            "The platform's storage is full. Nothing was lost: send this part again later."
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
            self._store = from_url(url)

    def put(self, name: UUID, data: bytes | memoryview) -> None:
        """Stores a new object durably. Raises StorageFull; putting a name again changes nothing."""
        try:
            obstore.put(self._store, _path(name), data, mode="create")
            self._sync(name)
        except AlreadyExistsError:
            return
        except (OSError, obstore.exceptions.GenericError) as error:
            self.delete(name)
            raise StorageFull() from error

    def get(self, name: UUID) -> bytes:
        """The whole object. Raises ObjectLost."""
        try:
            return bytes(obstore.get(self._store, _path(name)).bytes())
        except (ObjectMissing, FileNotFoundError) as error:
            raise ObjectLost(name) from error

    def stream(self, name: UUID) -> Iterator[bytes]:
        """The object in pieces of about 1 MiB. Raises ObjectLost."""
        try:
            for chunk in obstore.get(self._store, _path(name)).stream(min_chunk_size=READ_CHUNK):
                yield bytes(chunk)
        except (ObjectMissing, FileNotFoundError) as error:
            raise ObjectLost(name) from error

    def delete(self, name: UUID) -> None:
        """Removes an object; one that is not there is already removed."""
        try:
            obstore.delete(self._store, _path(name))
        except (ObjectMissing, FileNotFoundError):
            return

    def _sync(self, name: UUID) -> None:
        # The local store neither syncs the file nor its folder.
        if self._folder is None:
            return
        path = self._folder / _path(name)
        for target in (path, path.parent):
            descriptor = os.open(target, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _path(name: UUID) -> str:
    return f"{name.hex[:2]}/{name.hex}"
