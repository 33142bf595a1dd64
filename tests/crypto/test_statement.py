"""Statements and joinings: each rule of their form, and chains that cannot be rearranged."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sunseal_crypto import canonical, joining, statement
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.joining import Joining
from sunseal_crypto.signing import SigningKey, sign_labelled
from sunseal_crypto.statement import LABEL, SignedStatement
from tests.crypto.bids import BIDDER, FIRST, WITHDRAWN, after, chain_of
from tests.crypto.logs import ORIGIN

SIGNED = statement.sign(FIRST, BIDDER)


def test_a_statement_comes_back_as_it_was_signed():
    assert statement.verify(SIGNED) == FIRST
    assert canonical.decode(SignedStatement, canonical.encode(SIGNED)) == SIGNED


def test_the_signature_covers_label_and_bytes():
    assert SIGNED.signature == BIDDER.sign(b"sunseal/bid-statement/v1\n" + SIGNED.statement)


BAD_FORMS: dict[str, tuple[dict[str, Any], str]] = {
    "another version": ({"version": "sunseal/bid-statement/v2"}, "version"),
    "no origin": ({"origin": ""}, "origin"),
    "an endless tender": ({"tender": "x" * 201}, "tender"),
    "an SSH key for recipient": ({"recipient": "ssh-ed25519 AAAA"}, "recipient"),
    "a recipient in capitals": ({"recipient": FIRST.recipient.upper()}, "recipient"),
    "a recipient with a newline": ({"recipient": FIRST.recipient + "\n"}, "recipient"),
    "a short terms hash": ({"terms": b"t" * 31}, "terms"),
    "a pseudonym of small order": ({"pseudonym": bytes(32)}, "public key"),
    "an unknown action": ({"action": "open"}, "action"),
    "sequence nought": ({"sequence": 0}, "sequence"),
    "sequence 33": ({"sequence": 33, "previous": b"d" * 32, "action": "replace"}, "sequence"),
    "a first with a previous": ({"previous": b"d" * 32}, "only the first"),
    "a second without": ({"sequence": 2, "action": "replace"}, "only the first"),
    "a short previous": ({"sequence": 2, "previous": b"d" * 31}, "only the first"),
    "a first that replaces": ({"action": "replace"}, "first cannot be a replace"),
    "a first that withdraws": (WITHDRAWN, "first cannot be a withdraw"),
    "a bid of no bytes": ({"size": 0}, "submit of 0 bytes"),
    "a negative size": ({"size": -1}, "size"),
    "a size no double holds": ({"size": 2**53}, "size"),
    "a short digest": ({"sha256": b"f" * 31}, "sha256"),
    "no manifest": ({"manifest": b""}, "manifest"),
    "a long share": ({"share": b"e" * 33}, "share"),
    "no body hash": ({"body_hash": b""}, "body_hash"),
    "half a proof": ({"proof": b"p" * 32}, "proof"),
    "a withdrawal with a size": (
        WITHDRAWN | {"sequence": 2, "previous": b"d" * 32, "size": 1},
        "withdraw of 1 bytes",
    ),
    "a withdrawal with a share": (
        WITHDRAWN | {"sequence": 2, "previous": b"d" * 32, "share": b"e" * 32},
        "share of a withdraw",
    ),
}


@pytest.mark.parametrize(("changes", "reason"), BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_a_malformed_statement_is_neither_signed_nor_read(changes: dict[str, Any], reason: str):
    bad = msgspec.structs.replace(FIRST, **changes)
    with pytest.raises(Malformed, match=reason):
        statement.sign(bad, BIDDER)
    data = canonical.encode(bad)
    with pytest.raises(Malformed, match=reason):
        statement.verify(SignedStatement(data, sign_labelled(BIDDER, LABEL, data)))


DATA = SIGNED.statement
BAD_BYTES = {
    "a double key": DATA.replace(b'{"action"', b'{"action":"submit","action"'),
    "a space": DATA.replace(b":", b": ", 1),
    "an unknown key": DATA.replace(b'"action"', b'"aaa":1,"action"'),
    "a size in another spelling": DATA.replace(b":70000", b":7e4"),
    "a byte order mark": b"\xef\xbb\xbf" + DATA,
    "bytes behind": DATA + b"\n",
    "too many": DATA + b" " * 8192,
}


@pytest.mark.parametrize("data", BAD_BYTES.values(), ids=BAD_BYTES.keys())
def test_a_second_spelling_of_a_statement_is_refused(data: bytes):
    with pytest.raises(Malformed, match="BidStatement"):
        statement.verify(SignedStatement(data, sign_labelled(BIDDER, LABEL, data)))


def test_a_stranger_s_signature_is_refused():
    forged = SignedStatement(DATA, sign_labelled(SigningKey.generate(), LABEL, DATA))
    with pytest.raises(Unverified):
        statement.verify(forged)
    with pytest.raises(ValueError, match="the pseudonym it names"):
        statement.sign(FIRST, SigningKey.generate())


def test_a_whole_life():
    actions = ["submit", "replace", "withdraw", "submit", "withdraw"]
    statements = statement.verify_chain(chain_of(*actions))
    assert [link.action for link in statements] == actions
    assert [link.sequence for link in statements] == [1, 2, 3, 4, 5]
    assert statement.verify_chain([]) == []


def test_a_statement_that_never_joined_is_no_part_of_the_chain():
    first, void = chain_of("submit", "replace")
    joined = after(first, manifest=b"n" * 32)
    assert statement.verify_chain([first, joined])[1].manifest == b"n" * 32
    with pytest.raises(Unverified, match="not the next number"):
        statement.verify_chain([first, void, joined])


CHAIN = chain_of("submit", "replace", "withdraw", "submit")
OTHER = SigningKey.from_seed(b"o" * 32)


def _stranger() -> SignedStatement:
    data = msgspec.structs.replace(statement.parse(CHAIN[1].statement), pseudonym=OTHER.public)
    return statement.sign(data, OTHER)


BAD_CHAINS: dict[str, tuple[Callable[[], list[SignedStatement]], str]] = {
    "the first dropped": (lambda: CHAIN[1:], "begins with statement 2"),
    "one dropped": (lambda: [CHAIN[0], *CHAIN[2:]], "not the next number"),
    "two exchanged": (lambda: [CHAIN[0], CHAIN[2], CHAIN[1]], "not the next number"),
    "one doubled": (lambda: [CHAIN[0], CHAIN[0]], "not the next number"),
    "another previous": (lambda: [CHAIN[0], after(CHAIN[0], previous=bytes(32))], "previous"),
    "another bidder": (lambda: [CHAIN[0], _stranger()], "another pseudonym"),
    "another tender": (lambda: [CHAIN[0], after(CHAIN[0], tender="x")], "another tender"),
    "another envelope": (lambda: [CHAIN[0], after(CHAIN[0], envelope="2")], "another envelope"),
    "other terms": (lambda: [CHAIN[0], after(CHAIN[0], terms=bytes(32))], "another terms"),
    "another recipient": (
        lambda: [CHAIN[0], after(CHAIN[0], recipient="age1" + "p" * 58)],
        "another recipient",
    ),
    "another log": (lambda: [CHAIN[0], after(CHAIN[0], origin="x")], "another origin"),
    "submitted over a bid": (lambda: [CHAIN[0], after(CHAIN[0], action="submit")], "submit after"),
    "nothing to replace": (lambda: [*CHAIN[:3], after(CHAIN[2])], "replace after a withdraw"),
    "nothing to withdraw": (
        lambda: [*CHAIN[:3], after(CHAIN[2], **WITHDRAWN)],
        "withdraw after a withdraw",
    ),
}


@pytest.mark.parametrize(("chain", "reason"), BAD_CHAINS.values(), ids=BAD_CHAINS.keys())
def test_a_chain_cannot_be_rearranged(chain: Callable[[], list[SignedStatement]], reason: str):
    with pytest.raises(Unverified, match=reason):
        statement.verify_chain(chain())


def test_a_chain_of_33_is_refused():
    with pytest.raises(Malformed, match="33 statements"):
        statement.verify_chain([SIGNED] * 33)


ORGANIZATION = SigningKey.from_seed(b"g" * 32)
JOINING = Joining(origin=ORIGIN, tender=FIRST.tender, envelope="1", pseudonym=BIDDER.public)


def test_a_joining_holds_under_the_organization_s_key_alone():
    signed = joining.sign(JOINING, ORGANIZATION)
    assert joining.verify(signed, ORGANIZATION.public) == JOINING
    with pytest.raises(Unverified):
        joining.verify(signed, BIDDER.public)
    with pytest.raises(Malformed, match="public key"):
        joining.verify(signed, bytes(32))


def test_a_joining_is_no_statement():
    data = canonical.encode(JOINING)
    forged = joining.SignedJoining(data, sign_labelled(ORGANIZATION, LABEL, data))
    with pytest.raises(Unverified):
        joining.verify(forged, ORGANIZATION.public)


BAD_JOININGS: dict[str, dict[str, Any]] = {
    "another version": {"version": "sunseal/joining/v2"},
    "no tender": {"tender": ""},
    "no envelope": {"envelope": ""},
    "a short pseudonym": {"pseudonym": b"b" * 31},
    "a pseudonym that is no key": {"pseudonym": bytes(32)},
}


@pytest.mark.parametrize("changes", BAD_JOININGS.values(), ids=BAD_JOININGS.keys())
def test_a_malformed_joining_is_refused(changes: dict[str, Any]):
    with pytest.raises(Malformed):
        joining.sign(msgspec.structs.replace(JOINING, **changes), ORGANIZATION)
