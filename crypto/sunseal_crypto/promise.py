"""Promises: the platform's word, given at once, that an entry will be in the log by a tick.

It carries nonce and detail, so that the bidder holds the opening of its own entry even if the
platform never answers again; a promise without a receipt is proof against the platform.
"""

from dataclasses import dataclass
from typing import Self

from sunseal_crypto import merkle, notes
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import NoteSigner, VerifierKey, check_name
from sunseal_crypto.receipt import VerifiedReceipt
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_bytes, base64_text, decimal, utf8_lines
from sunseal_crypto.tick import NONCE_BYTES, commitment

LABEL = "sunseal/promise/v1"


@dataclass(frozen=True, slots=True)
class Promise:
    """The entry `detail` will be in a tick of `origin` numbered `last_tick` at most."""

    origin: str
    nonce: bytes
    detail: bytes
    last_tick: int

    @property
    def commitment(self) -> bytes:
        return commitment(self.nonce, self.detail)

    def encode(self) -> bytes:
        """The note text."""
        spelled = map(base64_text, (self.commitment, self.nonce, self.detail))
        lines = [LABEL, self.origin, *spelled, str(self.last_tick)]
        return "".join(line + "\n" for line in lines).encode()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Raises Malformed, also when the commitment is not that of nonce and detail."""
        label, origin, committed, nonce, detail, last = utf8_lines(text, "promise", count=6)
        if label != LABEL:
            raise Malformed(f"promise: the first line is not {LABEL}")
        check_name(origin)
        promise = cls(
            origin=origin,
            nonce=base64_bytes(nonce, "promise nonce", length=NONCE_BYTES),
            detail=base64_bytes(detail, "promise detail"),
            last_tick=decimal(last, "promise tick"),
        )
        hash_ = base64_bytes(committed, "promise commitment", length=merkle.HASH_BYTES)
        if hash_ != promise.commitment:
            raise Malformed("promise: the commitment is not that of its nonce and detail")
        return promise


def key_name(origin: str) -> str:
    """The promise key's name: it is not the log's key, so neither can be used as the other."""
    return f"{origin}/promise"


def signer(origin: str, key: SigningKey) -> NoteSigner:
    return NoteSigner(key_name(origin), key)


def sign(promise: Promise, key: SigningKey) -> bytes:
    """The platform's signed note. Raises Malformed."""
    text = promise.encode()
    Promise.parse(text)
    return notes.sign(text, signer(promise.origin, key))


def verify(note: bytes, platform: VerifierKey) -> Promise:
    """Raises Malformed, Unverified."""
    text, _ = notes.open_note(note, [platform])
    promise = Promise.parse(text)
    if platform.name != key_name(promise.origin):
        raise Unverified(f"promise: {platform.name} cannot promise for {promise.origin}")
    return promise


def check_kept(promise: Promise, receipt: VerifiedReceipt) -> None:
    """Raises Unverified unless the receipt is for the promised entry and in time."""
    if receipt.origin != promise.origin or receipt.commitment != promise.commitment:
        raise Unverified("promise: the receipt is for another entry")
    if receipt.tick.number > promise.last_tick:
        raise Unverified(
            f"promise: kept in tick {receipt.tick.number}, later than tick {promise.last_tick}"
        )
