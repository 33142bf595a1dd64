"""Payloads: of every length around a chunk's, cut, joined and changed."""

import io
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import age
from sunseal_crypto.age import HeaderError, PayloadError, stream
from sunseal_crypto.age.stream import CHUNK, CHUNKS_PER_READ, NONCE_BYTES, SEALED_CHUNK

KEY = bytes(range(16))
BATCH = CHUNK * CHUNKS_PER_READ
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + 9]


def pattern(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def sealed(plain: bytes) -> bytes:
    sink = io.BytesIO()
    stream.encrypt(KEY, io.BytesIO(plain), sink)
    return sink.getvalue()


def opened(data: bytes) -> bytes:
    sink = io.BytesIO()
    stream.decrypt(KEY, io.BytesIO(data), sink)
    return sink.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_round_trip(size: int) -> None:
    plain = pattern(size)
    data = sealed(plain)

    assert len(data) == stream.sealed_size(size, 0)
    assert opened(data) == plain
    assert stream.reader(KEY, io.BytesIO(data)).readall() == plain


@pytest.mark.parametrize("size", [CHUNK, BATCH, BATCH + CHUNK + 5])
def test_cut_at_a_chunk(size: int) -> None:
    data = sealed(pattern(size) + b"more")

    cut = NONCE_BYTES + (size // CHUNK) * SEALED_CHUNK
    with pytest.raises(PayloadError, match="the payload is truncated"):
        opened(data[:cut])


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def exchanged(data: bytes) -> bytes:
    first, second = NONCE_BYTES + SEALED_CHUNK, NONCE_BYTES + 2 * SEALED_CHUNK
    return data[:NONCE_BYTES] + data[first:second] + data[NONCE_BYTES:first] + data[second:]


CHANGED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no chunk": (lambda d: d[:NONCE_BYTES], "chunk 0"),
    "half a tag": (lambda d: d[: NONCE_BYTES + 7], "chunk 0"),
    "cut within a chunk": (lambda d: d[:-1], "chunk 2"),
    "first bit of the payload": (lambda d: flipped(d, NONCE_BYTES), "chunk 0"),
    "the nonce": (lambda d: flipped(d, 0), "chunk 0"),
    "last bit": (lambda d: flipped(d, len(d) - 1), "chunk 2"),
    "a byte appended": (lambda d: d + b"\0", "chunk 2"),
    "chunks exchanged": (exchanged, "chunk 0"),
    "a chunk dropped": (
        lambda d: d[: NONCE_BYTES + SEALED_CHUNK] + d[NONCE_BYTES + 2 * SEALED_CHUNK :],
        "chunk 1",
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_changed(name: str) -> None:
    change, where = CHANGED[name]
    with pytest.raises(PayloadError, match=f"{where} was changed"):
        opened(change(sealed(pattern(2 * CHUNK + 100))))


def test_bytes_after_a_full_last_chunk() -> None:
    with pytest.raises(PayloadError, match="bytes follow the last chunk"):
        opened(sealed(pattern(CHUNK)) + b"\0")


def test_an_empty_chunk_after_a_full_one() -> None:
    data = sealed(pattern(CHUNK) + b"x")
    cipher = stream._cipher(KEY, data[:NONCE_BYTES])
    empty = cipher.encrypt(stream._place(1, True), b"", None)

    with pytest.raises(PayloadError, match="the last chunk is empty"):
        opened(data[: NONCE_BYTES + SEALED_CHUNK] + empty)


def test_no_nonce() -> None:
    with pytest.raises(HeaderError, match="before the payload's nonce"):
        opened(bytes(NONCE_BYTES - 1))


def test_a_nonce_is_never_used_twice() -> None:
    assert sealed(b"a")[:NONCE_BYTES] != sealed(b"a")[:NONCE_BYTES]


def test_a_reader_raises_where_the_payload_breaks() -> None:
    reader = stream.reader(
        KEY, io.BytesIO(flipped(sealed(pattern(2 * CHUNK)), NONCE_BYTES + 65552))
    )

    assert len(reader.read(CHUNK)) == CHUNK
    with pytest.raises(PayloadError, match="chunk 1"):
        reader.read(1)


class Short(io.RawIOBase):
    """An unbuffered file that takes few bytes at a time, as a pipe may."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        self.taken += data[:50_000]
        return min(50_000, len(data))


def test_short_writes_lose_nothing() -> None:
    sink = Short()
    stream.encrypt(KEY, io.BytesIO(pattern(BATCH + 1)), sink)

    assert opened(bytes(sink.taken)) == pattern(BATCH + 1)


class Full(io.BytesIO):
    """A disk that is full after the first block."""

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        if self.tell() > BATCH:
            raise OSError("no space left")
        return super().write(data)


@pytest.mark.parametrize("size", [BATCH + 1, 5 * BATCH])
def test_an_error_of_the_sink_is_not_lost(size: int) -> None:
    with pytest.raises(OSError, match="no space left"):
        stream.encrypt(KEY, io.BytesIO(pattern(size)), Full())


class Endless(io.RawIOBase):
    """Many zeros that are never in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(self.left, len(buffer))
        self.left -= count
        return count


class Counter(io.RawIOBase):
    def __init__(self) -> None:
        self.size = 0

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        self.size += len(data)
        return len(data)


def test_memory_does_not_grow_with_the_file() -> None:
    sink = Counter()
    tracemalloc.start()
    try:
        stream.encrypt(KEY, Endless(200 << 20), sink)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert sink.size == stream.sealed_size(200 << 20, 0)
    assert peak < 20 << 20


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 3 * CHUNK), st.data())
def test_no_cut_goes_unnoticed(size: int, data: st.DataObject) -> None:
    whole = sealed(pattern(size))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(age.AgeError):
        opened(whole[:cut])
