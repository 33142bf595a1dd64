"""The log's events about one tender, each with its place, as the check of entries found them."""

from collections import defaultdict
from dataclasses import dataclass

from sunseal_crypto.event import LogEvent

CERTIFICATE = "ceremony.certificate"
JOIN = "bid.join"
BOX_CLOSED = "box.closed"
RELEASE_REQUEST = "release.request"
RELEASE_ANSWER = "release.answer"
RELEASE_REFUSAL = "release.refusal"
OPENING_RECORD = "opening.record"
KEY_ERASED = "key.erased"
SCREENING_DECISION = "screening.decision"
TENDER_CANCEL = "tender.cancel"
CARRIED = "log.carry"

# What these tell of is no tender's: who is registered, with which key, which lists are in force.
REGISTRY = frozenset(
    {
        "organization.register",
        "person.add",
        "key.enrol",
        "screening.import",
        SCREENING_DECISION,
        CARRIED,
    }
)
# They say since when a tender, of whatever kind, may have secrets in the log, and until when.
SPAN = frozenset({CERTIFICATE, OPENING_RECORD, TENDER_CANCEL})

SHOWN_BYTES = 4


@dataclass(frozen=True, slots=True)
class Logged:
    """An opened entry: leaf `index` of the log is tick number `tick`."""

    event: LogEvent
    tick: int
    index: int
    slot: int
    commitment: bytes

    def __str__(self) -> str:
        return place(self.tick, self.slot, self.commitment)


class Journal:
    """Keeps what is about `tender`, who is registered, and since when each tender was sealed.

    Of all other entries only who acted in which role, once each: a log has millions.
    """

    def __init__(self, tender: str) -> None:
        self._prefix = f"tender/{tender}/"
        self._entries: dict[tuple[str, str], list[Logged]] = defaultdict(list)
        self.acted: dict[tuple[str, str], Logged] = {}
        self.count = 0

    def concerns(self, event: LogEvent) -> bool:
        return (
            event.object.startswith(self._prefix)
            or event.action in REGISTRY
            or event.action in SPAN
            or (event.actor, event.role) not in self.acted
        )

    def add(self, entry: Logged) -> None:
        self.acted.setdefault((entry.event.actor, entry.event.role), entry)
        if entry.event.outcome == "done":
            self._entries[entry.event.action, entry.event.object].append(entry)

    def of(self, action: str, envelope: str) -> list[Logged]:
        """What was done to an envelope, in the order of the log."""
        return _in_order(self._entries[action, f"{self._prefix}envelope/{envelope}"])

    def envelopes(self) -> set[str]:
        """Every envelope of the tender that something was done to."""
        start = f"{self._prefix}envelope/"
        return {name.removeprefix(start) for _, name in self._entries if name.startswith(start)}

    def certificates(self) -> list[Logged]:
        """Every certificate's entry, of whatever tender."""
        return self.all(CERTIFICATE)

    def all(self, *actions: str) -> list[Logged]:
        """Whatever these actions were done to, in the order of the log."""
        found = [e for (action, _), e in self._entries.items() if action in actions]
        return _in_order([entry for entries in found for entry in entries])


def place(tick: int, slot: int, commitment: bytes) -> str:
    """How faults name an entry."""
    return f"entry {commitment[:SHOWN_BYTES].hex()}… in tick {tick} slot {slot}"


def _in_order(entries: list[Logged]) -> list[Logged]:
    return sorted(entries, key=lambda entry: (entry.index, entry.event.at, entry.slot))
