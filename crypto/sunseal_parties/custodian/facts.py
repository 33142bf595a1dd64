"""What the rules of a release look at: what the platform shows, and what the custodian knows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sunseal_crypto.box import State
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.entry import LoggedEntry, verify_entry
from sunseal_crypto.errors import Unverified
from sunseal_crypto.release import InvalidLeaf, ReleaseRequest
from sunseal_crypto.statement import BidStatement
from sunseal_parties.custodian.amendment_book import Acknowledged
from sunseal_parties.custodian.keys import Seat


class History(Protocol):
    """The log as this custodian followed and cosigned it."""

    @property
    def size(self) -> int: ...

    def entry(self, position: int) -> bytes | None:
        """The tick leaf at `position`; None beyond its end."""
        ...

    def check_prefix(self, shown: Checkpoint) -> None:
        """Raises Unverified unless `shown` is an earlier, or this, state of the log."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A request and the receipts shown with it; `digest` is that of the request's exact bytes."""

    request: ReleaseRequest
    digest: bytes
    box_receipt: bytes
    request_receipt: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What this custodian knows by itself.

    `fork` says what was proved against the log, once and for all; `trouble` why it could not be
    followed this time. `acknowledged` are the amendments to which it bound itself. `answered` is
    the digest of the request that it answered under this number, `first` the state of each leaf in
    the first request, if it answered that one.
    """

    key: EnvelopeKey
    seat: Seat
    history: History
    fork: str | None
    trouble: str | None
    acknowledged: list[Acknowledged]
    answered: bytes | None
    first: list[State] | None


@dataclass(frozen=True, slots=True)
class Closing:
    """The root that the log gives the box, at which leaves it was closed and asked about, and the
    deadline in force."""

    root: bytes
    closed_at: int
    requested_at: int
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The leaves to answer with the heads that hold their shares, and those that are invalid."""

    answered: list[tuple[int, BidStatement]]
    invalid: list[InvalidLeaf]


def check_logged(entry: LoggedEntry, history: History, last: int) -> None:
    """That our own log holds `entry`, at leaf `last` or before. Raises Malformed, Unverified."""
    if entry.index > last:
        raise Unverified(f"logged at leaf {entry.index}, after leaf {last}")
    if history.entry(entry.index) != entry.leaf:
        raise Unverified(f"leaf {entry.index} of the log is another one")
    verify_entry(entry)
