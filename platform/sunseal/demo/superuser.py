"""The operator with everything it has, and one custodian's part: a dump, the store, all keys.

It looks for what can be read as it lies there, then tries every key on every sealed header, then
combines the one share it got. The threshold is two of three.
"""

import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sunseal.embedded import programs
from sunseal.embedded.owner import Owner
from sunseal.keys import Keys
from sunseal_crypto import certificate, sealed, threshold
from sunseal_crypto.age import Header, NoIdentityMatch, X25519Identity, X25519Recipient, x25519
from sunseal_crypto.age.errors import HeaderError
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.spelling import base64_bytes

AGE_MAGIC = b"age-encryption.org/v1\n"


@dataclass(frozen=True, slots=True)
class Loot:
    """Where the operator's own disks are, and the journal it got from one custodian."""

    admin_url: str
    objects: Path
    keys: Keys
    platform_seeds: tuple[bytes, ...]
    roster: bytes
    tender: str
    custodian: int
    custodian_folder: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """`readable` are the secrets found lying open, `opened` the headers that gave way."""

    headers: int
    dump_bytes: int
    object_bytes: int
    keys: int
    readable: list[str]
    opened: int
    had_share: bool


def attack(loot: Loot, secrets: Sequence[str], scratch: Path) -> Outcome:
    """Tries all of it on all that is there. `secrets` are words that stand in sealed bids."""
    dump = _dump(loot.admin_url, scratch / "dump.sql")
    objects = [path for path in loot.objects.rglob("*") if path.is_file()]
    headers = list(_headers(objects))
    share = _share(loot.custodian_folder / "journal.db", loot.tender)
    identities = _identities(loot)
    opened = sum(
        _opens(header, identities) or (share is not None and _combines(header, share, loot))
        for header in headers
    )
    return Outcome(
        headers=len(headers),
        dump_bytes=dump.stat().st_size,
        object_bytes=sum(path.stat().st_size for path in objects),
        keys=len(identities),
        readable=sorted(_readable((dump, *objects), secrets)),
        opened=opened,
        had_share=share is not None,
    )


def _dump(admin_url: str, into: Path) -> Path:
    pg_dump = programs.postgres(Owner.of_servers()) / "pg_dump"
    with into.open("wb") as file:
        subprocess.run([str(pg_dump), "--dbname", admin_url], stdout=file, check=True)
    return into


def _headers(objects: Sequence[Path]) -> Iterator[Header]:
    for path in objects:
        with path.open("rb") as file:
            start = file.read(sealed.LIMIT)
        if start.startswith(AGE_MAGIC):
            yield sealed.check(start)


def _identities(loot: Loot) -> list[X25519Identity]:
    """The worker's identity, and every other 32-byte secret tried as if it were one."""
    names = ("identity.key", "cosigner.key")
    stolen = [(loot.custodian_folder / name).read_text().strip() for name in names]
    seeds = [*loot.platform_seeds, *(base64_bytes(text, "seed", length=32) for text in stolen)]
    return [loot.keys.worker, *map(X25519Identity, seeds)]


def _opens(header: Header, identities: Sequence[X25519Identity]) -> bool:
    return any(_unwraps(header, identity) for identity in identities)


def _unwraps(header: Header, identity: X25519Identity) -> bool:
    try:
        identity.unwrap(header.stanzas)
    except NoIdentityMatch:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Share:
    """A custodian's part x_i of the envelope's secret, and the envelope's certificate."""

    secret: bytes
    certificate: bytes


def _share(journal: Path, tender: str) -> Share | None:
    query = "select share, certificate from ceremony where tender = ? and share is not null"
    with sqlite3.connect(f"{journal.resolve().as_uri()}?mode=ro", uri=True) as database:
        row = database.execute(query, [tender]).fetchone()
    return Share(*row) if row else None


def _combines(header: Header, share: Share, loot: Loot) -> bool:
    """What an opening does with two answers, done with one."""
    key = certificate.verify(share.certificate, loot.roster)
    stanza = sealed.envelope_stanza(header)
    answer = threshold.partial(share.secret, sealed.envelope_share(header))
    shared = threshold.combine({loot.custodian: answer})
    try:
        point = X25519Recipient.from_string(key.recipient).point
        x25519.unwrap_with_secret(stanza, shared, point)
    except (NoIdentityMatch, HeaderError, CryptoError):
        return False
    return True


def _readable(paths: Sequence[Path], words: Sequence[str]) -> set[str]:
    """The words that stand anywhere in the clear; a dump writes binary columns in hexadecimal."""
    forms = {word: (word.encode(), word.encode().hex().encode()) for word in words}
    found = set()
    for path in paths:
        data = path.read_bytes()
        found |= {word for word, form in forms.items() if any(each in data for each in form)}
    return found
