"""The log as this custodian followed it: every leaf, the frontier, and proof of any fork."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from sunseal_crypto import merkle, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.errors import Unverified
from sunseal_crypto.merkle import Frontier
from sunseal_crypto.tick import TickLeaf

# Every so many leaves the frontier is kept too, so that the root of any earlier size is near.
STRIDE = 256

SCHEMA = """
create table if not exists leaf (
    position integer primary key,
    number integer not null unique,
    entry blob not null,
    frontier blob
) strict;
create table if not exists head (
    single integer primary key check (single = 1),
    frontier blob not null,
    note blob not null,
    drift_ms integer not null
) strict;
create table if not exists fork (
    single integer primary key check (single = 1),
    reason text not null,
    ours blob not null,
    theirs blob not null
) strict;
create table if not exists handover (
    origin text primary key,
    first blob not null,
    file blob not null
) strict;
create table if not exists past_leaf (
    origin text not null,
    position integer not null,
    entry blob not null,
    primary key (origin, position)
) strict;
create table if not exists past_head (
    origin text primary key,
    frontier blob not null,
    note blob not null
) strict;
create table if not exists past_fork (
    origin text primary key,
    reason text not null,
    ours blob not null,
    theirs blob not null
) strict;
"""

LAY_ASIDE = (
    "insert into past_leaf select :origin, position, entry from leaf",
    "insert into past_fork select :origin, reason, ours, theirs from fork",
    "insert into past_head select :origin, frontier, note from head",
)
CLEAR = ("delete from leaf", "delete from fork", "delete from head")


class LogBook:
    """What is in here was under a log-signed root that this custodian rebuilt and cosigned."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(SCHEMA)

    @property
    def size(self) -> int:
        """How many leaves it has cosigned."""
        return self.frontier().size

    def frontier(self) -> Frontier:
        row = self._database.execute("select frontier from head").fetchone()
        return Frontier.decode(row[0]) if row else Frontier()

    def note(self) -> bytes:
        """The log-signed checkpoint of the last size; empty before the first."""
        row = self._database.execute("select note from head").fetchone()
        return bytes(row[0]) if row else b""

    def origin(self) -> str | None:
        """Whose log this is; None before the first leaf."""
        note = self.note()
        return Checkpoint.parse(notes.parse(note).text).origin if note else None

    def drift(self) -> timedelta:
        """How far our clock was ahead of the newest tick when it came; a poll's delay is in it."""
        row = self._database.execute("select drift_ms from head").fetchone()
        return timedelta(milliseconds=row[0] if row else 0)

    def last_tick(self) -> int:
        """The number of the newest tick, -1 before the first."""
        row = self._database.execute("select max(number) from leaf").fetchone()
        return -1 if row[0] is None else int(row[0])

    def entry(self, position: int) -> bytes | None:
        """The tick leaf at `position`, exactly as the log hashed it."""
        row = self._database.execute(
            "select entry from leaf where position = ?", (position,)
        ).fetchone()
        return bytes(row[0]) if row else None

    def from_leaf(self, start: int) -> tuple[Frontier, list[bytes]]:
        """The log before a leaf at or before `start`, and all leaves from there on."""
        start = min(start, max(0, self.size - 1))
        start -= start % STRIDE
        if self.size == 0:
            return Frontier(), []
        rows = self._database.execute(
            "select entry from leaf where position >= ? order by position", (start,)
        )
        return self._snapshot(start), [bytes(entry) for (entry,) in rows]

    def root_at(self, size: int) -> bytes:
        """The root when the log had `size` leaves. Raises Unverified beyond its own size."""
        head = self.frontier()
        if size > head.size:
            raise Unverified(f"log: a size of {size}, but only {head.size} leaves were followed")
        if size == head.size:
            return head.root()
        start = size - size % STRIDE
        rows = self._database.execute(
            "select entry from leaf where position >= ? and position < ? order by position",
            (start, size),
        )
        frontier = self._snapshot(start)
        frontier.extend(merkle.leaf_hash(entry) for (entry,) in rows)
        return frontier.root()

    def check_prefix(self, shown: Checkpoint) -> None:
        """Raises Unverified unless `shown` is an earlier, or this, state of the followed log."""
        if self.root_at(shown.size) != shown.root:
            raise Unverified(f"log: another history of the first {shown.size} leaves")

    def append(
        self,
        entries: Sequence[bytes],
        ticks: Sequence[TickLeaf],
        note: bytes,
        drift: timedelta,
    ) -> None:
        """Adds verified leaves, up to the size of the checkpoint in `note`."""
        frontier = self.frontier()
        for entry, tick in zip(entries, ticks, strict=True):
            snapshot = frontier.encode() if frontier.size % STRIDE == 0 else None
            self._database.execute(
                "insert into leaf values (?, ?, ?, ?)",
                (frontier.size, tick.number, entry, snapshot),
            )
            frontier.append(merkle.leaf_hash(entry))
        self._database.execute(
            "insert into head values (1, ?, ?, ?) on conflict (single) do update set"
            " frontier = excluded.frontier, note = excluded.note, drift_ms = excluded.drift_ms",
            (frontier.encode(), note, drift // timedelta(milliseconds=1)),
        )

    def record_fork(self, reason: str, theirs: bytes) -> None:
        """Keeps the first proof; nothing takes it away again."""
        self._database.execute(
            "insert into fork values (1, ?, ?, ?) on conflict do nothing",
            (reason, self.note(), theirs),
        )

    def fork(self) -> str | None:
        """Why this log is not to be trusted any more."""
        row = self._database.execute("select reason from fork").fetchone()
        return row[0] if row else None

    def first_of(self, origin: str) -> bytes | None:
        """The first leaf of the log that a hand-over led to, if this journal adopted one."""
        row = self._database.execute(
            "select first from handover where origin = ?", (origin,)
        ).fetchone()
        return bytes(row[0]) if row else None

    def adopt(self, origin: str, first: bytes, file: bytes) -> None:
        """Lays what was followed aside, for ever, and begins anew with the log `origin`."""
        for lay_aside in LAY_ASIDE:
            self._database.execute(lay_aside, {"origin": self.origin()})
        for clear in CLEAR:
            self._database.execute(clear)
        self._database.execute(
            "insert into handover values (?, ?, ?) on conflict (origin) do update set"
            " first = excluded.first, file = excluded.file",
            (origin, first, file),
        )

    def _snapshot(self, position: int) -> Frontier:
        row = self._database.execute(
            "select frontier from leaf where position = ?", (position,)
        ).fetchone()
        return Frontier.decode(row[0])
