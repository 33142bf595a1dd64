"""The log's events about one tender, each with its place, as the check of entries found them."""

from collections import defaultdict
from dataclasses import dataclass

from sunseal_crypto.event import LogEvent

CERTIFICATE = "ceremony.certificate"
JOIN = "bid.join"
BOX_CLOSED = "box.closed"
RELEASE_REQUEST = "release.request"
RELEASE_ANSWER = "release.answer"
OPENING_RECORD = "opening.record"
SCREENING_DECISION = "screening.decision"

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
    """Keeps what is about `tender`, and every certificate; the rest was only counted."""

    def __init__(self, tender: str) -> None:
        self._prefix = f"tender/{tender}/"
        self._entries: dict[tuple[str, str], list[Logged]] = defaultdict(list)
        self.count = 0

    def concerns(self, event: LogEvent) -> bool:
        return event.object.startswith(self._prefix) or event.action == CERTIFICATE

    def add(self, entry: Logged) -> None:
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
        found = [e for (action, _), e in self._entries.items() if action == CERTIFICATE]
        return _in_order([entry for entries in found for entry in entries])


def place(tick: int, slot: int, commitment: bytes) -> str:
    """How faults name an entry."""
    return f"entry {commitment[:SHOWN_BYTES].hex()}… in tick {tick} slot {slot}"


def _in_order(entries: list[Logged]) -> list[Logged]:
    return sorted(entries, key=lambda entry: (entry.index, entry.event.at, entry.slot))
