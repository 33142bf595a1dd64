"""The one-way door: the only code that writes `opened`, in one transaction.

Run again with the same facts it writes nothing: a record is added only when something is different.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from hashlib import sha256

from msgspec.structs import replace

from sunseal.audit import service as audit
from sunseal.bids.models import Gate, Membership
from sunseal.database import UnitOfWork
from sunseal.opening.models import (
    BoxLeaf,
    OpenedBid,
    OpenedDocument,
    Record,
    ReleasedAnswer,
)
from sunseal.opening.repository import OpenedRepository, ReleaseRepository
from sunseal.opening.service import bidders, conduct, lost, outcomes
from sunseal.opening.service.bidders import Bidders
from sunseal.opening.service.case import Asked, Case, key_of, leaf_of
from sunseal.opening.service.combine import REFUSED
from sunseal.opening.service.decrypt import Opened
from sunseal.opening.service.outcomes import Leaf
from sunseal.organizations.models import Organization
from sunseal.tenders import service as tenders
from sunseal.tenders.rules import Status
from sunseal_crypto import canonical, release
from sunseal_crypto import record as records
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.joining import SignedJoining
from sunseal_crypto.record import (
    Bidder,
    OpeningRecord,
    Outcome,
    RecordedAnswer,
    RecordedLeaf,
    RecordedPad,
    Result,
)
from sunseal_crypto.release import SignedAnswer
from sunseal_crypto.spelling import base64_text

# The opening says who these are; behind any other leaf there is only a pseudonym.
NAMED: frozenset[Outcome] = frozenset({"opened", "needs_review", "revoked", "platform_fault"})


def publish(uow: UnitOfWork, case: Case, results: Mapping[int, Opened]) -> None:
    """Carries what is known by now through the door."""
    gate = case.gate
    leaves = outcomes.of(uow, case, results)
    final = outcomes.are_final(leaves)
    # 1. Bids, documents, answers.
    who = bidders.load(uow, gate)
    for leaf in leaves:
        _put(uow, gate, leaf, who)
    conduct.carry(uow, gate, leaves, who)
    for asked in case.asked:
        _put_answers(uow, gate, asked)
    lost.ask(uow, case.gate, leaves)
    # 2. The record, if it says anything new.
    _record(
        uow, gate, case.key, "opened", _leaves(uow, gate, leaves, who), case.places, final, case
    )
    # 3. Where the tender and its box stand now. One that nobody helped to open has failed.
    tenders.advance(uow, gate.tender_id, Status.OPENED if case.answered else Status.FAILED)
    gate.state = "opened" if case.answered else "failed"
    if final:
        _finish_requests(uow, case)
        gate.final_at = uow.now
    gate.next_check_at = uow.now if final else outcomes.next_check(uow, gate, leaves)


def fail(
    uow: UnitOfWork, gate: Gate, places: Sequence[BoxLeaf], shown: Sequence[OpenedLeaf], bids: int
) -> None:
    """Too few bids: nothing is opened, and who bid stays a pseudonym."""
    key, _ = key_of(uow, gate)
    reason = f"{bids} bids, {gate.minimum_bids} are needed to open any: returned unread."
    leaves = [
        outcomes.returned(place, leaf, reason)
        for place, leaf in zip(places, shown, strict=True)
        if place.joining_id is not None
    ]
    who = bidders.load(uow, gate)
    for leaf in leaves:
        _put(uow, gate, leaf, who)
    _record(uow, gate, key, "failed", _leaves(uow, gate, leaves, who), places, True, None)
    tenders.advance(uow, gate.tender_id, Status.FAILED)
    said: dict[str, object] = {"envelope": gate.envelope, "reason": reason}
    OpenedRepository(uow.session).announce(gate.tender_id, "failed", said, uow.now)
    gate.state, gate.final_at = "failed", uow.now


def _put(uow: UnitOfWork, gate: Gate, leaf: Leaf, who: Bidders) -> None:
    """One bidder's row, announced when it is new or other than before."""
    opened = OpenedRepository(uow.session)
    if leaf.before is not None and leaf.opened is None and leaf.before.outcome == leaf.outcome:
        return
    named = _organization(leaf, who)
    result = leaf.opened
    manifest = result.manifest if result else None
    opened.put_bid(
        OpenedBid(
            tender_id=gate.tender_id,
            envelope=gate.envelope,
            position=leaf.position,
            pseudonym=leaf_of(leaf.shown.detail).pseudonym,
            organization_id=named.id if named else None,
            organization_name=named.name if named else None,
            outcome=leaf.outcome,
            reason=leaf.reason,
            price=manifest.price if manifest else None,
            currency=manifest.currency if manifest else None,
            manifest=result.manifest_bytes if result and manifest else None,
            manifest_signature=result.signature if result and manifest else None,
            opened_at=uow.now,
        ),
        new=leaf.before is None,
    )
    if result is not None:
        opened.put_documents(_documents(gate, result))
    if leaf.before is None or leaf.before.outcome != leaf.outcome:
        opened.announce(gate.tender_id, "bid", _said(gate, leaf, named), uow.now)


def _documents(gate: Gate, result: Opened) -> list[OpenedDocument]:
    return [
        OpenedDocument(
            tender_id=gate.tender_id,
            envelope=gate.envelope,
            position=result.position,
            name=each.name,
            size=each.size,
            sha256=each.sha256,
            objects=each.objects,
        )
        for each in result.documents
    ]


