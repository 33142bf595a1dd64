"""Keys of signed notes (c2sp.org/signed-note): their names, ids, and verifier strings."""

import hashlib
from dataclasses import dataclass
from typing import Self

from sunseal_crypto.errors import Malformed
from sunseal_crypto.signing import PUBLIC_BYTES, SigningKey, check_public_key
from sunseal_crypto.spelling import base64_bytes, base64_text

# Signature types: what a key signs. The byte is part of the key id, so that one kind of
# signature is never looked up as another.
ED25519 = 0x01
COSIGNATURE = 0x04

KEY_ID_BYTES = 4
MAX_NAME_BYTES = 255


def check_name(name: str) -> None:
    """Raises Malformed unless `name` can stand in a signature line and in a verifier string."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise Malformed("key name: not Unicode text") from None
    if not 1 <= size <= MAX_NAME_BYTES:
        raise Malformed(f"key name: empty, or more than {MAX_NAME_BYTES} bytes")
    for character in name:
        if character.isspace() or character == "+" or character < " ":
            raise Malformed(f"key name: {character!r} is not allowed in it")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may sign a note, and how (`kind` is the signature type)."""

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        check_name(self.name)
        check_public_key(self.public)
        if self.kind not in (ED25519, COSIGNATURE):
            raise Malformed(f"verifier key: unknown signature type 0x{self.kind:02x}")

    @property
    def key_id(self) -> bytes:
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """`<name>+<hex id>+<base64 of type and key>`."""
        material = base64_text(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str, kind: int = ED25519) -> Self:
        """Reads a verifier string of the expected `kind`. Raises Malformed."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Malformed("verifier key: not of the form name+id+key")
        name, key_id, material = parts
        data = base64_bytes(material, "verifier key", length=1 + PUBLIC_BYTES)
        # The caller says what the key is for: a log key must not slip in as a cosigner's.
        if data[0] != kind:
            raise Malformed(f"verifier key: signature type 0x{data[0]:02x}, not 0x{kind:02x}")
        key = cls(name, data[1:], kind)
        if key.key_id.hex() != key_id:
            raise Malformed("verifier key: its id does not belong to its name and key")
        return key


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A signing key with the name it signs notes under."""

    name: str
    key: SigningKey
    kind: int = ED25519

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.key.public, self.kind)
