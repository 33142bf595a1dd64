"""Files of several pieces: each is read, hashed and written beside the one before it."""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from uuid import UUID, uuid4

import pytest

from sunseal.opening.service.decrypt import ASIDE
from sunseal.opening.service.files import PIECE, DocumentSink, SealedFile
from sunseal.storage import ObjectLost, Storage

MIB = 1 << 20
PIECES = [os.urandom(PIECE), os.urandom(PIECE), os.urandom(1000)]
CONTENT = b"".join(PIECES)


class Watched(Storage):
    """Tells of each object that it has read."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.read = Semaphore(0)

    def read_into(self, name: UUID, buffer: bytearray) -> memoryview:
        piece = super().read_into(name, buffer)
        self.read.release()
        return piece


@pytest.fixture
def storage(tmp_path: Path) -> Watched:
    return Watched(tmp_path.as_uri())


@pytest.fixture
def names(storage: Watched) -> list[UUID]:
    made = [uuid4() for _ in PIECES]
    for name, piece in zip(made, PIECES, strict=True):
        storage.put(name, piece)
    return made


@pytest.fixture
def aside() -> Iterator[Executor]:
    with ThreadPoolExecutor(ASIDE) as pool:
        yield pool


def test_a_piece_stays_what_it_is_while_the_next_one_is_read(
    storage: Watched, names: list[UUID], aside: Executor
) -> None:
    """Whoever decrypts may be slow, and the store fast."""
    file = SealedFile(storage, names, aside)
    read = [file.read(1)]
    for _ in range(2):
        assert storage.read.acquire(timeout=60)
    while block := file.read(MIB):
        read.append(block)
    assert b"".join(read) == CONTENT
    assert (file.size, file.digest()) == (len(CONTENT), hashlib.sha256(CONTENT).digest())


def test_the_digest_is_of_the_whole_file_however_little_was_read(
    storage: Watched, names: list[UUID], aside: Executor
) -> None:
    file = SealedFile(storage, names, aside)
    file.unread(file.read(100))
    assert file.read(10) == CONTENT[:10]
    assert file.digest() == hashlib.sha256(CONTENT).digest()


def test_a_document_of_several_pieces_is_stored_as_it_came(
    storage: Watched, aside: Executor
) -> None:
    sink = DocumentSink(storage, b"nonce", 0, len(CONTENT), aside)
    for start in range(0, len(CONTENT), MIB):
        sink.write(memoryview(CONTENT)[start : start + MIB])
    assert sink.finish() == hashlib.sha256(CONTENT).digest()
    assert b"".join(storage.get(name) for name in sink.objects) == CONTENT
    assert len(sink.objects) == len(PIECES)
    sink.discard()
    with pytest.raises(ObjectLost):
        storage.get(sink.objects[0])
