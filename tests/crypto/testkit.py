"""Files of the age test kit (C2SP CCTV), and what each says must happen."""

import hashlib
import io
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sunseal_crypto import age

REPOSITORY = Path(__file__).parents[2]
VECTORS = Path(os.environ.get("SUNSEAL_VECTORS") or REPOSITORY.parent / "shared" / "vectors")
OWN_VECTORS = Path(__file__).parent / "vectors"

KNOWN_KEYS = {
    "armored",
    "comment",
    "compressed",
    "expect",
    "file key",
    "identity",
    "passphrase",
    "payload",
}
ERRORS: dict[str, type[age.AgeError]] = {
    "no match": age.NoIdentityMatch,
    "HMAC failure": age.HeaderMacError,
    "header failure": age.HeaderError,
    "payload failure": age.PayloadError,
}


@dataclass(frozen=True)
class Vector:
    name: str
    keys: dict[str, list[str]]
    body: bytes

    @classmethod
    def parse(cls, path: Path) -> "Vector":
        head, _, body = path.read_bytes().partition(b"\n\n")
        keys: dict[str, list[str]] = {}
        for line in head.decode().splitlines():
            key, _, value = line.partition(": ")
            keys.setdefault(key, []).append(value)
        if keys.get("compressed") == ["zlib"]:
            body = zlib.decompress(body)
        return cls(path.name, keys, body)

    def one(self, key: str) -> str | None:
        return self.keys.get(key, [None])[0]

    def identities(self) -> list[age.X25519Identity]:
        """Those of our type; the kit also has post-quantum ones."""
        ours = (text for text in self.keys.get("identity", []) if "-PQ-" not in text)
        return [age.X25519Identity.from_string(text) for text in ours]

    def needs_another_type(self) -> bool:
        """Only a passphrase or a post-quantum identity opens it, and we have neither."""
        return bool(
            not self.identities() and ("passphrase" in self.keys or "identity" in self.keys)
        )

    def errors(self) -> tuple[type[age.AgeError], ...]:
        """The errors one of which must be raised; none for a file that opens."""
        if "armored" in self.keys:
            return (age.HeaderError,)
        if self.needs_another_type():
            return (age.HeaderError, age.NoIdentityMatch)
        expected = self.one("expect")
        return () if expected == "success" else (ERRORS[str(expected)],)

    def released(self) -> str:
        """The SHA-256 of all that must have been released, also before a failure."""
        refused_early = "armored" in self.keys or self.needs_another_type()
        payload = None if refused_early else self.one("payload")
        return payload or hashlib.sha256(b"").hexdigest()


def vectors(folder: Path) -> list[Vector]:
    if not folder.is_dir():
        return []
    found = [Vector.parse(path) for path in sorted(folder.iterdir()) if path.suffix != ".md"]
    return [vector for vector in found if vector.keys.keys() <= KNOWN_KEYS]


def opened(
    source: BinaryIO, identities: list[age.X25519Identity]
) -> tuple[bytes, age.AgeError | None]:
    """What was released, and how it failed."""
    sink = io.BytesIO()
    try:
        age.decrypt(source, sink, identities)
    except age.AgeError as error:
        return sink.getvalue(), error
    return sink.getvalue(), None
