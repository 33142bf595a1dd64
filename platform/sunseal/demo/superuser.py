"""The operator with everything it has, and one custodian's part: a dump, the store, all keys.

It looks for what can be read as it lies there, then tries every key on every sealed header, then
combines the one share it got. The threshold is two of three.
"""

import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sunseal.embedded import programs
from sunseal.embedded.owner import Owner
from sunseal.keys import Keys
from sunseal_crypto import certificate, sealed, threshold
from sunseal_crypto.age import Header, NoIdentityMatch, X25519Identity, X25519Recipient, x25519
from sunseal_crypto.spelling import base64_bytes

AGE_MAGIC = b"age-encryption.org/v1\n"


@dataclass(frozen=True, slots=True)
class Loot:
    """Where the operator's own disks are, and the folders it got of custodians, by index."""

    admin_url: str
    objects: Path
    keys: Keys
    platform_seeds: tuple[bytes, ...]
    roster: bytes
    tender: str
    custodians: Mapping[int, Path]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`readable` are the secrets found lying open, `opened` the headers that gave way."""

    headers: int
    dump_bytes: int
    object_bytes: int
    keys: int
    readable: list[str]
    opened: int
    shares: int


def attack(loot: Loot, secrets: Sequence[str], scratch: Path) -> Outcome:
    """Tries all of it on all that is there. `secrets` are words that stand in sealed bids."""
    dump = _dump(loot.admin_url, scratch / "dump.sql")
    objects = [path for path in loot.objects.rglob("*") if path.is_file()]
    headers = list(_headers(objects))
    shares = list(_shares(loot))
    identities = _identities(loot)
    opened = sum(_opens(header, identities) or combines(header, shares) for header in headers)
    return Outcome(
        headers=len(headers),
        dump_bytes=dump.stat().st_size,
        object_bytes=sum(path.stat().st_size for path in objects),
        keys=len(identities),
        readable=sorted(_readable((dump, *objects), secrets)),
        opened=opened,
        shares=len(shares),
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
    files = [
        folder / name
        for folder in loot.custodians.values()
        for name in ("identity.key", "cosigner.key")
    ]
    stolen = [base64_bytes(file.read_text().strip(), file.name, length=32) for file in files]
    seeds = [*loot.platform_seeds, *stolen]
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
    """Custodian `index`'s part x_i of the envelope's secret, and the envelope's recipient."""

    index: int
    secret: bytes
    recipient: str


def _shares(loot: Loot) -> Iterator[Share]:
    query = "select share, certificate from ceremony where tender = ? and share is not null"
    for index, folder in loot.custodians.items():
        journal = (folder / "journal.db").resolve()
        with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as database:
            for secret, data in database.execute(query, [loot.tender]):
                key = certificate.verify(data, loot.roster)
                yield Share(index, secret, key.recipient)


def combines(header: Header, shares: Sequence[Share]) -> bool:
    """Whether the header gives way to these shares, used as an opening uses answers."""
    if not shares:
        return False
    ephemeral = sealed.envelope_share(header)
    answers = {share.index: threshold.partial(share.secret, ephemeral) for share in shares}
    point = X25519Recipient.from_string(shares[0].recipient).point
    try:
        stanza = sealed.envelope_stanza(header)
        x25519.unwrap_with_secret(stanza, threshold.combine(answers), point)
    except NoIdentityMatch:
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
