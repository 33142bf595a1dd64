"""Sealed files as they are stored, documents as they come out; memory is bounded either way.

Both keep the store busy while a bid is being decrypted: the next piece is read and hashed, the last
one is hashed and written, aside.
"""

import hashlib
import mmap
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from itertools import cycle
from uuid import UUID

from sunseal.storage import Storage

PIECE = 8 << 20
LABEL = b"sunseal/opened-object/v1\n"


class SealedFile:
    """The bytes of a sealed file in order, hashed as they are read."""

    def __init__(self, storage: Storage, objects: Sequence[UUID], aside: Executor) -> None:
        self._storage = storage
        self._aside = aside
        self._pieces = self._one_ahead(objects)
        self._held = memoryview(b"")
        self._hash = hashlib.sha256()
        # One is read from while the next piece is fetched into the other.
        self._buffers = cycle([bytearray(PIECE), bytearray(PIECE)])
        self.size = 0

    def readinto(self, buffer: memoryview) -> int:
        """Raises ObjectLost."""
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self.size += len(piece)
            self._held = piece
        taken = min(len(buffer), len(self._held))
        buffer[:taken] = self._held[:taken]
        self._held = self._held[taken:]
        return taken

    def read(self, size: int, /) -> bytes:
        buffer = bytearray(size)
        return bytes(buffer[: self.readinto(memoryview(buffer))])

    def unread(self, data: bytes) -> None:
        """Gives back what was read last, to be read again; it is hashed once."""
        self._held = memoryview(data + bytes(self._held))

    def digest(self) -> bytes:
        """Of the whole file, which is read to its end."""
        for piece in self._pieces:
            self.size += len(piece)
        return self._hash.digest()

    def _one_ahead(self, objects: Sequence[UUID]) -> Iterator[memoryview]:
        """Each piece, while it is hashed and the next one is read."""
        names = iter(objects)
        reading, hashing = self._next(names), None
        while reading is not None:
            piece = reading.result()
            # One is hashed after the other; and the next is read into what the last one was in.
            if hashing is not None:
                hashing.result()
            hashing = self._aside.submit(self._hash.update, piece)
            reading = self._next(names)
            yield piece
        if hashing is not None:
            hashing.result()

    def _next(self, names: Iterator[UUID]) -> Future[memoryview] | None:
        name = next(names, None)
        if name is None:
            return None
        return self._aside.submit(self._storage.read_into, name, next(self._buffers))


class DocumentSink:
    """Pieces of one document, each an object whose name follows from the nonce of its leaf.

    A run that was killed leaves pieces under the names that the next run uses, so nothing is lost
    and nothing stays behind. What lies there may be of bytes that were tampered with meanwhile,
    and is replaced.
    """

    def __init__(
        self, storage: Storage, nonce: bytes, document: int, size: int, aside: Executor
    ) -> None:
        """`size` is what the container says that the document has."""
        self._storage = storage
        self._aside = aside
        self._names = _names(nonce, document)
        self._piece = self._buffer(size)
        self._spare = self._buffer(size - PIECE)
        self._filled = 0
        self._leaving: list[Future[None]] = []
        self._hash = hashlib.sha256()
        self.size = 0
        self.objects: list[UUID] = []

    def write(self, block: memoryview) -> None:
        """Raises StorageFull."""
        self.size += len(block)
        while block:
            part = block[: len(self._piece) - self._filled]
            self._piece[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            block = block[len(part) :]
            if self._filled == len(self._piece):
                self._flush()

    def finish(self) -> bytes:
        """The document's SHA-256, once all of it is stored."""
        if self._filled:
            self._flush()
        self._await()
        self._piece = self._spare = memoryview(b"")
        return self._hash.digest()

    def discard(self) -> None:
        wait(self._leaving)
        for name in self.objects:
            self._storage.delete(name)

    def _flush(self) -> None:
        self._await()
        name = next(self._names)
        self.objects.append(name)
        piece = self._piece[: self._filled]
        self._leaving = [
            self._aside.submit(self._hash.update, piece),
            self._aside.submit(self._store, name, piece),
        ]
        self._piece, self._spare = self._spare, self._piece
        self._filled = 0

    def _await(self) -> None:
        """That the piece before is hashed and stored: at most one is under way."""
        for done in self._leaving:
            done.result()
        self._leaving = []

    def _store(self, name: UUID, piece: memoryview) -> None:
        self._storage.delete(name)
        self._storage.put(name, piece)

    @staticmethod
    def _buffer(size: int) -> memoryview:
        # Whole pages of memory, which the store writes to a disk without a copy.
        return memoryview(mmap.mmap(-1, min(size, PIECE))) if size > 0 else memoryview(b"")


def _names(nonce: bytes, document: int) -> Iterator[UUID]:
    number = 0
    while True:
        place = document.to_bytes(4, "big") + number.to_bytes(8, "big")
        yield UUID(bytes=hashlib.sha256(LABEL + nonce + place).digest()[:16])
        number += 1
