"""A ceremony's certificate: why a bidder may trust that nobody holds the key it encrypts to."""

import hashlib
from typing import Literal

import msgspec

from sunseal_crypto import canonical, dkg, framing, signing, terms, threshold
from sunseal_crypto.errors import Blamed, CryptoError, Unverified

STATIC_LABEL = b"sunseal/ceremony-key/v1"
DIGEST_FIELD = framing.LENGTH_BYTES + 32


class StaticKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A custodian's key for one ceremony, vouched for by its identity key."""

    public: bytes
    signature: bytes


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`signatures` are those of the static keys over `transcript`, in the order of the roster."""

    version: Literal["sunseal/certificate/v1"]
    session: bytes
    terms: bytes
    statics: list[StaticKey]
    transcript: bytes
    signatures: list[bytes]


class EnvelopeKey(msgspec.Struct, frozen=True):
    """What a verified certificate proves. `shares` are the Y_i; `id` names the key in proofs."""

    id: bytes
    terms: terms.Terms
    terms_hash: bytes
    point: bytes
    shares: list[bytes]
    recipient: str


def static_message(roster_hash: bytes, session: bytes, index: int, public: bytes) -> bytes:
    """What the identity key of custodian `index` (from 1) signs under STATIC_LABEL."""
    return framing.fields(roster_hash, session, index.to_bytes(4, "big"), public)


def verify_statics(
    statics: list[StaticKey], roster_bytes: bytes, parsed: terms.Terms, session: bytes
) -> None:
    """That each custodian of the roster vouches for its ceremony key. Raises Blamed, Malformed.

    Every custodian does this before round 1: otherwise a platform could sit in all the seats.
    """
    custodians = terms.check_roster(parsed, roster_bytes).custodians
    if len(statics) != len(custodians):
        raise Unverified(f"{len(statics)} ceremony keys for {len(custodians)} custodians")
    for index, (static, custodian) in enumerate(zip(statics, custodians, strict=True), 1):
        message = static_message(parsed.roster, session, index, static.public)
        try:
            signing.verify_labelled(custodian.identity, STATIC_LABEL, message, static.signature)
        except CryptoError:
            raise Blamed("the identity key did not sign this ceremony key", index) from None


def extension(terms_bytes: bytes, messages: list[dkg.Message1]) -> bytes:
    """The transcript's `ext`: the terms, and the digest of every framed ciphertext by sender.

    So a signature on the transcript fixes what each custodian received, and later recovery with
    other ciphertexts fails.
    """
    digests = [
        hashlib.sha256(dkg.frame(ciphertext)).digest()
        for message in messages
        for ciphertext in message.ciphertexts
    ]
    return framing.fields(terms_bytes, *digests)


def verify(data: bytes, roster_bytes: bytes) -> EnvelopeKey:
    """Checks everything a client can check without trusting the platform. Raises CryptoError."""
    certificate = canonical.decode(Certificate, data)
    parsed = terms.parse(certificate.terms)
    # 1. The terms are for the roster that this client got elsewhere, and the session for the terms.
    terms.check_roster(parsed, roster_bytes)
    terms.check_session(certificate.session, certificate.terms)
    # 2. Each ceremony key is vouched for by the identity in the roster.
    verify_statics(certificate.statics, roster_bytes, parsed, certificate.session)
    # 3. All of them signed one transcript; the keys are computed from it, not read.
    facts = dkg.verify_certificate(certificate.transcript, certificate.signatures)
    statics = [static.public for static in certificate.statics]
    if facts.statics != statics or facts.context != dkg.context(certificate.session, statics):
        raise Unverified("certificate: the transcript is of another session")
    if facts.t != parsed.t or facts.n != parsed.n:
        raise Unverified("certificate: the transcript has another threshold")
    # 4. The transcript names these very terms.
    named = framing.field(certificate.terms)
    if not facts.ext.startswith(named) or len(facts.ext) != len(named) + facts.n**2 * DIGEST_FIELD:
        raise Unverified("certificate: the transcript was signed for other terms")
    return EnvelopeKey(
        id=hashlib.sha256(certificate.transcript).digest(),
        terms=parsed,
        terms_hash=terms.fingerprint(certificate.terms),
        point=facts.group_key,
        shares=facts.verification_shares,
        recipient=threshold.recipient_of(facts.group_key),
    )
