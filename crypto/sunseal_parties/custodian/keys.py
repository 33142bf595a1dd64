"""A custodian's own keys, its public card, and its seat in the roster."""

import os
from dataclasses import dataclass
from pathlib import Path

from sunseal_crypto import canonical, roster
from sunseal_crypto.age import X25519Recipient
from sunseal_crypto.errors import CryptoError, Malformed
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner, VerifierKey
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_bytes, base64_text

IDENTITY_FILE = "identity.key"
COSIGNER_FILE = "cosigner.key"
CARD_FILE = "card.json"


class KeysRefused(CryptoError):
    """A key file is there already, is missing, or others can read it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """`identity` vouches and answers; `cosigner` cosigns the log and is used for nothing else.

    A witness has no identity key.
    """

    identity: SigningKey | None
    cosigner: SigningKey


@dataclass(frozen=True, slots=True)
class Seat:
    """Who this party is in its own roster file, and whom that file tells it to believe.

    `index` counts custodians from 1; a witness has none, and takes part in no ceremony.
    """

    roster_bytes: bytes
    roster: roster.Roster
    index: int | None
    cosigner: NoteSigner
    log: VerifierKey
    cosigners: list[VerifierKey]
    worker: X25519Recipient

    @property
    def fingerprint(self) -> bytes:
        return roster.fingerprint(self.roster_bytes)


def create(folder: Path, name: str, authority: str, *, witness: bool) -> bytes:
    """Makes fresh keys in `folder` and returns the card for the roster. Raises KeysRefused.

    Keys that exist are never overwritten: a custodian that lost its identity key by a slip of the
    hand could answer for no tender any more.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity, cosigner = SigningKey.generate(), SigningKey.generate()
    card = canonical.encode(_card(name, authority, None if witness else identity, cosigner))
    _refuse_existing(folder)
    if not witness:
        _write_new(folder / IDENTITY_FILE, base64_text(identity.seed()).encode() + b"\n", 0o600)
    _write_new(folder / COSIGNER_FILE, base64_text(cosigner.seed()).encode() + b"\n", 0o600)
    _write_new(folder / CARD_FILE, card, 0o644)
    return card


def load(folder: Path, *, witness: bool) -> Keys:
    """Raises KeysRefused, Malformed."""
    identity = None if witness else _read_key(folder / IDENTITY_FILE)
    return Keys(identity, _read_key(folder / COSIGNER_FILE))


def take_seat(keys: Keys, roster_bytes: bytes) -> Seat:
    """Finds these keys in the roster file. Raises Malformed when they are not its own."""
    parsed = roster.parse(roster_bytes)
    cosigners = [VerifierKey.parse(text, COSIGNATURE) for text in parsed.cosigners()]
    mine = [key for key in cosigners if key.public == keys.cosigner.public]
    if not mine:
        raise Malformed("the roster does not list this cosigner key")
    return Seat(
        roster_bytes=roster_bytes,
        roster=parsed,
        index=None if keys.identity is None else _index(keys.identity, mine[0], parsed),
        cosigner=NoteSigner(mine[0].name, keys.cosigner, COSIGNATURE),
        log=VerifierKey.parse(parsed.log),
        cosigners=cosigners,
        worker=X25519Recipient.from_string(parsed.worker),
    )


def _index(identity: SigningKey, cosigner: VerifierKey, parsed: roster.Roster) -> int:
    for index, custodian in enumerate(parsed.custodians, 1):
        if (custodian.identity, custodian.cosigner) == (identity.public, str(cosigner)):
            return index
    raise Malformed("the roster does not list this identity key together with this cosigner key")


def _card(
    name: str, authority: str, identity: SigningKey | None, cosigner: SigningKey
) -> roster.Custodian | roster.Witness:
    # Names of note keys hold neither spaces nor `+`, names of institutions may.
    key_name = "-".join(name.replace("+", " ").split())
    verifier = str(VerifierKey(key_name, cosigner.public, COSIGNATURE))
    if identity is None:
        return roster.Witness(name, authority, verifier)
    return roster.Custodian(name, authority, identity.public, verifier)


def _refuse_existing(folder: Path) -> None:
    for name in (IDENTITY_FILE, COSIGNER_FILE, CARD_FILE):
        if (folder / name).exists():
            raise KeysRefused(f"{folder / name} exists already; keys are never overwritten")


def _write_new(path: Path, data: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise KeysRefused(f"{path} exists already; keys are never overwritten") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _read_key(path: Path) -> SigningKey:
    try:
        text = path.read_text("ascii")
        others = path.stat().st_mode & 0o077
    except (OSError, UnicodeDecodeError) as error:
        raise KeysRefused(f"{path} cannot be read: {type(error).__name__}") from None
    if others:
        raise KeysRefused(f"{path} can be read by others; its mode must be 0600")
    return SigningKey.from_seed(base64_bytes(text.removesuffix("\n"), path.name))
