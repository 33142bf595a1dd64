"""Writing a bundle, file by file; what is long is streamed."""

import io
import zipfile
from collections.abc import Iterable
from types import TracebackType
from typing import BinaryIO, Self

from sunseal_crypto import canonical, tiles
from sunseal_crypto.bundle import layout
from sunseal_crypto.bundle.forms import About, CheckpointRow, EntryRow, Fact, TickRow
from sunseal_crypto.bundle.layout import Kind
from sunseal_crypto.tiles import WIDTH, Tile

# One time for all files, so that the same contents give the same bundle.
NO_TIME = (1980, 1, 1, 0, 0, 0)
BUFFER = 1 << 20


class Writer:
    """A bundle on its way into `file`, complete when the `with` ends."""

    def __init__(self, file: BinaryIO, about: About, roster: bytes, checkpoint: bytes) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self.add(layout.ABOUT, canonical.encode(about))
        self.add(layout.ROSTER, roster)
        self.add(layout.CHECKPOINT, checkpoint)

    def handover(self, file: bytes) -> None:
        self.add(layout.HANDOVER, file)

    def leaves(self, entries: Iterable[bytes]) -> None:
        """All tick leaves of the log, in order."""
        bundle: list[bytes] = []
        index = 0
        for entry in entries:
            bundle.append(entry)
            if len(bundle) == WIDTH:
                self._leaves(index, bundle)
                bundle, index = [], index + 1
        if bundle:
            self._leaves(index, bundle)

    def ticks(self, rows: Iterable[TickRow]) -> None:
        """Ticks whose seeds are shown, by number."""
        self._lines(layout.TICKS, rows)

    def entries(self, rows: Iterable[EntryRow]) -> None:
        """Opened entries, by tick and slot."""
        self._lines(layout.ENTRIES, rows)

    def checkpoints(self, rows: Iterable[CheckpointRow]) -> None:
        """Cosigned checkpoints, by size."""
        self._lines(layout.CHECKPOINTS, rows)

    def facts(self, rows: Iterable[Fact]) -> None:
        """What tables say, by object and field."""
        self._lines(layout.FACTS, rows)

    def evidence(self, envelope: str, kind: Kind, name: str, body: bytes) -> None:
        self.add(layout.member(envelope, kind, name), body)

    def add(self, path: str, data: bytes) -> None:
        self._zip.writestr(_info(path), data)

    def _leaves(self, index: int, entries: list[bytes]) -> None:
        tile = Tile(None, index, len(entries))
        self.add(layout.leaves_member(tile), tiles.bundle(entries))

    def _lines(self, path: str, rows: Iterable[TickRow | EntryRow | Fact | CheckpointRow]) -> None:
        with self._zip.open(_info(path), "w", force_zip64=True) as raw:
            file = io.BytesIO()
            for row in rows:
                file.write(canonical.encode(row) + b"\n")
                if file.tell() >= BUFFER:
                    raw.write(file.getvalue())
                    file = io.BytesIO()
            raw.write(file.getvalue())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, NO_TIME)
    info.external_attr = 0o644 << 16
    return info
