"""Which cosignatures hold, judged when they are used.

Whoever can run SQL on the desk's login can write lines in a cosigner's name, before its own comes.
So a line keeps no other one out, and none counts that its cosigner's key did not make.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sunseal.audit.repository import LogRepository
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey


@dataclass(frozen=True, slots=True)
class Vouched:
    """A checkpoint of the log, and the lines that hold: one for each cosigner."""

    size: int
    note: str
    lines: list[str]

    @property
    def text(self) -> str:
        return self.note + "".join(self.lines)


def newest(log: LogRepository) -> Vouched | None:
    """The newest checkpoint, whoever stands behind it."""
    row = log.latest()
    return None if row is None else _vouched(row.size, row.note, row.lines, log.head().cosigners)


def cosigned(log: LogRepository, above: int, quorum: int) -> Vouched | None:
    """The newest checkpoint larger than `above` with at least `quorum` cosignatures that hold."""
    keys = log.head().cosigners
    for row in log.cosigned(above, quorum):
        found = _vouched(row.size, row.note, row.lines, keys)
        if len(found.lines) >= quorum:
            return found
    return None


def at(log: LogRepository, size: int) -> Vouched | None:
    """The checkpoint of a size."""
    note = log.checkpoint(size)
    return None if note is None else _vouched(size, note, log.lines(size), log.head().cosigners)


def has(log: LogRepository, size: int, note: str, key: str) -> bool:
    """Whether the cosigner with this key has vouched for the checkpoint of this size."""
    return bool(_vouched(size, note, log.lines(size), [key]).lines)


def _vouched(size: int, note: str, lines: Iterable[str], keys: Sequence[str]) -> Vouched:
    text = notes.parse(note.encode()).text
    held: dict[str, str] = {}
    for line in lines:
        for key in keys:
            if key not in held and holds(text, line, key):
                held[key] = line
    return Vouched(size, note, [held[key] for key in keys if key in held])


# Receipts ask for the same few checkpoints again and again.
@lru_cache(maxsize=4096)
def holds(text: bytes, line: str, key: str) -> bool:
    """Whether the cosigner with this key wrote the line, over a checkpoint's text."""
    try:
        checkpoint.verify_cosignature_line(text, line.encode(), VerifierKey.parse(key, COSIGNATURE))
    except CryptoError:
        return False
    return True
