"""Numbers of people's id cards: only their HMACs are kept, and nobody ever sees one again.

A plain hash could be enumerated in minutes: there are few places, days and orders. The key is a
file outside the database. Version n of a digest is the HMAC under key n of version n - 1: so a new
key takes what is stored along without the numbers, and a database that was stolen with all keys
but the newest tells nothing.
"""

import hashlib
import hmac
import os
import re
import secrets
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from stdnum.cn import ric

from sunseal.errors import Unavailable

FILE = "person-ids.json"
KEY_BYTES = 32
SHOWN_BEFORE, SHOWN_AFTER = 4, 4
# By its birth date, so that a mistyped check digit does not let the rest of a number through.
_CARD = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])"
)
_OTHER = re.compile(r"[A-Z0-9]{5,20}")
_MASKED = re.compile(r"[A-Z0-9]*[*X·•]{3,}[A-Z0-9]*")
_CARD_MASK = re.compile(r"[0-9]{4}\*{10}[0-9]{3}[0-9X]")
_HIDDEN = frozenset("*·•")


class NoPersonKey(Unavailable):
    def __init__(self) -> None:
        super().__init__(
            "The key for people's identifiers is not on this machine, so none can be taken in. "
            "Nothing was stored: the operator makes it with `sunseal screening rotate-key`."
        )


class _Ring(msgspec.Struct, forbid_unknown_fields=True):
    keys: list[str]


@dataclass(frozen=True, slots=True)
class Ring:
    """All keys, oldest first; their versions count from 1."""

    keys: tuple[bytes, ...] = field(repr=False)

    def digests(self, number: str) -> dict[int, bytes]:
        """Every version's digest of a number, however it is spelled."""
        digest, found = normal(number).encode(), {}
        for version, key in enumerate(self.keys, 1):
            digest = hmac.new(key, digest, hashlib.sha256).digest()
            found[version] = digest
        return found

    def carried(self, version: int, digest: bytes) -> dict[int, bytes]:
        """The versions after `version` of a stored digest, whose number nobody has."""
        found = {}
        for later in range(version, len(self.keys)):
            digest = hmac.new(self.keys[later], digest, hashlib.sha256).digest()
            found[later + 1] = digest
        return found


def read(folder: Path) -> Ring:
    """The keys as they are now: a rotation needs no restart. Raises NoPersonKey."""
    try:
        ring = msgspec.json.decode((folder / FILE).read_bytes(), type=_Ring)
        keys = tuple(bytes.fromhex(key) for key in ring.keys)
    except (OSError, ValueError):
        raise NoPersonKey() from None
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise NoPersonKey()
    return Ring(keys)


def find(folder: Path) -> Ring | None:
    """The keys, or None where this installation takes in no identifiers of people."""
    try:
        return read(folder)
    except NoPersonKey:
        return None


def rotate(folder: Path) -> Ring:
    """Adds a key, the first one as well. The file is replaced whole: no reader sees half of it."""
    before = read(folder).keys if (folder / FILE).exists() else ()
    keys = (*before, secrets.token_bytes(KEY_BYTES))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(_Ring([key.hex() for key in keys])))
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(folder / FILE)
    return Ring(keys)


def make(folder: Path) -> None:
    """The first key, where there is none."""
    if not (folder / FILE).exists():
        rotate(folder)


def normal(number: str) -> str:
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def is_masked(number: str) -> bool:
    return _MASKED.fullmatch(normal(number)) is not None and not ric.is_valid(normal(number))


def is_whole(number: str) -> bool:
    """A valid id-card number, or another document's; what looks like a card must be valid."""
    plain = normal(number)
    if len(plain) == 18 and plain[:17].isdigit():
        return bool(ric.is_valid(plain))
    return _OTHER.fullmatch(plain) is not None


def mask(number: str) -> str:
    """What may be shown and stored: of a card the place and the last four, of others less."""
    plain = normal(number)
    if len(plain) <= SHOWN_BEFORE + SHOWN_AFTER:
        return "*" * (len(plain) - 2) + plain[-2:]
    hidden = len(plain) - SHOWN_BEFORE - SHOWN_AFTER
    return plain[:SHOWN_BEFORE] + "*" * hidden + plain[-SHOWN_AFTER:]


def is_card(number: str) -> bool:
    """A resident's number (GB 11643), its check digit included."""
    return bool(ric.is_valid(normal(number)))


def is_card_mask(mask: str) -> bool:
    """Whether `mask` is what `mask()` leaves of a card."""
    return _CARD_MASK.fullmatch(mask) is not None


def masks_agree(one: str, other: str) -> bool:
    """Whether two masks may be of one number: what both show is the same."""
    return len(one) == len(other) and all(
        a == b or a in _HIDDEN or b in _HIDDEN for a, b in zip(one, other, strict=True)
    )


def holds_card(text: str) -> bool:
    return _CARD.search(unicodedata.normalize("NFKC", text)) is not None


def redact(text: str) -> str:
    """The text with every id-card number in it masked."""
    if not holds_card(text):
        return text
    return _CARD.sub(lambda found: mask(found.group()), unicodedata.normalize("NFKC", text))
