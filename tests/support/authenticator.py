"""An authenticator in software (W3C Web Authentication): real keys, attestation `none`, assertions.

It does what it is asked, or lies in one of the ways that somebody who has written his own could.
"""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

Asked = dict[str, Any]
PRESENT, VERIFIED, ATTESTED = 1, 4, 64
AAGUID = bytes(16)
# COSE: an elliptic curve key, ES256, P-256.
KIND, ALGORITHM, CURVE, X, Y = 1, 3, -1, -2, -3


@dataclass(frozen=True)
class Lies:
    """What is said other than it is; None and True are the truth."""

    origin: str | None = None
    rp_id: str | None = None
    challenge: bytes | None = None
    kind: str | None = None
    handle: bytes | None = None
    credential: bytes | None = None
    key: ec.EllipticCurvePrivateKey | None = None
    count: int | None = None
    verified: bool = True
    present: bool = True
    cross_origin: bool = False
    nameless: bool = False


TRUTH = Lies()


@dataclass
class Credential:
    """A key pair for one account of one site. `count` 0 never counts, as most telephones do."""

    id: bytes
    key: ec.EllipticCurvePrivateKey
    handle: bytes
    count: int


@dataclass
class Authenticator:
    """In somebody's hand, in a browser that stands at `origin`."""

    origin: str
    counts: bool = True
    held: list[Credential] = field(default_factory=list)

    def create(self, asked: Asked, lies: Lies = TRUTH) -> str:
        """A new passkey, as `navigator.credentials.create` answers."""
        handle = decoded(asked["user"]["id"])
        key = ec.generate_private_key(ec.SECP256R1())
        made = Credential(lies.credential or os.urandom(32), key, handle, int(self.counts))
        self.held.append(made)
        data = self._data(asked["rp"]["id"], made, lies, ATTESTED) + _attested(made)
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked, lies)
        return _answer(made.id, clientDataJSON=client, attestationObject=attestation)

    def show(self, asked: Asked, lies: Lies = TRUTH, which: int = -1) -> str:
        """An assertion by the passkey made last, as `navigator.credentials.get` answers."""
        own = self.held[which]
        own.count += int(self.counts)
        data = self._data(asked["rpId"], own, lies, 0)
        client = self._client("webauthn.get", asked, lies)
        signed = data + hashlib.sha256(client).digest()
        signature = (lies.key or own.key).sign(signed, ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        if not lies.nameless:
            said["userHandle"] = lies.handle or own.handle
        return _answer(lies.credential or own.id, **said)

    def _data(self, rp_id: str, own: Credential, lies: Lies, flags: int) -> bytes:
        flags |= PRESENT * lies.present | VERIFIED * lies.verified
        count = own.count if lies.count is None else lies.count
        host = hashlib.sha256((lies.rp_id or rp_id).encode()).digest()
        return host + bytes([flags]) + count.to_bytes(4, "big")

    def _client(self, kind: str, asked: Asked, lies: Lies) -> bytes:
        challenge = lies.challenge or decoded(asked["challenge"])
        said = {
            "type": lies.kind or kind,
            "challenge": encoded(challenge),
            "origin": lies.origin or self.origin,
            "crossOrigin": lies.cross_origin,
        }
        return json.dumps(said).encode()


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _attested(made: Credential) -> bytes:
    numbers = made.key.public_key().public_numbers()
    x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
    public = encode_cbor({KIND: 2, ALGORITHM: -7, CURVE: 1, X: x, Y: y})
    return AAGUID + len(made.id).to_bytes(2, "big") + made.id + public


def _answer(credential: bytes, **response: bytes) -> str:
    said = {name: encoded(data) for name, data in response.items()}
    return json.dumps(
        {
            "id": encoded(credential),
            "rawId": encoded(credential),
            "type": "public-key",
            "response": said,
        }
    )
