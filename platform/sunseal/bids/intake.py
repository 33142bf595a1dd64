"""One PATCH on its way into the store.

Bytes are cut into immutable objects; each is durable before the row that names it commits, and
offsets come from the rows alone. So any process can continue an upload, and a process may die at
any moment: what it had confirmed is there, and what it had not is sent again.
"""

import hashlib

from litestar.concurrency import sync_to_thread

from sunseal.bids import errors
from sunseal.bids.service import store
from sunseal.bids.service.store import Announced, Piece, UploadState
from sunseal.bids.tus import Checksum, Hash
from sunseal.database import Credential, Database
from sunseal.errors import SunsealError
from sunseal.storage import Storage
from sunseal_crypto.sealed import LIMIT as HEADER_LIMIT

SEGMENT_BYTES = 8 << 20


def pieces_to_come(start: int, size: int) -> int:
    """In how many pieces a request of `size` bytes is stored, if that is two at the most."""
    if not size:
        return 0
    return 2 if start < HEADER_LIMIT < start + size else 1


class Intake:
    """Takes the bytes of one request, at most SEGMENT_BYTES of them in memory.

    Without a checksum each piece counts as soon as it is stored. With one, nothing counts before
    all of the request has arrived and has the digest that was announced.
    """

    def __init__(
        self,
        box: Database,
        credential: Credential | None,
        storage: Storage,
        upload: UploadState,
        checksum: Checksum | None,
        names: list[Announced],
    ) -> None:
        """`names` were announced for the first pieces; for others it announces more."""
        self._box = box
        self._credential = credential
        self._storage = storage
        self._upload = upload
        self._checksum = checksum
        self._names = names
        self._hash: Hash | None = None
        # Taken once and filled again for each piece: to grow and to copy took longer than to hash.
        self._buffer = memoryview(bytearray(min(SEGMENT_BYTES, upload.length - upload.offset)))
        self._held = 0
        self._start = upload.offset
        self._staged: list[Piece] = []

    async def take(self, data: bytes) -> None:
        """Raises BytesBeyondLength, and what storing raises."""
        if self._start + self._held + len(data) > self._upload.length:
            raise errors.BytesBeyondLength(self._upload.length)
        rest = memoryview(data)
        while rest:
            part = rest[: self._room() - self._held]
            self._buffer[self._held : self._held + len(part)] = part
            self._held += len(part)
            rest = rest[len(part) :]
            if self._held == self._room():
                await self._cut()

    async def finish(self) -> int:
        """All bytes of the request are here: the upload's new offset."""
        if self._held:
            await self._cut()
        if self._checksum is not None:
            self._checksum.check(self._hash or self._checksum.new_hash())
        await self._keep()
        return self._start

    async def break_off(self) -> None:
        """The client is gone. What arrived is kept, unless it was to be checked as a whole."""
        if self._checksum is None:
            await self.finish()
        else:
            await self.discard()

    async def discard(self) -> None:
        """Removes what no row names. Also done by the worker, should we not come to it."""
        staged, self._staged = self._staged, []
        for piece in staged:
            await sync_to_thread(self._storage.delete, piece.announced.object)

    def _room(self) -> int:
        # A piece ends where the longest header does, so that finalising rewrites only this much.
        if self._start < HEADER_LIMIT:
            return HEADER_LIMIT - self._start
        return SEGMENT_BYTES

    async def _cut(self) -> None:
        self._staged.append(await sync_to_thread(self._store, self._buffer[: self._held]))
        self._start += self._held
        self._held = 0
        if self._checksum is None:
            await self._keep()

    async def _keep(self) -> None:
        if not self._staged:
            return
        try:
            await sync_to_thread(self._name, self._staged)
        except SunsealError:
            # Refused and rolled back. After any other failure the rows may have been committed.
            await self.discard()
            raise
        self._staged = []

    def _store(self, data: memoryview) -> Piece:
        digest = hashlib.sha256(data)
        self._add_to_checksum(data, digest)
        announced = self._names.pop() if self._names else self._announce()
        self._storage.put(announced.object, data)
        return Piece(self._start, len(data), digest.digest(), announced)

    def _announce(self) -> Announced:
        with self._box.unit_of_work(self._credential) as uow:
            return store.announce(uow)

    def _add_to_checksum(self, data: memoryview, digest: "hashlib._Hash") -> None:
        if self._checksum is None:
            return
        if self._hash is None and self._checksum.algorithm == digest.name:
            # With its first piece a request begins, and is mostly over: nothing is hashed twice.
            self._hash = digest.copy()
            return
        self._hash = self._hash or self._checksum.new_hash()
        self._hash.update(data)

    def _name(self, pieces: list[Piece]) -> None:
        with self._box.unit_of_work(self._credential) as uow:
            store.keep(uow, self._upload.id, pieces)