def _said(gate: Gate, leaf: Leaf, named: Organization | None) -> dict[str, object]:
    manifest = leaf.opened.manifest if leaf.opened else None
    return {
        "envelope": gate.envelope,
        "position": leaf.position,
        "organization": named.name if named else None,
        "outcome": leaf.outcome,
        "reason": leaf.reason,
        "price": manifest.price if manifest else None,
        "currency": manifest.currency if manifest else None,
    }


def _organization(leaf: Leaf, who: Bidders) -> Organization | None:
    if leaf.outcome not in NAMED:
        return None
    assert leaf.joining_id is not None
    return who.firm_of(leaf.joining_id)


def _put_answers(uow: UnitOfWork, gate: Gate, asked: Asked) -> None:
    """Good and false ones alike: a lie is proved by what was signed."""
    for share in asked.shares.values():
        if share.body is not None:
            OpenedRepository(uow.session).put_answer(
                ReleasedAnswer(
                    tender_id=gate.tender_id,
                    envelope=gate.envelope,
                    number=asked.request.number,
                    custodian=share.custodian,
                    body=share.body,
                )
            )


def _record(
    uow: UnitOfWork,
    gate: Gate,
    key: EnvelopeKey,
    result: Result,
    leaves: list[RecordedLeaf],
    places: Sequence[BoxLeaf],
    final: bool,
    case: Case | None,
) -> None:
    opened = OpenedRepository(uow.session)
    before = opened.last_record(gate.tender_id, gate.envelope)
    made = OpeningRecord(
        origin=key.terms.origin,
        tender=key.terms.tender,
        envelope=key.terms.envelope,
        number=before.number + 1 if before else 1,
        result=result,
        final=final,
        at=uow.now.astimezone(UTC),
        key=key.id,
        terms=key.terms_hash,
        box=gate.box_root or b"",
        size=gate.box_size,
        requests=[each.row.digest for each in case.asked] if case else [],
        answers=_answers(case) if case else [],
        leaves=leaves,
        pads=[
            RecordedPad(place.position, place.nonce) for place in places if place.joining_id is None
        ],
    )
    if before is not None and _same(records.parse(before.body), made):
        return
    # What we could not recount ourselves is not published.
    records.verify(made)
    body = canonical.encode(made)
    entry = audit.record(
        uow,
        "opening.record",
        f"tender/{gate.tender_id}/envelope/{gate.envelope}",
        tender_id=gate.tender_id,
        data={"record": base64_text(sha256(body).digest()), "number": str(made.number)},
        public=True,
        first=True,
    )
    opened.add_record(
        Record(
            tender_id=gate.tender_id,
            envelope=gate.envelope,
            number=made.number,
            body=body,
            final=final,
            entry_id=entry.id,
            created_at=uow.now,
        )
    )
    said: dict[str, object] = {"envelope": gate.envelope, "number": made.number, "final": final}
    opened.announce(gate.tender_id, "record", said, uow.now)


def _leaves(
    uow: UnitOfWork, gate: Gate, leaves: Sequence[Leaf], who: Bidders
) -> list[RecordedLeaf]:
    """With the prices in the rows that were just written."""
    uow.session.flush()
    rows = {
        row.position: row
        for row in OpenedRepository(uow.session).bids(gate.tender_id, gate.envelope)
    }
    made = []
    for leaf in leaves:
        row = rows[leaf.position]
        assert leaf.joining_id is not None
        joined = who.joinings[leaf.joining_id]
        manifest = bytes(row.manifest) if row.manifest is not None else None
        made.append(
            RecordedLeaf(
                position=leaf.position,
                leaf=leaf.shown,
                outcome=leaf.outcome,
                reason=leaf.reason,
                bidder=_bidder(joined, row.organization_name),
                price=row.price or "",
                currency=row.currency or "",
                manifest=sha256(manifest).digest() if manifest is not None else b"",
            )
        )
    return made


def _bidder(joined: Membership, name: str | None) -> Bidder | None:
    if name is None:
        return None
    return Bidder(
        organization=str(joined.organization_id),
        name=name,
        key=joined.signing_key,
        joining=SignedJoining(joined.statement, joined.signature),
    )


def _answers(case: Case) -> list[RecordedAnswer]:
    return [
        _answer(case, asked, custodian)
        for asked in case.asked
        for custodian in range(1, case.key.terms.n + 1)
    ]


def _answer(case: Case, asked: Asked, custodian: int) -> RecordedAnswer:
    share = asked.shares.get(custodian)
    said: records.Said = "silent"
    digest, reason = b"", ""
    if share is not None and share.fault is None:
        assert share.body is not None
        signed = canonical.decode(SignedAnswer, share.body, limit=release.MAX_ANSWER_BYTES)
        said, digest = "answered", release.commitment(signed)
    elif share is not None and share.fault is not None:
        said = "refused" if share.fault.startswith(REFUSED) else "false"
        digest, reason = share.answer, share.fault.removeprefix(REFUSED)
    return RecordedAnswer(
        number=asked.request.number,
        custodian=custodian,
        name=case.roster.custodians[custodian - 1].name,
        said=said,
        reason=reason,
        digest=digest,
    )


def _same(before: OpeningRecord, made: OpeningRecord) -> bool:
    """Whether nothing has happened to a bid: an answer that came late is no reason by itself."""
    return before == replace(made, number=before.number, at=before.at, answers=before.answers)


def _finish_requests(uow: UnitOfWork, case: Case) -> None:
    """Nothing more is asked of custodians, and the points that they gave are deleted."""
    for asked in case.asked:
        asked.row.done_at = uow.now
        ReleaseRepository(uow.session).forget(asked.row.id)
