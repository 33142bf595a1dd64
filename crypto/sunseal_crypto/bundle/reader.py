"""Reading a bundle: its files one by one, each only as large as it may be."""

import io
import zipfile
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

import msgspec

from sunseal_crypto import canonical, tiles
from sunseal_crypto.bundle import layout
from sunseal_crypto.bundle.forms import About, CheckpointRow, EntryRow, Fact, TickRow
from sunseal_crypto.bundle.layout import Kind
from sunseal_crypto.errors import Malformed
from sunseal_crypto.tiles import WIDTH, Tile

MAX_SMALL_BYTES = 4 << 20
MAX_EVIDENCE_BYTES = 512 << 20
MAX_LINE_BYTES = 4 << 20
BUFFER = 1 << 20
# In a member's flags: encrypted, a patch to another file, strongly encrypted.
NOT_PLAIN = 0x1 | 0x20 | 0x40
# What zipfile raises for a file that is none. It says NotImplementedError of a version that it does
# not know, and leaves it to `seek` to complain of an offset before the file or beyond all numbers.
UNREADABLE = (
    *(zipfile.BadZipFile, EOFError, OSError, ValueError),
    *(OverflowError, NotImplementedError),
)

Row = TypeVar("Row", TickRow, EntryRow, Fact, CheckpointRow)


class Bundle:
    """An open bundle. Only its form has been checked, and of lines and leaves not even that."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises Malformed when the file is no bundle, or one that two readers could see two of."""
        try:
            self._zip = zipfile.ZipFile(file)
        except UNREADABLE as error:
            raise Malformed(f"bundle: {error}") from None
        self._sizes = {info.filename: _size(info) for info in self._zip.infolist()}
        if len(self._sizes) != len(self._zip.infolist()):
            raise Malformed("bundle: two files have one name")
        # zipfile looks past it; another reader may find a bundle of its own there.
        if all(info.header_offset for info in self._zip.infolist()):
            raise Malformed("bundle: something stands before its first file")
        for path in self._sizes:
            layout.check_member(path)
        self.about = canonical.decode(About, self._required(layout.ABOUT))
        self.roster = self._required(layout.ROSTER)
        self.checkpoint = self._required(layout.CHECKPOINT)

    def handover(self) -> bytes | None:
        """How the log before this one ended; None in most bundles. Raises Malformed."""
        if layout.HANDOVER not in self._sizes:
            return None
        return self._required(layout.HANDOVER, MAX_EVIDENCE_BYTES)

    def leaves(self) -> Iterator[bytes]:
        """The tick leaves in order, as many as `about.size` says. Raises Malformed."""
        for index in range(-(-self.about.size // WIDTH)):
            yield from self._leaves(index)

    def leaf(self, index: int) -> bytes:
        """One tick leaf. Raises Malformed."""
        if not 0 <= index < self.about.size:
            raise Malformed(f"the log of {self.about.size} has no leaf {index}")
        return self._leaves(index // WIDTH)[index % WIDTH]

    def ticks(self) -> Iterator[TickRow]:
        """Raises Malformed, naming the line."""
        return self._lines(layout.TICKS, TickRow)

    def entries(self) -> Iterator[EntryRow]:
        """Raises Malformed, naming the line."""
        return self._lines(layout.ENTRIES, EntryRow)

    def checkpoints(self) -> Iterator[CheckpointRow]:
        """Raises Malformed, naming the line."""
        return self._lines(layout.CHECKPOINTS, CheckpointRow)

    def facts(self) -> Iterator[Fact]:
        """Raises Malformed, naming the line."""
        return self._lines(layout.FACTS, Fact)

    def envelopes(self) -> list[str]:
        return sorted({envelope for envelope, _, _ in self._evidence()})

    def names(self, envelope: str, kind: Kind) -> list[str]:
        """The names within a kind, in the order of their numbers."""
        names = [name for *place, name in self._evidence() if place == [envelope, kind]]
        return sorted(names, key=lambda name: [int(part) for part in name.split("/") if part])

    def evidence(self, envelope: str, kind: Kind, name: str = "") -> bytes:
        """Raises Malformed when there is none."""
        return self._required(layout.member(envelope, kind, name), MAX_EVIDENCE_BYTES)

    def _evidence(self) -> Iterator[tuple[str, Kind, str]]:
        for path in self._sizes:
            if path.startswith(layout.ENVELOPES):
                yield layout.read_member(path)

    def _leaves(self, index: int) -> list[bytes]:
        width = min(WIDTH, self.about.size - index * WIDTH)
        path = layout.leaves_member(Tile(None, index, width))
        return tiles.parse_bundle(self._required(path, WIDTH * (2 + tiles.MAX_ENTRY_BYTES)), width)

    def _lines(self, path: str, form: type[Row]) -> Iterator[Row]:
        decoder = msgspec.json.Decoder(form)
        for number, line in enumerate(self._raw_lines(path), 1):
            try:
                row = decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise Malformed(f"{path}, line {number}: {error}") from None
            if canonical.encode(row) + b"\n" != line:
                raise Malformed(f"{path}, line {number}: not written canonically")
            yield row

    def _raw_lines(self, path: str) -> Iterator[bytes]:
        self._size_of(path)
        try:
            with self._zip.open(path) as raw, io.BufferedReader(raw, BUFFER) as file:  # type: ignore[type-var]
                while line := file.readline(MAX_LINE_BYTES):
                    yield line
        except UNREADABLE as error:
            raise Malformed(f"bundle: {path}: {error}") from None

    def _required(self, path: str, limit: int = MAX_SMALL_BYTES) -> bytes:
        if self._size_of(path) > limit:
            raise Malformed(f"bundle: {path} is larger than {limit} bytes")
        try:
            return self._zip.read(path)
        except UNREADABLE as error:
            raise Malformed(f"bundle: {path}: {error}") from None

    def _size_of(self, path: str) -> int:
        if path not in self._sizes:
            raise Malformed(f"bundle: there is no {path}")
        return self._sizes[path]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()


def _size(info: zipfile.ZipInfo) -> int:
    # Stored only: what is read is never larger than the file that was handed over.
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & NOT_PLAIN:
        raise Malformed(f"bundle: {info.filename[:80]!r} is not simply stored")
    return info.file_size
