"""Sealed files as they are stored, documents as they come out; memory is bounded either way."""

import hashlib
from collections.abc import Iterator, Sequence
from uuid import UUID

from sunseal.storage import Storage

PIECE = 8 << 20
LABEL = b"sunseal/opened-object/v1\n"


class SealedFile:
    """The bytes of a sealed file in order, hashed as they are read."""

    def __init__(self, storage: Storage, objects: Sequence[UUID]) -> None:
        self._pieces = (memoryview(storage.get(name)) for name in objects)
        self._held = memoryview(b"")
        self._hash = hashlib.sha256()
        self.size = 0

    def readinto(self, buffer: memoryview) -> int:
        """Raises ObjectLost."""
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._hash.update(piece)
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
            self._hash.update(piece)
            self.size += len(piece)
        return self._hash.digest()


class DocumentSink:
    """Pieces of one document, each an object whose name follows from the nonce of its leaf.

    A run that was killed leaves pieces under the names that the next run uses, so nothing is lost
    and nothing stays behind. What lies there may be of bytes that were tampered with meanwhile,
    and is replaced.
    """

    def __init__(self, storage: Storage, nonce: bytes, document: int) -> None:
        self._storage = storage
        self._names = _names(nonce, document)
        self._piece = bytearray()
        self._hash = hashlib.sha256()
        self.size = 0
        self.objects: list[UUID] = []

    def write(self, block: memoryview) -> None:
        """Raises StorageFull."""
        self._hash.update(block)
        self.size += len(block)
        self._piece += block
        if len(self._piece) >= PIECE:
            self._flush()

    def finish(self) -> bytes:
        """The document's SHA-256, once all of it is stored."""
        if self._piece:
            self._flush()
        return self._hash.digest()

    def discard(self) -> None:
        for name in self.objects:
            self._storage.delete(name)

    def _flush(self) -> None:
        name = next(self._names)
        self.objects.append(name)
        self._storage.delete(name)
        self._storage.put(name, bytes(self._piece))
        self._piece.clear()


def _names(nonce: bytes, document: int) -> Iterator[UUID]:
    number = 0
    while True:
        place = document.to_bytes(4, "big") + number.to_bytes(8, "big")
        yield UUID(bytes=hashlib.sha256(LABEL + nonce + place).digest()[:16])
        number += 1
