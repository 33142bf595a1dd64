"""The box: all leaves or none, one per bidder, and no leaf opened as what it is not."""

import hashlib
from typing import Any, get_args

import msgspec
import pytest

from sunseal_crypto import box, canonical, event, statement
from sunseal_crypto.box import LeafDetail, Link, OpenedLeaf, State
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.event import LogEvent
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import SignedStatement
from tests.crypto.bids import BIDDER, FIRST, chain_of
from tests.crypto.logs import NOON, Log


def _event(signed: SignedStatement, action: str, outcome: event.Outcome = "done") -> bytes:
    return event.encode(
        LogEvent(
            version="sunseal/event/v1",
            id="1",
            at=NOON,
            actor=base64_text(BIDDER.public),
            role="bidder",
            action=action,
            object="tender/1/envelope/1",
            outcome=outcome,
            reason="",
            data={"statement": base64_text(statement.digest(signed.statement))},
        )
    )


def _link(log: Log, signed: SignedStatement, action: str = box.ACCEPTED) -> Link:
    return Link(statement=signed, entry=log.tick({7: _event(signed, action)})[0])


def _leaf(*actions: str, refused: int = 0, pseudonym: bytes = BIDDER.public) -> LeafDetail:
    log = Log()
    chain = [_link(log, signed) for signed in chain_of(*actions)] if actions else []
    dropped = [_link(log, signed, box.REFUSED) for signed in chain_of("submit")[:refused]]
    return LeafDetail(kind="bidder", pseudonym=pseudonym, chain=chain, refused=dropped)


def _sealed(leaf: LeafDetail, nonce: bytes = b"n" * 32) -> tuple[bytes, bytes]:
    return nonce, canonical.encode(leaf)


def _root(leaves: list[tuple[bytes, bytes]]) -> bytes:
    return box.root([box.leaf_hash(*leaf) for leaf in leaves])


LEAF = _leaf("submit", "replace")
LEAVES = [box.pad(), _sealed(LEAF), box.pad(), box.pad()]
ROOT = _root(LEAVES)


def test_the_leaf_is_hashed_as_specified():
    inner = hashlib.sha256(b"sunseal/box-leaf/v1\n" + b"n" * 32 + b"detail").digest()
    assert box.leaf_hash(b"n" * 32, b"detail") == hashlib.sha256(b"\x00" + inner).digest()


def test_the_root_is_that_of_rfc_6962():
    h = [box.leaf_hash(*leaf) for leaf in LEAVES]
    left = hashlib.sha256(b"\x01" + h[0] + h[1]).digest()
    right = hashlib.sha256(b"\x01" + h[2] + h[3]).digest()
    assert hashlib.sha256(b"\x01" + left + right).digest() == ROOT


def test_a_whole_box():
    details = box.verify_box(ROOT, 4, LEAVES)
    assert details[1] == LEAF
    assert [leaf.kind for leaf in details] == ["pad", "bidder", "pad", "pad"]


def test_pads_are_alike_but_never_the_same():
    first, second = box.pad(), box.pad()
    assert first[0] != second[0]
    assert first[1] == second[1] == b'{"chain":[],"kind":"pad","pseudonym":"","refused":[]}'


BAD_BOXES = {
    "a leaf dropped": (ROOT, LEAVES[:3], "3 leaves shown of 4"),
    "a leaf more": (ROOT, [*LEAVES, box.pad()], "5 leaves"),
    "a leaf exchanged for a pad": (ROOT, [LEAVES[0], box.pad(), *LEAVES[2:]], "its root"),
    "another order": (ROOT, [LEAVES[1], LEAVES[0], *LEAVES[2:]], "its root"),
    "a leaf twice": (_root([LEAVES[0], *LEAVES[:3]]), [LEAVES[0], *LEAVES[:3]], "stands twice"),
}


@pytest.mark.parametrize(("root", "leaves", "reason"), BAD_BOXES.values(), ids=BAD_BOXES.keys())
def test_a_box_shown_otherwise_is_refused(
    root: bytes, leaves: list[tuple[bytes, bytes]], reason: str
):
    with pytest.raises(Unverified, match=reason):
        box.verify_box(root, 4, leaves)


def test_a_bidder_has_one_leaf():
    leaves = [_sealed(LEAF), _sealed(_leaf("submit"), b"m" * 32)]
    with pytest.raises(Unverified, match="two leaves"):
        box.verify_box(_root(leaves), 2, leaves)


BAD_DETAILS: dict[str, dict[str, Any]] = {
    "a pad with a pseudonym": {"kind": "pad", "chain": []},
    "a pad with a bid": {"kind": "pad", "pseudonym": b""},
    "a pad with a refused bid": {
        "kind": "pad",
        "pseudonym": b"",
        "chain": [],
        "refused": LEAF.chain,
    },
    "a kind of its own": {"kind": "bid"},
    "a pseudonym that is no key": {"pseudonym": bytes(32)},
    "33 statements": {"chain": LEAF.chain * 17},
}


@pytest.mark.parametrize("changes", BAD_DETAILS.values(), ids=BAD_DETAILS.keys())
def test_a_malformed_leaf_spoils_the_box(changes: dict[str, Any]):
    leaves = [_sealed(msgspec.structs.replace(LEAF, **changes)), box.pad()]
    with pytest.raises(Malformed):
        box.verify_box(_root(leaves), 2, leaves)


