"""Joining: who may, with which signature, and how often."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from sunseal_crypto.signing import SigningKey
from tests.bids.world import API, Bidder, Box, b64, problem


def test_a_firm_joins_once_and_sees_its_joining(box: Box) -> None:
    bidder = box.firm(box.envelope())
    body = bidder.joining()
    first = bidder.join(body)
    assert first.status_code == 201
    assert first.json()["pseudonym"] == b64(bidder.pseudonym.public)
    assert bidder.join(body).json() == first.json()
    assert bidder.get(f"{bidder.envelope.path}/joinings").json() == first.json()
    assert box.events() == [("bid.join", "done", ""), ("bid.look", "done", "")]


def with_another_signature(bidder: Bidder) -> Any:
    body = bidder.joining()
    bidder.key = SigningKey.generate()
    return bidder.join(bidder.joining() | {"joining": body["joining"]})


def out_of_order(bidder: Bidder) -> Any:
    signed = b'{"version":"sunseal/joining/v1","origin":"x"}'
    return bidder.join({"joining": b64(signed), "signature": b64(bytes(64))})


def under_another_pseudonym(bidder: Bidder) -> Any:
    bidder.joined()
    bidder.pseudonym = SigningKey.generate()
    return bidder.join()


def as_staff(bidder: Bidder) -> Any:
    return bidder.box.firm(bidder.envelope, role="centre").join()


def closed(bidder: Bidder) -> Any:
    bidder.box.close(bidder.envelope)
    return bidder.join()


def cancelled(bidder: Bidder) -> Any:
    bidder.box.close(bidder.envelope, "cancelled")
    return bidder.join()


def with_a_weak_pseudonym(bidder: Bidder) -> Any:
    good = bidder.joining()["joining"]
    weak = b64(b64decode(good).replace(b64(bidder.pseudonym.public).encode(), b64(WEAK).encode()))
    return bidder.join({"joining": weak, "signature": b64(bytes(64))})


# The identity: a signature by it holds for every message.
WEAK = b"\x01" + bytes(31)

REFUSED: dict[str, tuple[Callable[[Bidder], Any], str]] = {
    "not canonical": (out_of_order, "joining-malformed"),
    "another key's signature": (with_another_signature, "joining-not-signed"),
    "a pseudonym of low order": (with_a_weak_pseudonym, "joining-malformed"),
    "another origin": (lambda b: b.join(b.joining(origin="else.example")), "joining-elsewhere"),
    "another tender": (lambda b: b.join(b.joining(tender="else")), "joining-elsewhere"),
    "another envelope": (lambda b: b.join(b.joining(envelope="2")), "joining-elsewhere"),
    "no key enrolled": (lambda b: b.box.firm(b.envelope, enrolled=False).join(), "no-signing-key"),
    "a second pseudonym": (under_another_pseudonym, "already-joined"),
    "after the deadline": (closed, "deadline-passed"),
    "a cancelled tender": (cancelled, "tender-cancelled"),
    "no such envelope": (
        lambda b: b.post(f"{API}/tenders/{b.organization}/envelopes/1/joinings", b.joining()),
        "no-such-envelope",
    ),
    "staff": (as_staff, "forbidden"),
    "a visitor": (
        lambda b: b.box.client.post(f"{b.envelope.path}/joinings", json=b.joining()),
        "unauthenticated",
    ),
}


@pytest.mark.parametrize(("attempt", "slug"), REFUSED.values(), ids=REFUSED.keys())
def test_no_joining(crowd: Box, attempt: Callable[[Bidder], Any], slug: str) -> None:
    assert problem(attempt(crowd.firm(crowd.envelope()))) == slug


def test_a_key_that_was_replaced_no_longer_joins(crowd: Box) -> None:
    bidder = crowd.firm(crowd.envelope())
    with crowd.database.admin() as connection:
        connection.execute(
            "update registry.signing_key set revoked_at = kit.now() where organization_id = %s",
            (bidder.organization,),
        )
    assert problem(bidder.join()) == "no-signing-key"


def test_a_full_box_refuses_and_leaves_a_sealed_trace(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    envelope = box.envelope(box_size=2)
    for _ in range(2):
        box.joined(envelope)
    late = box.firm(envelope)
    assert problem(late.join()) == "box-full"
    assert box.events()[-1] == ("bid.join", "refused", "box-full")
    told = capsys.readouterr().out
    assert "box-full" in told
    assert str(envelope.tender) not in told
    assert str(late.organization) not in told
    assert box.rows("select count(*) from audit.entry where action like 'bid.%%'") == [(0,)]


def test_a_pseudonym_of_another_firm_cannot_be_taken(crowd: Box) -> None:
    envelope = crowd.envelope()
    first, second = crowd.joined(envelope), crowd.firm(envelope)
    second.pseudonym = first.pseudonym
    assert problem(second.join()) == "pseudonym-taken"
