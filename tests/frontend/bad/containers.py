"""The container of a bid."""

import struct
import zlib
from collections.abc import Callable

from tests.frontend.bad.statements import flipped
from tests.frontend.bad.values import Arguments, Bad
from tests.frontend.good import Good


def container(change: Callable[[bytes], bytes]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        path = good.folder / "bad.zip"
        path.write_bytes(change(good.container.read_bytes()))
        return {"path": path}

    return make


def set_at(data: bytes, at: int, form: str, value: int) -> bytes:
    size = struct.calcsize(form)
    return data[:at] + struct.pack(form, value) + data[at + size :]


def padding_at(data: bytes) -> int:
    return data.index(b"padding") + len(b"padding")


def directory_at(data: bytes) -> int:
    return data.index(b"PK\x01\x02")


def other_padding(data: bytes) -> bytes:
    """A message in the padding, with the checksums that belong to it."""
    at, until = padding_at(data), directory_at(data)
    said = b"hello" + data[at + 5 : until]
    crc = zlib.crc32(said)
    whole = data[:at] + said + data[until:]
    whole = set_at(whole, at - 7 - 16, "<I", crc)
    entry = whole.rindex(b"PK\x01\x02")
    return set_at(whole, entry + 16, "<I", crc)


CONTAINER = [
    Bad("container", name, container(change))
    for name, change in {
        "two-zips": lambda data: data + data,
        "a-byte-at-the-end": lambda data: data + b"\0",
        "a-byte-before": lambda data: b"\0" + data,
        "cut": lambda data: data[:-1],
        "cut-in-a-document": lambda data: data[:40_000],
        "empty": lambda data: b"",
        "compressed": lambda data: set_at(data, 8, "<H", 8),
        "data-descriptor": lambda data: set_at(data, 6, "<H", 0x0808),
        "no-utf-8-flag": lambda data: set_at(data, 6, "<H", 0),
        "encrypted": lambda data: set_at(data, 6, "<H", 0x0801),
        "another-time": lambda data: set_at(data, 10, "<H", 1),
        "another-version": lambda data: set_at(data, 4, "<H", 45),
        "another-checksum": lambda data: set_at(data, 14, "<I", 1),
        "stored-size-differs": lambda data: set_at(data, 18, "<I", 1),
        "huge-size": lambda data: set_at(set_at(data, 18, "<I", 2**32 - 2), 22, "<I", 2**32 - 2),
        "zip64-without-need": lambda data: set_at(
            set_at(data, 18, "<I", 2**32 - 1), 22, "<I", 2**32 - 1
        ),
        "renamed-first": lambda data: data.replace(b"bid.json", b"bid.jsom"),
        "renamed-in-the-directory": lambda data: (
            data[: directory_at(data)]
            + data[directory_at(data) :].replace(b"empty.txt", b"emptz.txt")
        ),
        "a-document-changed": lambda data: flipped(data, 10_000),
        "a-message-in-the-padding": other_padding,
        "a-comment": lambda data: data[:-2] + b"\x01\x00x",
        "attributes": lambda data: set_at(data, directory_at(data) + 38, "<I", 1),
        "another-offset": lambda data: set_at(data, directory_at(data) + 42, "<I", 1),
        "another-count": lambda data: set_at(data, len(data) - 12, "<H", 1),
        "name-not-utf-8": lambda data: data.replace(b"empty.txt", b"empt\xff.txt"),
    }.items()
]
