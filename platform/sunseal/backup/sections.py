"""What is inside a backup's encryption: sections of a head and chunks, each behind its length.

Tar would want every size before the bytes, and the rows of a table have none until they were read.
That nothing was cut or moved is the encryption's part; that nothing was left out is counted in the
last section.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from sunseal.backup.errors import NotReadable
from sunseal_crypto import canonical, framing
from sunseal_crypto.errors import Malformed
from sunseal_crypto.streams import Source, read_exactly

MAGIC = b"sunseal/backup/v1\n"
CHUNK = 1 << 20

Kind = Literal["about", "table", "object", "end"]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` is a table as `schema.table`, or an object's id; `columns` those of a table."""

    kind: Kind
    name: str
    columns: list[str]


def section(kind: Kind, name: str, body: Iterable[bytes], columns: list[str]) -> Iterator[bytes]:
    """A section's bytes; small pieces of `body` are drawn together, long ones cut."""
    yield framing.field(canonical.encode(Head(kind, name, columns)))
    held = bytearray()
    for piece in body:
        held += piece
        while len(held) >= CHUNK:
            yield framing.field(bytes(held[:CHUNK]))
            del held[:CHUNK]
    if held:
        yield framing.field(bytes(held))
    yield framing.field(b"")


class Reader:
    """Sections in order; each is read to its end before the next."""

    def __init__(self, source: Source) -> None:
        """Raises NotReadable."""
        self._source = source
        if read_exactly(source, len(MAGIC)) != MAGIC:
            raise NotReadable("it is no backup of this platform")

    def sections(self) -> Iterator[tuple[Head, Iterator[bytes]]]:
        """Ends behind the section `end`. Raises NotReadable."""
        kind = ""
        while kind != "end":
            try:
                head = canonical.decode(Head, self._field())
            except Malformed as error:
                raise NotReadable(str(error)) from None
            kind = head.kind
            body = self._chunks()
            yield head, body
            for _ in body:
                pass
        if read_exactly(self._source, 1):
            raise NotReadable("bytes follow its end")

    def _chunks(self) -> Iterator[bytes]:
        while chunk := self._field():
            yield chunk

    def _field(self) -> bytes:
        length = int.from_bytes(self._exactly(framing.LENGTH_BYTES), "big")
        if length > CHUNK:
            raise NotReadable(f"a piece of {length} bytes")
        return self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        data = read_exactly(self._source, size)
        if len(data) < size:
            raise NotReadable("it ends in the middle")
        return data
