"""At the deadline: the box is shut, waited for, filled up, permuted, and fixed by one root.

Each step is one transaction and may be lost at any line: what is not committed is done again.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sunseal.amendments import service as amendments
from sunseal.amendments.service import Standing
from sunseal.audit import service as audit
from sunseal.bids.models import Gate, Membership, State, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service.accept import give_up
from sunseal.database import UnitOfWork
from sunseal.errors import Refused
from sunseal.opening.repository import GateRepository
from sunseal.opening.service import screen
from sunseal.tenders import service as tenders
from sunseal.tenders.rules import Status
from sunseal_crypto import box, canonical, merkle, statement
from sunseal_crypto.box import LeafDetail, Link
from sunseal_crypto.spelling import base64_text, time_text
from sunseal_crypto.statement import SignedStatement


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf that has no place yet; `submission_id` is the bid that stands, if one does."""

    nonce: bytes
    detail: bytes
    joining_id: UUID | None = None
    submission_id: UUID | None = None


def begin(uow: UnitOfWork, gate: Gate) -> bool:
    """Shuts the gate, under its lock and by the clock as read under it."""
    if uow.now < gate.deadline:
        gate.next_check_at = gate.deadline
        return False
    # An amendment that the log put in force before this moment moves it, however late we look; no
    # bid is taken meanwhile.
    match amendments.standing(uow, gate.tender_id, gate.envelope):
        case Standing.MOVED:
            uow.session.refresh(gate)
            return True
        case Standing.OPEN:
            return False
    try:
        tenders.advance(uow, gate.tender_id, Status.CLOSED)
    except Refused:
        # Cancelled at the last moment: the desk's word was first, and the box is never opened.
        gate.state = "cancelled"
        return True
    gate.state = "closing"
    return True


def build(uow: UnitOfWork, gate: Gate, validity: timedelta) -> bool:
    """Fixes the box, once every promise is kept and every digest known; False until then."""
    gates = GateRepository(uow.session)
    # 1. What was committed and never finalised is void.
    for submission in gates.uncommitted(gate):
        give_up(uow, submission)
    # 2. Every promised entry is in a tick, and every digest check has ended.
    if gates.unsettled(gate):
        return False
    # 3. A leaf for each bidder, pads up to a size that says nothing, in a secret order.
    leaves = [_leaf(uow, joined) for joined in gates.memberships(gate)]
    leaves += [Leaf(*box.pad()) for _ in range(gate.box_size - len(leaves))]
    secrets.SystemRandom().shuffle(leaves)
    gates.add_leaves([_row(gate, place, leaf) for place, leaf in enumerate(leaves)])
    # 4. One root for all of them, in the log. Sealed until the release: the moment at which a box
    # is closed depends on how much there was to wait for.
    root = merkle.root([box.leaf_hash(leaf.nonce, leaf.detail) for leaf in leaves])
    gate.box_root, gate.box_entry = root, _log(uow, gate, root)
    gate.closed_at, gate.valid_until = uow.now, gate.deadline + validity
    gate.state = "closed"
    return True


def screened(uow: UnitOfWork, gate: Gate) -> None:
    """The opening's screening: everybody in the box, right after it is closed."""
    gates = GateRepository(uow.session)
    if gates.screened_at(gate) is None:
        for joined in gates.memberships(gate):
            screen.judge(uow, gate, joined)
        gates.set_screened(gate, uow.now)


def _leaf(uow: UnitOfWork, joined: Membership) -> Leaf:
    bids = BoxRepository(uow.session)
    chain = bids.chain(joined.id)
    linked = {link.id for link in chain}
    refused = [
        submission
        for submission in bids.submissions(joined.id)
        if submission.state == State.REFUSED and submission.id not in linked
    ][: statement.MAX_SEQUENCE]
    detail = LeafDetail(
        kind="bidder",
        pseudonym=joined.pseudonym,
        chain=[_link(uow, link, link.entry_id) for link in chain],
        refused=[_link(uow, each, each.refusal_entry) for each in refused],
    )
    stands = chain[-1].id if chain and chain[-1].action != "withdraw" else None
    nonce = secrets.token_bytes(box.NONCE_BYTES)
    return Leaf(nonce, canonical.encode(detail), joined.id, stands)


def _link(uow: UnitOfWork, submission: Submission, entry_id: UUID | None) -> Link:
    assert entry_id is not None
    entry = audit.logged_entry(uow, entry_id)
    assert entry is not None
    return Link(statement=SignedStatement(submission.statement, submission.signature), entry=entry)


def _row(gate: Gate, position: int, leaf: Leaf) -> dict[str, object]:
    return {
        "tender_id": gate.tender_id,
        "envelope": gate.envelope,
        "position": position,
        "nonce": leaf.nonce,
        "detail": leaf.detail,
        "submission_id": leaf.submission_id,
        "joining_id": leaf.joining_id,
    }


def _log(uow: UnitOfWork, gate: Gate, root: bytes) -> UUID:
    data = {
        "root": base64_text(root),
        "size": str(gate.box_size),
        "tender": str(gate.tender_id),
        "envelope": gate.envelope,
        "key": base64_text(gate.key_id),
        # By which timetable it was shut: one that was moved in the table alone shows here.
        "deadline": time_text(gate.deadline),
        "not_before": time_text(gate.not_before),
    }
    return audit.record_sealed(
        uow,
        "box.closed",
        object_of(gate),
        tender_id=gate.tender_id,
        envelope=gate.envelope,
        organization_id=None,
        actor="worker",
        data=data,
        first=True,
    ).id


def object_of(gate: Gate) -> str:
    """How the log names an envelope."""
    return f"tender/{gate.tender_id}/envelope/{gate.envelope}"