@pytest.mark.parametrize("size", [0, 1, 3, 6, 1 << 17])
def test_a_box_of_another_size_is_refused(size: int):
    with pytest.raises(Malformed, match="power of two"):
        box.root([bytes(32)] * size)


def test_nonce_and_detail_cannot_shift():
    with pytest.raises(Malformed, match="nonce of 31"):
        box.leaf_hash(b"n" * 31, b"ndetail")


def test_a_bad_statement_costs_its_leaf_and_not_the_box():
    bad = msgspec.structs.replace(LEAF.chain[0], statement=SignedStatement(b"{}", bytes(64)))
    spoiled = msgspec.structs.replace(LEAF, chain=[bad])
    leaves = [_sealed(spoiled), box.pad()]
    assert box.verify_box(_root(leaves), 2, leaves)[0] == spoiled
    with pytest.raises(Malformed):
        box.verify_chain(spoiled)


def test_the_chain_of_a_leaf():
    statements = box.verify_chain(LEAF)
    assert [link.action for link in statements] == ["submit", "replace"]
    assert statements[0] == FIRST


def _moved(link: Link, **changes: Any) -> Link:
    return msgspec.structs.replace(link, entry=msgspec.structs.replace(link.entry, **changes))


COMMITTED = _link(Log(), chain_of("submit")[0], "bid.committed")
ATTEMPTED = Link(
    statement=COMMITTED.statement,
    entry=Log().tick({7: _event(COMMITTED.statement, box.ACCEPTED, "refused")})[0],
)
BAD_LINKS: dict[str, tuple[list[Link], str]] = {
    "accepted by the entry of another": (
        [Link(statement=LEAF.chain[0].statement, entry=LEAF.chain[1].entry)],
        "about another statement",
    ),
    "only committed": ([COMMITTED], r"is no bid\.accepted"),
    "its acceptance refused": ([ATTEMPTED], r"is no bid\.accepted"),
    "not in its tick": ([_moved(LEAF.chain[0], slot=8)], "tick path"),
    "accepted before its predecessor": (
        [_link(Log([b""] * 4), LEAF.chain[0].statement), LEAF.chain[1]],
        "accepted before",
    ),
}


@pytest.mark.parametrize(("chain", "reason"), BAD_LINKS.values(), ids=BAD_LINKS.keys())
def test_a_statement_that_never_joined_does_not_count(chain: list[Link], reason: str):
    with pytest.raises(Unverified, match=reason):
        box.verify_chain(msgspec.structs.replace(LEAF, chain=chain))


def test_a_leaf_holds_only_its_own_bidder_s_statements():
    other = SigningKey.generate().public
    with pytest.raises(Unverified, match="another pseudonym"):
        box.verify_chain(_leaf("submit", pseudonym=other))
    with pytest.raises(Unverified, match="another pseudonym"):
        box.verify_refused(_leaf(refused=1, pseudonym=other))


def test_a_refusal_is_logged_as_such():
    assert box.verify_refused(_leaf(refused=1)) == [FIRST]
    accepted = msgspec.structs.replace(LEAF, chain=[], refused=LEAF.chain)
    with pytest.raises(Unverified, match=r"no bid\.refused"):
        box.verify_refused(accepted)


CLOSED: dict[State, LeafDetail] = {
    "current": LEAF,
    "withdrawn": _leaf("submit", "withdraw"),
    "refused": _leaf(refused=1),
    "empty": _leaf(),
    "pad": canonical.decode(LeafDetail, box.pad()[1]),
}


@pytest.mark.parametrize(("state", "leaf"), CLOSED.items(), ids=CLOSED.keys())
def test_a_leaf_s_own_state(state: State, leaf: LeafDetail):
    assert box.state_at_closing(leaf, box.verify_chain(leaf)) == state


def test_a_refused_replace_leaves_the_earlier_bid_standing():
    leaf = msgspec.structs.replace(_leaf("submit"), refused=_leaf(refused=1).refused)
    assert box.state_at_closing(leaf, box.verify_chain(leaf)) == "current"


DECISION: LoggedEntry = LEAF.chain[0].entry


def _opened(state: State, reason: str = "", decision: LoggedEntry | None = None) -> OpenedLeaf:
    nonce, detail = _sealed(LEAF)
    return OpenedLeaf(nonce=nonce, detail=detail, state=state, reason=reason, decision=decision)


@pytest.mark.parametrize("shown", get_args(State))
@pytest.mark.parametrize("closed", CLOSED)
def test_a_leaf_opens_as_what_it_is(closed: State, shown: State):
    decided = shown in ("barred", "pending")
    opened = _opened(shown, "listed" if decided else "", DECISION if decided else None)
    if shown == closed or (decided and closed == "current"):
        box.check_state(opened, closed)
    else:
        with pytest.raises(Unverified, match=f"{closed} at closing, shown as {shown}"):
            box.check_state(opened, closed)


BAD_DECISIONS = {
    "barred without a reason": _opened("barred", decision=DECISION),
    "barred without a decision": _opened("barred", "listed"),
    "pending without a reason": _opened("pending"),
    "current with a reason": _opened("current", "listed"),
    "current with a decision": _opened("current", decision=DECISION),
}


@pytest.mark.parametrize("opened", BAD_DECISIONS.values(), ids=BAD_DECISIONS.keys())
def test_a_decision_is_given_where_one_is_due(opened: OpenedLeaf):
    with pytest.raises(Unverified, match="box leaf"):
        box.check_state(opened, "current")
