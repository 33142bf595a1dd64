"""The file a backup is in: encrypted as it is made, whole or not there, and read back once.

Plaintext is only ever in this process's memory, a few blocks of it at a time.
"""

import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sunseal.backup.errors import FileThere, NoRoom, NotReadable, NotThisFile, NotWritten
from sunseal_crypto import age
from sunseal_crypto.age import X25519Identity, X25519Recipient, header, stream
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.streams import Readable, write_all

BLOCK = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _Hashed:
    """Passes on what it is given, and knows its digest and size."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: memoryview) -> None:
        write_all(self._file, data)
        self.sha256.update(data)
        self.size += len(data)


def write(
    path: Path, blocks: Iterator[bytes], recipients: Sequence[X25519Recipient]
) -> tuple[str, int]:
    """Seals `blocks` into `path`; returns SHA-256 and size of the file.

    Raises FileThere, NoRoom, NotWritten, and what `blocks` raises: then there is no file.
    """
    if path.exists():
        raise FileThere(path)
    part = path.with_name(path.name + ".part")
    try:
        digest, size = _write_part(part, blocks, recipients)
        if _digest_of(part) != digest:
            raise NotWritten(path)
        part.rename(path)
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom(path) from None
        raise
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return digest, size


def _write_part(
    part: Path, blocks: Iterator[bytes], recipients: Sequence[X25519Recipient]
) -> tuple[str, int]:
    # What a killed attempt left under this name is written over: it was nobody's backup.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        sink = _Hashed(file)
        age.encrypt(Readable(blocks), sink, recipients)
        os.fsync(file.fileno())
    return sink.sha256.hexdigest(), sink.size


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):  # or the answer comes from memory, and not from the disk
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def opened(path: Path, identity: X25519Identity, sha256: str) -> Iterator[Readable]:
    """The plaintext of a backup, to be pulled. Raises NotThisFile, NotReadable.

    Anybody can encrypt to a public recipient: only the digest says that this is the file we made.
    It is read whole before anything is done with it.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != sha256.lower():
            raise NotThisFile(path, digest)
        file.seek(0)
        with readable():
            head = header.read(file)
            key = age.file_key(head, [identity])
            yield stream.reader(key, file)


@contextmanager
def readable() -> Iterator[None]:
    """What is wrong with the file becomes a sentence about it."""
    try:
        yield
    except CryptoError as error:
        raise NotReadable(str(error)) from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
