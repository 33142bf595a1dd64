"""The bidder's folder: keys, pins, sealed files, and how far each of them has come.

Every file is written beside its place, made durable, then moved there: after a kill or a power cut
each is either the old one or the new one. Nothing here is for other users of the machine.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from sunseal_crypto import canonical
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.signing import SigningKey
from sunseal_parties.bidder.errors import AnotherAtWork, NotSignedIn, OutOfOrder

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class Membership(Struct, frozen=True, forbid_unknown_fields=True):
    """Who the platform says we are."""

    person: str
    organization: str


class Home:
    """What belongs to the organization, whatever the tender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One command at a time: two could each sign another next statement, and fork the chain."""
        make_folder(self.folder)
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AnotherAtWork(self.folder) from None
            yield

    def token(self) -> str:
        """Raises NotSignedIn."""
        path = self.folder / "token"
        if not path.exists():
            raise NotSignedIn
        return path.read_text().strip()

    def keep_token(self, token: str) -> None:
        write(self.folder / "token", token.encode() + b"\n")

    def urls(self) -> list[str]:
        path = self.folder / "urls"
        return path.read_text().split() if path.exists() else []

    def keep_urls(self, urls: list[str]) -> None:
        write(self.folder / "urls", "".join(f"{url}\n" for url in urls).encode())

    def roster(self) -> bytes | None:
        """The roster file given last; each envelope keeps the one that it was checked with."""
        path = self.folder / "roster.json"
        return path.read_bytes() if path.exists() else None

    def keep_roster(self, data: bytes) -> None:
        write(self.folder / "roster.json", data)

    def membership(self) -> Membership:
        """Raises OutOfOrder."""
        path = self.folder / "organization.json"
        if not path.exists():
            raise OutOfOrder("Your organization is not known here yet: run `sunseal-bid login`.")
        return canonical.decode(Membership, path.read_bytes())

    def keep_membership(self, membership: Membership) -> None:
        write(self.folder / "organization.json", canonical.encode(membership))

    def organization_key(self) -> SigningKey:
        """Raises OutOfOrder."""
        path = self.folder / "organization.key"
        if not path.exists():
            raise OutOfOrder("There is no signing key yet: run `sunseal-bid enrol-key`.")
        return SigningKey.from_seed(path.read_bytes())

    def make_organization_key(self) -> SigningKey:
        """The same key however often it is asked for."""
        return _signing_key(self.folder / "organization.key")

    def envelopes(self) -> list["EnvelopeHome"]:
        """All that were begun."""
        folders = sorted((self.folder / "tenders").glob("*"))
        return [self.envelope(UUID(folder.name[:36]), folder.name[37:]) for folder in folders]

    def envelope(self, tender: UUID, name: str) -> "EnvelopeHome":
        return EnvelopeHome(self.folder / "tenders" / f"{tender}-{name}", tender, name)


class EnvelopeHome:
    """What belongs to one envelope of one tender."""

    def __init__(self, folder: Path, tender: UUID, name: str) -> None:
        self.folder = folder
        self.tender = tender
        self.name = name

    def pinned(self, what: str) -> bytes | None:
        """The bytes first accepted as `certificate`, `roster`, `notice` or `joining`."""
        path = self.folder / what
        return path.read_bytes() if path.exists() else None

    def pin(self, what: str, data: bytes) -> None:
        write(self.folder / what, data)

    def pseudonym(self) -> SigningKey:
        """Made once; all statements of this bidder in this envelope are signed by it."""
        return _signing_key(self.folder / "pseudonym.key")

    def has_pseudonym(self) -> bool:
        return (self.folder / "pseudonym.key").exists()

    def recovery(self) -> X25519Identity:
        """The identity that opens our own sealed files, kept in the form that `age -i` reads."""
        text = _once(self.recovery_path, lambda: _identity_file(X25519Identity.generate()))
        return X25519Identity.from_string(text.decode().split("\n")[1])

    @property
    def recovery_path(self) -> Path:
        return self.folder / "recovery.key"


def write(path: Path, data: bytes) -> None:
    """Puts `data` at `path`, whose folder is made, so that a crash leaves old content or new."""
    make_folder(path.parent)
    write_beside(path, data)


def write_beside(path: Path, data: bytes) -> None:
    """The same, in a folder that must be there."""
    part = path.with_name(path.name + ".part")
    with private_file(part) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    move_into_place(part, path)


def private_file(path: Path) -> BufferedRandom:
    """A new file that only its owner reads, from its first byte on."""
    path.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
    return os.fdopen(os.open(path, flags, PRIVATE_FILE), "w+b")


def move_into_place(part: Path, path: Path) -> None:
    """Renames, durably: without syncing the folder a power cut can undo it."""
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def make_folder(folder: Path) -> None:
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def _once(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is at `path`; made and kept before anybody hears of it, if it is not there yet."""
    if not path.exists():
        write(path, make())
    return path.read_bytes()


def _signing_key(path: Path) -> SigningKey:
    return SigningKey.from_seed(_once(path, lambda: SigningKey.generate().seed()))


def _identity_file(identity: X25519Identity) -> bytes:
    return f"# public key: {identity.recipient()}\n{identity}\n".encode()
