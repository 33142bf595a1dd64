"""A custodian's signed answer: what the worker accepts, and whom it can blame."""

import base64
import os
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from sunseal_crypto import canonical, certificate, proofs, release, threshold
from sunseal_crypto.age import x25519
from sunseal_crypto.age.x25519 import X25519Recipient
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import Blamed, CryptoError, Malformed
from sunseal_crypto.release import Answer, InvalidLeaf, Refusal, ReleaseRequest
from sunseal_crypto.statement import BidStatement
from tests.crypto.bids import FIRST
from tests.crypto.rosters import IDENTITIES, Ceremony, ceremony

REQUEST = b"r" * 32
FILE_KEY = b"k" * 16


@pytest.fixture(scope="module")
def made() -> Ceremony:
    return ceremony()


@pytest.fixture(scope="module")
def key(made: Ceremony) -> EnvelopeKey:
    return certificate.verify(made.data, made.roster)


@pytest.fixture(scope="module")
def stanzas(key: EnvelopeKey) -> dict[int, Any]:
    recipient = X25519Recipient.from_string(key.recipient)
    return {leaf: x25519.wrap(FILE_KEY, recipient, os.urandom(32)) for leaf in (2, 5)}


@pytest.fixture(scope="module")
def asked(stanzas: dict[int, Any]) -> dict[int, BidStatement]:
    shares = {leaf: unpadded(stanza.args[1]) for leaf, stanza in stanzas.items()}
    return {leaf: msgspec.structs.replace(FIRST, share=share) for leaf, share in shares.items()}


def unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def answer_of(
    made: Ceremony, key: EnvelopeKey, asked: dict[int, BidStatement], index: int, **changes: Any
) -> Answer:
    leaves = sorted(asked)
    share = made.shares[index - 1]
    results = [threshold.partial(share, asked[leaf].share) for leaf in leaves]
    draft = Answer(
        request=REQUEST, custodian=index, answered=leaves, results=results, invalid=[], proof=b""
    )
    heads = [asked[leaf] for leaf in leaves]
    about = release.answer_statement(key, draft, heads, results)
    proof = proofs.prove_equality(share, about)
    return msgspec.structs.replace(draft, proof=proof, **changes)


def test_two_of_three_answers_open_every_stanza(
    made: Ceremony, key: EnvelopeKey, asked: dict[int, BidStatement], stanzas: dict[int, Any]
) -> None:
    points: dict[int, dict[int, bytes]] = {leaf: {} for leaf in asked}
    for index in (1, 3):
        signed = release.sign_answer(answer_of(made, key, asked, index), IDENTITIES[index - 1])
        identity = IDENTITIES[index - 1].public
        answer = release.open_answer(canonical.encode(signed), identity, index, REQUEST)
        for leaf, point in release.verify_answer(key, answer, asked).items():
            points[leaf][index] = point
    recipient = X25519Recipient.from_string(key.recipient)
    for leaf, stanza in stanzas.items():
        shared = threshold.combine(points[leaf])
        opened = x25519.unwrap_with_secret(stanza, shared, recipient.point)
        assert opened == FILE_KEY


def test_one_answer_alone_opens_nothing(
    made: Ceremony, key: EnvelopeKey, asked: dict[int, BidStatement], stanzas: dict[int, Any]
) -> None:
    points = release.verify_answer(key, answer_of(made, key, asked, 2), asked)
    recipient = X25519Recipient.from_string(key.recipient)
    shared = threshold.combine({2: points[5]})
    with pytest.raises(CryptoError):
        x25519.unwrap_with_secret(stanzas[5], shared, recipient.point)


@pytest.mark.parametrize("signer", [1, 2])
def test_an_answer_is_signed_by_its_custodian_for_its_request(
    made: Ceremony, key: EnvelopeKey, asked: dict[int, BidStatement], signer: int
) -> None:
    signed = release.sign_answer(answer_of(made, key, asked, 1), IDENTITIES[signer])
    with pytest.raises(Blamed):
        release.open_answer(canonical.encode(signed), IDENTITIES[0].public, 1, REQUEST)
    honest = release.sign_answer(answer_of(made, key, asked, 1), IDENTITIES[0])
    with pytest.raises(Blamed, match="another request"):
        release.open_answer(canonical.encode(honest), IDENTITIES[0].public, 1, bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda a: {"results": a.results[::-1]}, id="swapped results"),
        pytest.param(lambda a: {"results": [a.results[0]] * 2}, id="one result twice"),
        pytest.param(lambda a: {"custodian": 2}, id="another's index"),
        pytest.param(lambda a: {"proof": bytes(64)}, id="no proof"),
        pytest.param(lambda a: {"answered": [2], "results": a.results[:1]}, id="one left out"),
        pytest.param(lambda a: {"answered": [2, 7]}, id="a leaf nobody asked for"),
        pytest.param(lambda a: {"invalid": [InvalidLeaf(5, "bad-share")]}, id="both at once"),
        pytest.param(lambda a: {"results": [], "proof": b""}, id="nothing answered"),
    ],
)
def test_a_lying_answer_names_the_liar(
    made: Ceremony, key: EnvelopeKey, asked: dict[int, BidStatement], change: Any
) -> None:
    answer = answer_of(made, key, asked, 1)
    with pytest.raises(Blamed):
        release.verify_answer(key, msgspec.structs.replace(answer, **change(answer)), asked)


def test_an_answer_may_find_every_leaf_invalid(
    key: EnvelopeKey, asked: dict[int, BidStatement]
) -> None:
    invalid = [InvalidLeaf(leaf, "missing-authorship") for leaf in sorted(asked)]
    answer = Answer(
        request=REQUEST, custodian=1, answered=[], results=[], invalid=invalid, proof=b""
    )
    assert release.verify_answer(key, answer, asked) == {}


def test_a_refusal_is_signed_and_names_its_rule() -> None:
    refusal = Refusal(
        request=REQUEST,
        custodian=1,
        rule="time-not-reached",
        sentence="Not before 09:30.",
        at=datetime(2027, 3, 20, 1, 0, tzinfo=UTC),
    )
    data = canonical.encode(release.sign_refusal(refusal, IDENTITIES[0]))
    assert release.open_refusal(data, IDENTITIES[0].public, 1, REQUEST) == refusal
    with pytest.raises(Blamed):
        release.open_refusal(data, IDENTITIES[1].public, 1, REQUEST)


@pytest.mark.parametrize("answer", [[1, 0], [0, 0], [2], [-1]])
def test_a_request_asks_for_positions_of_its_box_in_order(answer: list[int]) -> None:
    leaf = OpenedLeaf(nonce=bytes(32), detail=b"x", state="pad", reason="", decision=None)
    request = ReleaseRequest(
        origin="o",
        tender="t",
        envelope="1",
        number=1,
        key=bytes(32),
        terms=bytes(32),
        box=bytes(32),
        amendments=[],
        leaves=[leaf, leaf],
        answer=answer,
    )
    with pytest.raises(Malformed):
        release.parse_request(canonical.encode(request))
