"""The facts of an audit, as far as the checks before have established them."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sunseal_crypto import merkle
from sunseal_crypto.amendment import Timetable
from sunseal_crypto.bundle import Bundle
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.entry import LoggedEntry, verify_entry
from sunseal_crypto.errors import Unverified
from sunseal_crypto.notice import Notice
from sunseal_crypto.record import OpeningRecord
from sunseal_crypto.release import ReleaseRequest
from sunseal_crypto.roster import Roster
from sunseal_crypto.statement import BidStatement
from sunseal_crypto.tick import TickLeaf
from sunseal_parties.auditor.findings import Findings
from sunseal_parties.auditor.journal import Journal, Logged

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Ticks:
    """Number, time and root of every tick, in a few bytes each: a log has millions."""

    def __init__(self) -> None:
        self.numbers = array("q")
        self._times = array("q")
        self._roots = bytearray()

    def append(self, leaf: TickLeaf) -> None:
        self.numbers.append(leaf.number)
        self._times.append((leaf.time - EPOCH) // MILLISECOND)
        self._roots += leaf.root

    def append_unreadable(self) -> None:
        """A leaf that is no tick keeps its place, so that those behind it keep theirs."""
        self.numbers.append(self.numbers[-1] if self.numbers else 0)
        self._times.append(0)
        self._roots += bytes(merkle.HASH_BYTES)

    def time(self, index: int) -> datetime:
        return EPOCH + self._times[index] * MILLISECOND

    def root(self, index: int) -> bytes:
        at = index * merkle.HASH_BYTES
        return bytes(self._roots[at : at + merkle.HASH_BYTES])

    def index_of(self, number: int) -> int | None:
        index = bisect_left(self.numbers, number)
        found = index < len(self.numbers) and self.numbers[index] == number
        return index if found else None

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Asked:
    """A release request that verified, its digest, and the heads of the leaves it asks for."""

    request: ReleaseRequest
    digest: bytes
    logged: Logged
    heads: dict[int, BidStatement]


@dataclass
class Envelope:
    """One envelope. What is None, or missing in a dict, was not shown or did not verify.

    `timetable` is the published one until the log's entries have been checked.
    """

    name: str
    key: EnvelopeKey
    notice: Notice
    certificate: bytes
    closed: Logged | None = None
    root: bytes = b""
    chains: dict[int, list[BidStatement]] = field(default_factory=dict)
    pseudonyms: dict[int, bytes] = field(default_factory=dict)
    requests: dict[int, Asked] = field(default_factory=dict)
    points: dict[int, dict[int, bytes]] = field(default_factory=dict)
    records: dict[int, OpeningRecord] = field(default_factory=dict)
    published: dict[int, Logged] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.timetable = Timetable.of(self.key.terms)

    @property
    def last_record(self) -> OpeningRecord | None:
        return self.records[max(self.records)] if self.records else None

    def file(self, name: str) -> str:
        """How faults name a piece of evidence."""
        return f"envelope {self.name}, {name}"


@dataclass(frozen=True, slots=True)
class Outside:
    """What the auditor brings besides the roster: the roster of the log before this one, and states
    of the log that cosigners wrote from their own journals."""

    previous_roster: bytes | None = None
    states: tuple[bytes, ...] = ()


NOTHING_MORE = Outside()


@dataclass
class Case:
    bundle: Bundle
    roster_bytes: bytes
    roster: Roster
    findings: Findings
    annex: dict[tuple[str, int], bytes] | None
    kept: Mapping[str, bytes] = field(default_factory=dict)
    outside: Outside = NOTHING_MORE
    ticks: Ticks = field(default_factory=Ticks)
    # Those of the log at the sizes of which checkpoints are shown.
    roots: dict[int, bytes] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal(self.bundle.about.tender)

    def check_logged(self, entry: LoggedEntry, last: int) -> None:
        """That this log holds `entry` at leaf `last` or before. Raises Malformed, Unverified."""
        tick = verify_entry(entry)
        if self.bundle.leaf(entry.index) != entry.leaf:
            raise Unverified(f"the log has another leaf {entry.index} than tick {tick.number}")
        if entry.index > last:
            raise Unverified(f"logged in tick {tick.number}, later than it may be")
