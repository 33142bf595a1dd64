"""From one log to the next, when ticks that custodians had cosigned were lost.

The next log has another origin, so that nothing said under the first can be taken for something
said under it; and its first leaf holds this document's digest, so that it cannot begin without
naming what was lost. Nothing sealed under the first origin is ever opened under the second: whoever
would lose ticks on purpose, to be rid of a bid, is rid of the whole tender.
"""

import hashlib
import re
from datetime import datetime
from itertools import groupby
from typing import Literal

import msgspec

from sunseal_crypto import canonical, checkpoint, event, log_state, roster
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.entry import LoggedEntry, verify_entry
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import VerifierKey
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.tick import TickLeaf

ACTION = "log.handover"
OBJECT = "log"
MAX_BYTES = log_state.MAX_BYTES
_NUMBERED = re.compile(r"(.+)/([2-9]|[1-9][0-9]{1,3})")


class Handover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`checkpoint` is the newest note of `previous` that any cosigner vouched for.

    `roster` is the SHA-256 of the roster it was under. `held` leaves of it are still there with
    what they hold; of those from `held` on only the leaves are left. `frontier` is the log before
    leaf `start`, `leaves` all from there on.
    """

    version: Literal["sunseal/handover/v1"]
    origin: str
    previous: str
    roster: bytes
    checkpoint: bytes
    start: int
    frontier: bytes
    leaves: list[bytes]
    held: int
    reason: str
    made_at: datetime

    def lost(self) -> list[TickLeaf]:
        """The ticks whose content is gone. Raises Malformed."""
        return [TickLeaf.parse(leaf) for leaf in self.leaves[self.held - self.start :]]


class HandoverFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hand-over's exact bytes, and its entry in the first leaf of the next log."""

    body: bytes
    entry: LoggedEntry


def successor(origin: str) -> str:
    """The origin that follows: `a/log`, `a/log/2`, `a/log/3`."""
    numbered = _NUMBERED.fullmatch(origin)
    if numbered is None:
        return f"{origin}/2"
    return f"{numbered[1]}/{int(numbered[2]) + 1}"


def follows_another(origin: str) -> bool:
    """Whether the spelling of `origin` says that a log was before it."""
    return _NUMBERED.fullmatch(origin) is not None


def parse(data: bytes) -> Handover:
    """Raises Malformed, also when what it says does not fit together."""
    said = canonical.decode(Handover, data, limit=MAX_BYTES)
    if said.origin != successor(said.previous):
        raise Malformed(f"handover: {said.origin} does not follow {said.previous}")
    size = said.start + len(said.leaves)
    if not 0 <= said.start <= said.held <= size:
        raise Malformed("handover: it must show every leaf that was lost")
    numbers = [TickLeaf.parse(leaf).number for leaf in said.leaves]
    if numbers != sorted(set(numbers)):
        raise Malformed("handover: its ticks do not rise")
    return said


def verify_previous(said: Handover, roster_bytes: bytes) -> Checkpoint:
    """The end of the previous log, by its own roster. Raises Malformed, Unverified."""
    if roster.fingerprint(roster_bytes) != said.roster:
        raise Unverified("handover: it is about a log under another roster")
    log = VerifierKey.parse(roster.parse(roster_bytes).log)
    if log.name != said.previous:
        raise Unverified(f"handover: the roster is of {log.name}, not of {said.previous}")
    ended = checkpoint.open_checkpoint(said.checkpoint, log)
    log_state.rebuild(said.start, said.frontier, said.leaves, ended)
    return ended


def facts(body: bytes, said: Handover) -> dict[str, str]:
    """What the entry in the first leaf says, so that the log itself names what was lost."""
    return {
        "handover": base64_text(hashlib.sha256(body).digest()),
        "previous": said.previous,
        "size": str(said.start + len(said.leaves)),
        "held": str(said.held),
        "lost": ranges([tick.number for tick in said.lost()]),
    }


def verify_entry_of(file: HandoverFile, origin: str) -> Handover:
    """The hand-over that the first leaf of `origin` holds. Raises Malformed, Unverified.

    That the log has this very leaf is for the caller to check.
    """
    said = parse(file.body)
    if said.origin != origin:
        raise Unverified(f"handover: it leads to {said.origin}, not to {origin}")
    if file.entry.index != 0:
        raise Unverified("handover: it does not stand in the first leaf")
    first = verify_entry(file.entry)
    # Not by number: ticks of another length count otherwise.
    if said.leaves and first.time <= TickLeaf.parse(said.leaves[-1]).time:
        raise Unverified(f"handover: it is of {first.time}, before the end of the other log")
    logged = event.decode(file.entry.detail)
    if (logged.action, logged.object, logged.outcome) != (ACTION, OBJECT, "done"):
        raise Unverified("handover: the entry is about something else")
    if logged.data != facts(file.body, said):
        raise Unverified("handover: the entry names another document")
    return said


def ranges(numbers: list[int]) -> str:
    """`3-5,9`: numbers that follow each other are drawn together."""
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    spelled = []
    for _, run in runs:
        within = [number for _, number in run]
        spelled.append(f"{within[0]}-{within[-1]}" if len(within) > 1 else str(within[0]))
    return ",".join(spelled)
