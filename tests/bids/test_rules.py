"""The beginning of a sealed file: every rule refuses with a sentence of its own."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from sunseal.bids import errors, rules
from sunseal.bids.models import Gate
from sunseal.errors import SunsealError
from sunseal_crypto import group, proofs, statement, terms
from sunseal_crypto.age import X25519Identity, header, stream, x25519
from sunseal_crypto.age.header import Stanza
from sunseal_crypto.errors import Malformed
from sunseal_crypto.proofs import AuthorshipContext
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import BidStatement
from tests.bids.world import FILE_KEY, TERMS, Envelope, SealedFile, seal, sealed_file

ENVELOPE = Envelope(uuid4(), X25519Identity.generate().recipient())
PSEUDONYM = SigningKey.generate()
FILE = seal(ENVELOPE)
DEADLINE = datetime(2027, 3, 20, 1, 30, tzinfo=UTC)


def said(file: SealedFile, proof: bytes | None = None, **changes: Any) -> BidStatement:
    body_hash = hashlib.sha256(file.body).digest()
    context = AuthorshipContext(
        "origin.example", "tender", "1", terms.fingerprint(TERMS), PSEUDONYM.public, body_hash
    )
    fields: dict[str, Any] = {
        "origin": context.origin,
        "tender": context.tender,
        "envelope": context.envelope,
        "recipient": str(ENVELOPE.recipient),
        "terms": context.terms,
        "pseudonym": context.pseudonym,
        "action": "submit",
        "previous": b"",
        "sequence": 1,
        "size": len(file.data),
        "sha256": hashlib.sha256(file.data).digest(),
        "manifest": bytes(32),
        "share": file.share,
        "body_hash": body_hash,
        "proof": proof or proofs.prove_authorship(file.ephemeral, context),
    }
    return BidStatement(**(fields | changes))


def test_what_our_client_seals_is_allowed() -> None:
    signed = statement.sign(said(FILE), PSEUDONYM)
    read = rules.read_statement(signed)
    assert rules.read_header(FILE.data[: 8 << 10], read).size == FILE.data.index(b"\n---") + 49


def with_stanzas(*stanzas: Stanza) -> bytes:
    return header.serialize(stanzas, FILE_KEY) + bytes(100)


def x25519_stanza(share: bytes) -> Stanza:
    return Stanza(("X25519", header.encode_base64(share)), bytes(32))


STANZA = x25519_stanza(FILE.share)
OTHER = x25519.wrap(FILE_KEY, X25519Identity.generate().recipient())
SCRYPT = Stanza(("scrypt", header.encode_base64(bytes(16)), "18"), bytes(32))
ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n"
GREASE = [Stanza((f"g{n}-grease",), b"") for n in range(5)]

HEADERS = {
    "empty": (b"", "the file is empty"),
    "wrong magic": (b"PK\x03\x04" + bytes(1000), "not an age file"),
    "another version": (FILE.data.replace(b"/v1\n", b"/v2\n", 1), "the version is not v1"),
    "truncated": (FILE.data[:150], "truncated"),
    "armored": (ARMOR, "armored"),
    "carriage returns": (FILE.data.replace(b"\n", b"\r\n", 5), "not v1"),
    "no X25519 stanza": (with_stanzas(GREASE[0]), "no X25519 stanza"),
    "no recovery stanza": (with_stanzas(STANZA), "one X25519 stanza"),
    "a third recipient": (with_stanzas(STANZA, OTHER, OTHER), "3 X25519 stanzas"),
    "a passphrase": (with_stanzas(SCRYPT), "passphrase"),
    "another type": (with_stanzas(STANZA, OTHER, Stanza(("piv-p256",), b"")), "piv-p256"),
    "much grease": (with_stanzas(*GREASE, STANZA, OTHER), "5 GREASE stanzas"),
    "a large header": (
        with_stanzas(Stanza(("g-grease",), bytes(9000)), STANZA, OTHER),
        "larger than 8192 bytes",
    ),
    "a share of other spelling": (
        FILE.data.replace(
            header.encode_base64(FILE.share).encode(),
            header.encode_base64(FILE.share).encode() + b"=",
        ),
        "not in canonical base64",
    ),
    "a short share": (with_stanzas(x25519_stanza(bytes(31)), OTHER), "31 bytes"),
    "a long stanza body": (with_stanzas(replace(STANZA, body=bytes(33)), OTHER), "33 bytes"),
}


@pytest.mark.parametrize(("data", "reason"), HEADERS.values(), ids=HEADERS.keys())
def test_other_headers_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(errors.HeaderNotAllowed, match=reason):
        rules.read_header(data, said(FILE))


def below(number: int) -> bytes:
    return number.to_bytes(32, "little")


def twist() -> bytes:
    return next(share for n in range(2, 50) if _why(share := below(n)) == "twist")


def torsion() -> bytes:
    return next(share for n in range(2, 50) if _why(share := below(n)) == "subgroup")


def _why(share: bytes) -> str:
    try:
        group.from_montgomery(share)
    except Malformed as error:
        return "twist" if "twist" in str(error) else "subgroup"
    return ""


SHARES = {
    "u = 0": (below(0), "low order"),
    "u = 1": (below(1), "low order"),
    "u = -1": (below(group.P - 1), "low order"),
    "not canonical": (below(group.P + 5), "not canonical"),
    "bit 255": (below(9 | 1 << 255), "top bit"),
    "on the twist": (twist(), "twist"),
    "with torsion": (torsion(), "subgroup"),
}


@pytest.mark.parametrize(("share", "reason"), SHARES.values(), ids=SHARES.keys())
def test_other_shares_are_refused(share: bytes, reason: str) -> None:
    data = with_stanzas(x25519_stanza(share), OTHER)
    with pytest.raises(errors.ShareNotAllowed, match=reason):
        rules.read_header(data, said(FILE, share=share))


def test_a_share_that_was_not_signed_is_refused() -> None:
    with pytest.raises(errors.ShareDiffers):
        rules.read_header(FILE.data, said(seal(ENVELOPE)))


def test_the_recovery_stanza_before_the_envelopes_is_refused() -> None:
    first = x25519.wrap(FILE_KEY, ENVELOPE.recipient, FILE.ephemeral)
    decoy = sealed_file([OTHER, first], first, FILE.ephemeral)
    with pytest.raises(errors.ShareDiffers):
        rules.read_header(decoy.data, said(decoy))


def test_a_stanza_body_that_was_not_signed_is_refused() -> None:
    changed = with_stanzas(replace(STANZA, body=bytes(31) + b"\x01"), OTHER)
    with pytest.raises(errors.BodyDiffers):
        rules.read_header(changed, said(FILE))


def test_a_proof_made_for_another_pseudonym_is_refused() -> None:
    """The whole ciphertext of a competitor, share and proof included, sent as one's own."""
    theirs = said(FILE)
    copied = said(FILE, proof=theirs.proof, pseudonym=SigningKey.generate().public)
    with pytest.raises(errors.ProofFails, match="does not hold"):
        rules.read_header(FILE.data, copied)


