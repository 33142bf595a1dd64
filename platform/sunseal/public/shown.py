"""Who guards the keys and who vouches for the log, as pages show it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sunseal_crypto import checkpoint, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.roster import Roster


@dataclass(frozen=True, slots=True)
class Guardian:
    """An institution of the roster; `cosigned` is when it vouched for the log as it is shown."""

    name: str
    authority: str
    digest: bytes
    alive: bool
    cosigned: datetime | None


@dataclass(frozen=True, slots=True)
class LogHead:
    """The log's newest state that enough institutions stand behind."""

    origin: str
    size: int
    root: bytes
    note: str
    cosigned: dict[str, datetime]


def log_head(note: str, roster: Roster) -> LogHead:
    """Checked once more here: what a page says of a cosigner is that cosigner's own word."""
    head = Checkpoint.parse(notes.parse(note.encode()).text)
    times = checkpoint.count_cosignatures(note.encode(), _keys(roster))
    return LogHead(head.origin, head.size, head.root, note, times)


def custodians(roster: Roster, alive: list[str], head: LogHead | None) -> list[Guardian]:
    return [
        _guardian(each.name, each.authority, each.cosigner, each.identity, alive, head)
        for each in roster.custodians
    ]


def witnesses(roster: Roster, alive: list[str], head: LogHead | None) -> list[Guardian]:
    return [
        _guardian(each.name, each.authority, each.cosigner, _key(each.cosigner).public, alive, head)
        for each in roster.witnesses
    ]


def _guardian(
    name: str, authority: str, cosigner: str, key: bytes, alive: list[str], head: LogHead | None
) -> Guardian:
    cosigned = head.cosigned.get(_key(cosigner).name) if head else None
    return Guardian(name, authority, sha256(key).digest(), name in alive, cosigned)


def _keys(roster: Roster) -> list[VerifierKey]:
    return [_key(text) for text in roster.cosigners()]


def _key(text: str) -> VerifierKey:
    return VerifierKey.parse(text, COSIGNATURE)
