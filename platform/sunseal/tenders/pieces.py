"""Cuts a document into immutable objects of bounded size while it arrives.

Memory holds one piece, whatever the document's length; each piece is durable before the row that
names it is written.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

from sunseal.storage import Storage
from sunseal.tenders.errors import DocumentTooLarge
from sunseal_crypto.streams import Source

PIECE = 8 << 20
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    size: int
    sha256: bytes
    objects: list[UUID]


class PieceWriter:
    """`full` says that `flush` is due; `feed` never touches the storage, so it never blocks."""

    def __init__(self, storage: Storage, limit: int) -> None:
        self._storage = storage
        self._limit = limit
        self._piece = bytearray()
        self._hash = hashlib.sha256()
        self._size = 0
        self._objects: list[UUID] = []

    def feed(self, chunk: bytes) -> None:
        """Raises DocumentTooLarge."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise DocumentTooLarge(self._limit)
        self._hash.update(chunk)
        self._piece += chunk

    @property
    def full(self) -> bool:
        return len(self._piece) >= PIECE

    def flush(self) -> None:
        """Stores what makes whole pieces. Raises StorageFull."""
        while self.full:
            self._store()

    def _store(self) -> None:
        name = uuid4()
        self._objects.append(name)
        self._storage.put(name, bytes(self._piece[:PIECE]))
        del self._piece[:PIECE]

    def take(self, file: Source) -> Stored:
        """All of a file that has arrived. Raises DocumentTooLarge, StorageFull."""
        while block := file.read(CHUNK):
            self.feed(block)
            self.flush()
        return self.finish()

    def finish(self) -> Stored:
        """Raises StorageFull."""
        self.flush()
        if self._piece:
            self._store()
        return Stored(self._size, self._hash.digest(), self._objects)

    def discard(self) -> None:
        """Removes what no row will ever name."""
        for name in self._objects:
            self._storage.delete(name)


def read(storage: Storage, objects: list[UUID]) -> Iterator[bytes]:
    """Raises ObjectLost."""
    for name in objects:
        yield from storage.stream(name)