def test_a_malformed_proof_is_refused() -> None:
    with pytest.raises(errors.ProofFails, match="point"):
        rules.read_header(FILE.data, said(FILE, proof=bytes(32) + b"\xff" * 32))


@pytest.mark.parametrize("size", [0, 1, 15, 16, 31, 33 + stream.CHUNK, 48 + stream.CHUNK])
def test_a_payload_of_a_length_that_no_age_file_has_is_refused(size: int) -> None:
    head = rules.read_header(FILE.data, said(FILE))
    with pytest.raises(errors.PayloadCut):
        rules.read_header(FILE.data, said(FILE, size=head.size + size))


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072])
def test_a_payload_of_any_length_that_age_writes_is_allowed(size: int) -> None:
    file = seal(ENVELOPE, size)
    rules.read_header(file.data, said(file))


@given(st.binary(max_size=400))
@examples(max_examples=60, deadline=None)
def test_whatever_is_uploaded_is_refused_and_never_breaks(noise: bytes) -> None:
    for data in (noise, FILE.data[: len(noise)] + noise):
        with pytest.raises((errors.HeaderNotAllowed, errors.ShareNotAllowed, errors.ShareDiffers)):
            rules.read_header(data, said(FILE, share=secrets.token_bytes(32)))


def gate(state: str = "open") -> Gate:
    return Gate(state=state, deadline=DEADLINE)


TIMES: dict[str, tuple[Callable[[], None], type[SunsealError]]] = {
    "at the deadline": (lambda: rules.check_open(gate(), DEADLINE), errors.DeadlinePassed),
    "after it": (
        lambda: rules.check_open(gate(), DEADLINE + timedelta(hours=1)),
        errors.DeadlinePassed,
    ),
    "closed by then": (
        lambda: rules.check_open(gate("closed"), DEADLINE + timedelta(hours=1)),
        errors.DeadlinePassed,
    ),
    "cancelled": (
        lambda: rules.check_open(gate("cancelled"), DEADLINE - timedelta(hours=1)),
        errors.TenderCancelled,
    ),
    "failed before": (
        lambda: rules.check_open(gate("failed"), DEADLINE - timedelta(hours=1)),
        errors.NotOpen,
    ),
    "waited over it": (
        lambda: rules.check_in_time(gate(), DEADLINE - timedelta(seconds=1), DEADLINE),
        errors.LateAtTheLock,
    ),
    "waited, and it was cancelled": (
        lambda: rules.check_in_time(gate("cancelled"), DEADLINE - timedelta(seconds=1), DEADLINE),
        errors.TenderCancelled,
    ),
}


@pytest.mark.parametrize(("check", "refusal"), TIMES.values(), ids=TIMES.keys())
def test_out_of_time(check: Callable[[], None], refusal: type[SunsealError]) -> None:
    with pytest.raises(refusal) as refused:
        check()
    assert type(refused.value) is refusal


def test_the_last_microsecond_is_in_time() -> None:
    last = DEADLINE - timedelta(microseconds=1)
    rules.check_in_time(gate(), last, last)
