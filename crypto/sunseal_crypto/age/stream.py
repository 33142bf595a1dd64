"""The payload of an age file (STREAM): a nonce, then chunks of 64 KiB, each sealed for its place.

What is released has been authenticated, but only the end of the payload proves that nothing was cut
off: whoever uses what is read before that, uses a part that an attacker chose.

Chunks are sealed and opened in reused buffers, many per read, and libcrypto works outside Python's
lock: measured at 2 to 3 GB/s, so that what takes time is the disk.
"""

import os
from collections.abc import Iterator
from itertools import count, cycle

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sunseal_crypto.age.errors import HeaderError, PayloadError
from sunseal_crypto.streams import (
    Readable,
    Sink,
    Source,
    fill,
    read_exactly,
    write_all,
    write_behind,
)

NONCE_BYTES = 16
PAYLOAD_INFO = b"payload"
CHUNK = 1 << 16
TAG = 16
SEALED_CHUNK = CHUNK + TAG
CHUNKS_PER_READ = 16


def sealed_size(plaintext_size: int, header_size: int) -> int:
    """Bytes of the age file of a plaintext; an empty one still has its one, final chunk."""
    chunks = max(1, -(-plaintext_size // CHUNK))
    return header_size + NONCE_BYTES + plaintext_size + chunks * TAG


def encrypt(file_key: bytes, source: Source, sink: Sink) -> None:
    """Seals all of `source` into `sink`, beginning with the nonce."""
    nonce = os.urandom(NONCE_BYTES)
    write_all(sink, nonce)
    cipher = _cipher(file_key, nonce)
    buffers = _two_buffers(CHUNKS_PER_READ * SEALED_CHUNK)
    places = count()
    with write_behind(sink) as write:
        for plain, last in _batches(source, CHUNKS_PER_READ * CHUNK):
            sealed = next(buffers)
            end = 0
            for chunk, final in _chunks(plain, CHUNK, last):
                start, end = end, end + len(chunk) + TAG
                cipher.encrypt_into(_place(next(places), final), chunk, None, sealed[start:end])
            write(sealed[:end])


def decrypt(file_key: bytes, source: Source, sink: Sink) -> None:
    """Opens a payload into `sink`. Raises HeaderError without a nonce, else PayloadError."""
    with write_behind(sink) as write:
        for plain in blocks(file_key, source):
            write(plain)


def blocks(file_key: bytes, source: Source) -> Iterator[memoryview]:
    """The plaintext in blocks, each valid until the next but one. Raises as `decrypt`."""
    nonce = read_exactly(source, NONCE_BYTES)
    if len(nonce) < NONCE_BYTES:
        # The age test vectors count the nonce to the header.
        raise HeaderError("the file is truncated: it ends before the payload's nonce")
    opener = _Opener(_cipher(file_key, nonce))
    for sealed, last in _batches(source, CHUNKS_PER_READ * SEALED_CHUNK):
        yield opener.open(sealed, last)
        if opener.fault:
            raise PayloadError(opener.fault)


def reader(file_key: bytes, source: Source) -> Readable:
    """The plaintext as a file object, for readers that pull. Its reads raise as `decrypt`."""
    return Readable(blocks(file_key, source))


class _Opener:
    """Opens batches in order; what verified before a fault is still given out, as in age."""

    def __init__(self, cipher: ChaCha20Poly1305) -> None:
        self._cipher = cipher
        self._place = 0
        self._buffers = _two_buffers(CHUNKS_PER_READ * CHUNK)
        self.fault = ""

    def open(self, sealed: memoryview, last: bool) -> memoryview:
        plain = next(self._buffers)
        end = 0
        for chunk, final in _chunks(sealed, SEALED_CHUNK, last):
            size = max(0, len(chunk) - TAG)
            end += self._open_chunk(chunk, final, plain[end : end + size])
            if self.fault:
                break
            self._place += 1
        return plain[:end]

    def _open_chunk(self, chunk: memoryview, final: bool, into: memoryview) -> int:
        if self._opens(chunk, final, into):
            if not into and self._place:
                self.fault = "the last chunk is empty, though the payload is not"
            return len(into)
        # A chunk that was sealed for the other role tells cutting and appending from tampering.
        if len(chunk) == SEALED_CHUNK and self._opens(chunk, not final, into):
            self.fault = "the payload is truncated" if final else "bytes follow the last chunk"
            return len(into)
        self.fault = f"chunk {self._place} was changed, cut or lengthened"
        return 0

    def _opens(self, chunk: memoryview, final: bool, into: memoryview) -> bool:
        if len(chunk) < TAG:
            return False
        try:
            self._cipher.decrypt_into(_place(self._place, final), chunk, None, into)
        except InvalidTag:
            return False
        return True


def _cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    key = HKDF(hashes.SHA256(), 32, salt=nonce, info=PAYLOAD_INFO).derive(file_key)
    return ChaCha20Poly1305(key)


def _two_buffers(size: int) -> Iterator[memoryview]:
    """One to be written from while the other one is filled, by turns."""
    return cycle([memoryview(bytearray(size)), memoryview(bytearray(size))])


def _place(number: int, final: bool) -> bytes:
    """The nonce of a chunk: its number and whether it is the last, so that none can be moved."""
    return number.to_bytes(11, "big") + (b"\x01" if final else b"\x00")


def _batches(source: Source, size: int) -> Iterator[tuple[memoryview, bool]]:
    """`size` bytes at a time, and whether they are the last; a view holds until the next one.

    One byte is read ahead, because a chunk must know whether anything follows it.
    """
    buffer = memoryview(bytearray(size + 1))
    held = 0
    while (held := held + fill(source, buffer[held:])) > size:
        yield buffer[:size], False
        buffer[0] = buffer[size]
        held = 1
    yield buffer[:held], True


def _chunks(batch: memoryview, size: int, last: bool) -> Iterator[tuple[memoryview, bool]]:
    """The chunks of a batch, and whether each is the payload's last; an empty batch is one."""
    for start in range(0, len(batch) or 1, size):
        yield batch[start : start + size], last and start + size >= len(batch)
