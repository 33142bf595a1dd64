"""Reading on in PostgreSQL's log files, which grow, turn over at midnight and may start afresh."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

# What is kept of a line. A statement stands last in it and may be as long as its sender likes: one
# line could fill the worker's memory; and if long lines were skipped, one could hide in them.
LINE_BYTES = 64 << 10
# Lines and bytes of one batch; the next one goes on from there.
MAX_LINES = 1000
MAX_BYTES = 16 << 20
# The first bytes of a file, by which it is told from a later one of the same name.
MARK_BYTES = 256


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where the log has been read; `mark` is a digest of the file's beginning."""

    file: str
    position: int
    mark: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """The beginnings of complete lines, and the place behind them; `full` if more may follow."""

    lines: list[bytes]
    place: Place
    full: bool


def waiting(folder: Path, place: Place) -> list[Path]:
    """The files not yet read to their end, as far as their names tell: these hold the date.

    Raises NotADirectoryError: an empty list would look like peace.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"PostgreSQL's log is not in {folder}.")
    return [file for file in sorted(folder.glob("*.json")) if file.name >= place.file]


def read_on(path: Path, place: Place) -> Batch:
    """The next lines of a file. A line without an end is still being written."""
    lines: list[bytes] = []
    with path.open("rb") as file:
        start = end = place.position if _is_same(path, place) else 0
        file.seek(start)
        while len(lines) < MAX_LINES and end < start + MAX_BYTES:
            line = rest = file.readline(LINE_BYTES)
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(LINE_BYTES)
            if not rest:
                return Batch(lines, _place(path, end), full=False)
            lines.append(line)
            end = file.tell()
    return Batch(lines, _place(path, end), full=True)


def _is_same(path: Path, place: Place) -> bool:
    same_name = path.name == place.file and path.stat().st_size >= place.position
    return same_name and _mark(path, place.position) == place.mark


def _place(path: Path, position: int) -> Place:
    return Place(path.name, position, _mark(path, position))


def _mark(path: Path, position: int) -> bytes:
    with path.open("rb") as file:
        return hashlib.sha256(file.read(min(position, MARK_BYTES))).digest()
