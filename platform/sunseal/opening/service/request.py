"""At not-before, never sooner: every leaf is shown to the custodians, and they are asked to open.

What is pending then is fixed by the first request; a supplementary one asks for it, from the same
box, once it is decided.
"""

from collections.abc import Sequence
from uuid import uuid4

from msgspec.structs import replace

from sunseal.amendments import service as amendments
from sunseal.audit import service as audit
from sunseal.bids.models import Gate
from sunseal.custody.models import ReleaseRequest as RequestRow
from sunseal.database import UnitOfWork
from sunseal.opening.models import BoxLeaf
from sunseal.opening.repository import GateRepository, OpenedRepository, ReleaseRepository
from sunseal.opening.service import pending, publish, reveal, screen
from sunseal.opening.service.case import Case, key_of, leaf_of
from sunseal.opening.service.close import object_of
from sunseal.opening.service.screen import Judgement
from sunseal.tenders import service as tenders
from sunseal_crypto import box, canonical, release, statement
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.release import ReleaseRequest
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import BidStatement


def ask(uow: UnitOfWork, gate: Gate) -> bool:
    """The first request, or the end of a tender with too few bids; False while it must wait."""
    if uow.now < gate.not_before:
        gate.next_check_at = gate.not_before
        return False
    # 1. A tender that was called off in time stays shut, however late we come to it: its gate may
    # not have been told yet.
    if tenders.is_cancelled(uow, gate.tender_id):
        gate.state = "cancelled"
        return True
    # 2. What the request rests on is in the log: the box, and each decision that bars a bid.
    assert gate.box_entry is not None
    gates = GateRepository(uow.session)
    if audit.logged_entry(uow, gate.box_entry) is None:
        return False
    # A withdrawn bid can never be opened: its header is gone before anybody is asked for a point.
    if gates.headers_left(gate):
        return False
    places = gates.leaves(gate)
    leaves = [_shown(uow, gate, place) for place in places]
    if any(leaf is None for leaf in leaves):
        return False
    shown = [leaf for leaf in leaves if leaf is not None]
    # 3. Custodians refuse a box with too few bids, and so do we: nothing is opened.
    bids = [leaf for leaf in shown if leaf.state in ("current", "pending")]
    if len(bids) < gate.minimum_bids:
        publish.fail(uow, gate, places, shown, len(bids))
        return True
    # 4. All bids that stand are asked for: nobody chooses what to open after seeing some prices.
    current = [place for place, leaf in enumerate(shown) if leaf.state == "current"]
    _send(uow, gate, 1, shown, current)
    reveal.one(uow, gate.box_entry)
    gate.state = "released"
    return True


def supplement(uow: UnitOfWork, case: Case) -> bool:
    """Asks for what was pending and is clear now. True when there is a new request."""
    gate, shown = case.gate, list(case.shown)
    decided = pending.decided(uow, case)
    for position, judgement in decided.items():
        decision = judgement.decision(uow)
        shown[position] = replace(
            shown[position], state=judgement.state, reason=judgement.reason, decision=decision
        )
    opened = [place for place, judgement in decided.items() if judgement.state == "current"]
    if not opened:
        return False
    _send(uow, gate, case.asked[-1].request.number + 1, shown, opened)
    return True


def _shown(uow: UnitOfWork, gate: Gate, place: BoxLeaf) -> OpenedLeaf | None:
    """The leaf as the first request shows it; None while its decision is in no tick yet."""
    leaf = leaf_of(place.detail)
    state = box.state_at_closing(leaf, _head(leaf.chain))
    judgement = Judgement(state)
    if state == "current":
        assert place.joining_id is not None
        joined = GateRepository(uow.session).membership(place.joining_id)
        judgement = screen.judge(uow, gate, joined)
    if judgement.waits(uow):
        return None
    return OpenedLeaf(
        nonce=place.nonce,
        detail=place.detail,
        state=judgement.state,
        reason=judgement.reason,
        decision=judgement.decision(uow),
    )


def _head(chain: Sequence[box.Link]) -> list[BidStatement]:
    """All that tells a leaf's state: its chain was verified link by link when it was accepted."""
    return [statement.parse(link.statement.statement) for link in chain[-1:]]


def _send(
    uow: UnitOfWork, gate: Gate, number: int, leaves: list[OpenedLeaf], asked: list[int]
) -> None:
    key, named = key_of(uow, gate)
    _, postponed = amendments.in_force(uow, gate.tender_id, gate.envelope)
    request = ReleaseRequest(
        origin=key.terms.origin,
        tender=key.terms.tender,
        envelope=key.terms.envelope,
        number=number,
        key=key.id,
        terms=key.terms_hash,
        box=gate.box_root or b"",
        amendments=postponed,
        leaves=leaves,
        answer=asked,
    )
    body = canonical.encode(request)
    digest = release.digest(body)
    entry = audit.record(
        uow,
        "release.request",
        object_of(gate),
        tender_id=gate.tender_id,
        data={"request": base64_text(digest), "number": str(number)},
        public=True,
        first=True,
    )
    assert gate.box_entry is not None
    row = RequestRow(
        id=uuid4(),
        tender_id=gate.tender_id,
        envelope=gate.envelope,
        number=number,
        body=body,
        digest=digest,
        box_entry=gate.box_entry,
        request_entry=entry.id,
        created_at=uow.now,
    )
    ReleaseRepository(uow.session).add(row)
    names = [custodian.name for custodian in named.custodians]
    said: dict[str, object] = {
        "envelope": gate.envelope,
        "number": number,
        "custodians": names,
        "needed": key.terms.t,
    }
    OpenedRepository(uow.session).announce(gate.tender_id, "release", said, uow.now)
