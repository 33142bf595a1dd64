"""Writing a container: the same names and contents always give the same bytes."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain

from isal import isal_zlib

from sunseal_crypto.container import layout
from sunseal_crypto.container.errors import DocumentChanged
from sunseal_crypto.container.layout import BID_JSON, BID_SIG, PADDING, Member
from sunseal_crypto.container.names import Names
from sunseal_crypto.streams import BLOCK, Readable, Sink, Source, fill, write_all

ZEROS = bytes(BLOCK)
Open = Callable[[], AbstractContextManager[Source]]


@dataclass(frozen=True, slots=True)
class Document:
    """A measured document: what its local header and `bid.json` say of it, and how to open it."""

    name: str
    size: int
    crc: int
    sha256: bytes
    open: Open

    @classmethod
    def measure(cls, name: str, open: Open) -> "Document":  # noqa: A002
        """Reads the document once; `open` gives a fresh binary file each time it is called."""
        size, crc, digest = 0, 0, hashlib.sha256()
        with open() as file:
            for block in _read(file):
                size, crc = size + len(block), isal_zlib.crc32(block, crc)
                digest.update(block)
        return cls(name, size, crc, digest.digest(), open)


def write(sink: Sink, bid_json: bytes, bid_sig: bytes, documents: Sequence[Document]) -> None:
    """Writes the container. Raises NotCanonical before the first byte, DocumentChanged after it.

    Documents stand in the order given, which is that of `bid.json`.
    """
    for block in _blocks(bid_json, bid_sig, documents):
        write_all(sink, block)


def source(bid_json: bytes, bid_sig: bytes, documents: Sequence[Document]) -> Readable:
    """What `write` writes as a file object, for whoever seals it as it is made."""
    return Readable(_blocks(bid_json, bid_sig, documents))


def size_of(bid_json_size: int, bid_sig_size: int, documents: Sequence[tuple[str, int]]) -> int:
    """Bytes of the container of documents with these names and sizes. Raises NotCanonical."""
    own = [(BID_JSON, bid_json_size), (BID_SIG, bid_sig_size)]
    members = [Member(name, size) for name, size in (*own, *documents)]
    _check(members)
    return layout.whole_size([*members, Member(PADDING, layout.padding_size(members))])


def _blocks(
    bid_json: bytes, bid_sig: bytes, documents: Sequence[Document]
) -> Iterator[bytes | memoryview]:
    members = [_member(BID_JSON, bid_json), _member(BID_SIG, bid_sig)]
    members += [Member(document.name, document.size, document.crc) for document in documents]
    _check(members)
    members.append(_padding(members))
    own = iter([_once(bid_json), _once(bid_sig)])
    contents = chain(own, map(_content, documents), [_zeros(members[-1].size)])
    for member, content in zip(members, contents, strict=True):
        yield layout.local_header(member)
        yield from content
    entries, tail = layout.directory(members)
    yield b"".join(entries) + tail


def _check(members: Sequence[Member]) -> None:
    layout.check_count([*members, Member(PADDING, 0)])
    layout.check_sizes(members)
    names = Names()
    for name in (*(member.name for member in members), PADDING):
        names.add(name)


def _member(name: str, content: bytes) -> Member:
    return Member(name, len(content), isal_zlib.crc32(content))


def _padding(members: Sequence[Member]) -> Member:
    size = layout.padding_size(members)
    crc = 0
    for block in _zeros(size):
        crc = isal_zlib.crc32(block, crc)
    return Member(PADDING, size, crc)


def _once(content: bytes) -> Iterator[memoryview]:
    yield memoryview(content)


def _zeros(size: int) -> Iterator[memoryview]:
    zeros = memoryview(ZEROS)
    for start in range(0, size, BLOCK):
        yield zeros[: size - start]


def _content(document: Document) -> Iterator[memoryview]:
    """The document again. Its header is written, so every change since its measuring must show."""
    size = crc = 0
    with document.open() as file:
        for block in _read(file):
            size, crc = size + len(block), isal_zlib.crc32(block, crc)
            yield block
    if (size, crc) != (document.size, document.crc):
        raise DocumentChanged(f"{document.name} changed while it was being sealed")


def _read(file: Source) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(BLOCK))
    while filled := fill(file, buffer):
        yield buffer[:filled]
