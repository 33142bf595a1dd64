"""The SQL of the opening, all of it run by the worker, except what the hall and the desks read."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, text
from sqlalchemy.orm import Session, undefer

from sunseal.bids.models import Gate, Membership, Segment, State, Submission, Upload
from sunseal.custody.models import Presence, ReleaseAnswer, ReleaseRequest
from sunseal.opening.models import (
    AnnexRow,
    BoxLeaf,
    Ending,
    ErasureRow,
    HallEvent,
    OpenedBid,
    OpenedDocument,
    Record,
    ReleasedAnswer,
    Share,
)
from sunseal.organizations.models import Organization

UNSETTLED = text("""
    select exists (
        select from sealed.submission s join sealed.joining j on j.id = s.joining_id
        where j.tender_id = :tender and j.envelope = :envelope and s.state = 'finalised'
        union all
        select from sealed.event
        where tender_id = :tender and envelope = :envelope and tick is null
          and (at < :deadline or first)
    )
""")
RENEW = text("""
    update sealed.gate set next_check_at = kit.now() + :lease
    where id = :id and fence = :fence returning true
""")
KEYS = text("""
    select public_key from registry.signing_key
    where organization_id = :organization and enrolled_at <= :until
      and (revoked_at is null or revoked_at > :since)
""")
PRACTITIONERS = text("""
    select name from registry.practitioner
    where organization_id = :organization and removed_at is null
""")
HIDDEN = text("""
    select e.id, e.tender_id, e.nonce, e.detail, e.commitment, e.first, e.at, e.tick, e.slot, e.path
    from sealed.event e join sealed.gate g using (tender_id, envelope)
    where not e.revealed and e.tick is not null and g.state in ('opened', 'failed', 'cancelled')
    limit :limit for update of e skip locked
""")
HIDDEN_ENTRY = text("""
    select id, tender_id, nonce, detail, commitment, first, at, tick, slot, path
    from sealed.event where id = :id and not revealed
""")
REVEAL = text("""
    insert into audit.entry (id, tender_id, public, nonce, detail, commitment, first, actor, role,
                             action, object, outcome, reason, at, tick, slot, path)
    values (:id, :tender_id, :public, :nonce, :detail, :commitment, :first, :actor, :role,
            :action, :object, :outcome, :reason, :at, :tick, :slot, :path)
""")


def _in_box(gate: Gate) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition for a Membership to be of this gate."""
    return Membership.tender_id == gate.tender_id, Membership.envelope == gate.envelope


PUT_CONDUCT = text("""
    insert into opened.conduct (tender_id, envelope, position, organization_id, kind, reason, at)
    values (:tender, :envelope, :position, :organization, :kind, :reason, :at)
    on conflict do nothing
""")


class GateRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def clock(self) -> datetime:
        now: datetime = self._session.execute(text("select kit.now()")).scalar_one()
        return now

    def due(self, now: datetime) -> list[UUID]:
        """Opaque ids of gates whose moment has come."""
        query = text("select id from sealed.gate where next_check_at <= :now")
        return list(self._session.scalars(query, {"now": now}))

    def terms_in_force(self) -> list[bytes]:
        """The terms of all boxes that are not over."""
        query = select(Gate.terms).where(Gate.state.not_in(["opened", "failed", "cancelled"]))
        return list(self._session.scalars(query))

    def take(self, gate_id: UUID) -> Gate | None:
        """The gate, locked; None while another worker has it.

        An open gate is waited for: bidders share its lock, and closing must get its turn.
        """
        place = self._session.execute(
            text("select tender_id, envelope, state from sealed.gate where id = :id"),
            {"id": gate_id},
        ).one_or_none()
        if place is None:
            return None
        return self.lock(place.tender_id, place.envelope, wait=place.state == "open")

    def retake(self, gate_id: UUID, fence: int) -> Gate | None:
        """The gate, locked, if it is still under this fence."""
        place = self._session.execute(
            text("select tender_id, envelope from sealed.gate where id = :id"), {"id": gate_id}
        ).one()
        gate = self.lock(place.tender_id, place.envelope, wait=True)
        return gate if gate is not None and gate.fence == fence else None

    def lock(self, tender_id: UUID, envelope: str, *, wait: bool) -> Gate | None:
        query = (
            select(Gate)
            .where(Gate.tender_id == tender_id, Gate.envelope == envelope)
            .with_for_update(skip_locked=not wait)
            .execution_options(populate_existing=True)
        )
        return self._session.scalar(query)

    def renew(self, gate_id: UUID, fence: int, lease: timedelta) -> bool:
        """Keeps other workers away a little longer; False when one has taken over."""
        row = {"id": gate_id, "fence": fence, "lease": lease}
        return self._session.execute(RENEW, row).one_or_none() is not None

    def unsettled(self, gate: Gate) -> bool:
        """Whether a promised entry is in no tick yet, or a digest check has not ended.

        Whoever keeps knocking after the deadline adds entries that nothing waits for.
        """
        row = {"tender": gate.tender_id, "envelope": gate.envelope, "deadline": gate.deadline}
        return bool(self._session.execute(UNSETTLED, row).scalar_one())

    def headers_left(self, gate: Gate) -> bool:
        """Whether a replaced or withdrawn bid of this box still has its header."""
        query = (
            select(Submission.id)
            .join(Membership, Membership.id == Submission.joining_id)
            .where(
                Membership.tender_id == gate.tender_id,
                Membership.envelope == gate.envelope,
                Submission.state.in_([State.REPLACED, State.WITHDRAWN]),
                Submission.header_object.is_not(None),
            )
            .limit(1)
        )
        return self._session.scalar(query) is not None

    def memberships(self, gate: Gate) -> list[Membership]:
        return list(self._session.scalars(select(Membership).where(*_in_box(gate))))

    def submissions(self, gate: Gate) -> list[Submission]:
        query = select(Submission).join(Membership, Membership.id == Submission.joining_id)
        return list(self._session.scalars(query.where(*_in_box(gate))))

    def pieces(self, gate: Gate) -> list[tuple[UUID, UUID]]:
        """Statements with the objects of their segments, in the order of the bytes."""
        query = (
            select(Upload.submission_id, Segment.object)
            .join(Segment, Segment.upload_id == Upload.id)
            .join(Submission, Submission.id == Upload.submission_id)
            .join(Membership, Membership.id == Submission.joining_id)
            .where(*_in_box(gate))
            .order_by(Upload.submission_id, Segment.start)
        )
        return [(row.submission_id, row.object) for row in self._session.execute(query)]

    def firms(self, gate: Gate) -> list[Organization]:
        query = select(Organization).join(Membership, Membership.organization_id == Organization.id)
        return list(self._session.scalars(query.where(*_in_box(gate))))

    def uncommitted(self, gate: Gate) -> list[Submission]:
        """Statements that were never finalised."""
        query = (
            select(Submission)
            .join(Membership, Membership.id == Submission.joining_id)
            .where(*_in_box(gate), Submission.state == State.COMMITTED)
        )
        return list(self._session.scalars(query))

    def screened_at(self, gate: Gate) -> datetime | None:
        query = text("select screened_at from sealed.gate where tender_id = :t and envelope = :e")
        found: datetime | None = self._session.execute(
            query, {"t": gate.tender_id, "e": gate.envelope}
        ).scalar_one()
        return found

    def set_screened(self, gate: Gate, at: datetime) -> None:
        self._session.execute(
            text("""update sealed.gate set screened_at = :at
                    where tender_id = :t and envelope = :e"""),
            {"at": at, "t": gate.tender_id, "e": gate.envelope},
        )

    def add_leaves(self, rows: list[dict[str, object]]) -> None:
        self._session.execute(insert(BoxLeaf), rows)

    def leaves(self, gate: Gate) -> list[BoxLeaf]:
        query = (
            select(BoxLeaf)
            .where(BoxLeaf.tender_id == gate.tender_id, BoxLeaf.envelope == gate.envelope)
            .order_by(BoxLeaf.position)
        )
        return list(self._session.scalars(query))

    def leaf(self, tender_id: UUID, envelope: str, position: int) -> BoxLeaf:
        return self._session.get_one(BoxLeaf, (tender_id, envelope, position))

    def membership(self, joining_id: UUID) -> Membership:
        return self._session.get_one(Membership, joining_id)

    def keys_in_force(self, organization_id: UUID, since: datetime, until: datetime) -> list[bytes]:
        """Signing keys of the firm that were in force at some time between the two."""
        row = {"organization": organization_id, "since": since, "until": until}
        return [bytes(key) for key in self._session.scalars(KEYS, row)]

    def practitioners(self, organization_id: UUID) -> list[str]:
        return list(self._session.scalars(PRACTITIONERS, {"organization": organization_id}))

    def hidden_entry(self, entry_id: UUID) -> dict[str, object] | None:
        row = self._session.execute(HIDDEN_ENTRY, {"id": entry_id}).mappings().one_or_none()
        return None if row is None else dict(row)

    def hidden(self, limit: int) -> list[dict[str, object]]:
        """Sealed events of boxes that are over, as far as a tick holds them."""
        return [dict(row) for row in self._session.execute(HIDDEN, {"limit": limit}).mappings()]

    def reveal(self, rows: list[dict[str, object]]) -> None:
        if not rows:
            return
        self._session.execute(REVEAL, rows)
        self._session.execute(
            text("update sealed.event set revealed = true where id = any(:ids)"),
            {"ids": [row["id"] for row in rows]},
        )


class ReleaseRepository:
    """Requests, and what custodians said to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, request: ReleaseRequest) -> None:
        self._session.add(request)
        self._session.flush()  # one of each number: a second one fails here

    def requests(self, gate: Gate) -> list[ReleaseRequest]:
        query = (
            select(ReleaseRequest)
            .where(
                ReleaseRequest.tender_id == gate.tender_id, ReleaseRequest.envelope == gate.envelope
            )
            .options(undefer(ReleaseRequest.body))
            .order_by(ReleaseRequest.number)
        )
        return list(self._session.scalars(query))

    def answers(self, request_id: UUID) -> list[ReleaseAnswer]:
        query = (
            select(ReleaseAnswer)
            .where(ReleaseAnswer.request_id == request_id)
            .options(undefer(ReleaseAnswer.answer))
            .order_by(ReleaseAnswer.custodian)
        )
        return list(self._session.scalars(query))

    def shares(self, request_id: UUID) -> dict[int, Share]:
        query = select(Share).where(Share.request_id == request_id)
        return {share.custodian: share for share in self._session.scalars(query)}

    def judge(self, share: Share) -> None:
        self._session.merge(share)
        self._session.flush()

    def forget_answers(self, gate: Gate) -> None:
        """What custodians sent for the worker's key alone; as evidence it stands in `opened`."""
        self._session.execute(
            text("""update custody.release_answer set answer = null where request_id in (
                select id from custody.release_request
                where tender_id = :tender and envelope = :envelope)"""),
            {"tender": gate.tender_id, "envelope": gate.envelope},
        )

    def forget(self, request_id: UUID) -> None:
        """The points are used up: without them even the worker could not open a bid again."""
        self._session.execute(delete(Share).where(Share.request_id == request_id))


class OpenedRepository:
    """The far side of the door. Desks, the public and bidders read here in their own role."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def bids(self, tender_id: UUID, envelope: str) -> list[OpenedBid]:
        query = (
            select(OpenedBid)
            .where(OpenedBid.tender_id == tender_id, OpenedBid.envelope == envelope)
            .order_by(OpenedBid.position)
        )
        return list(self._session.scalars(query))

    def put_bid(self, bid: OpenedBid, *, new: bool) -> None:
        if new:
            self._session.add(bid)
        else:
            self._session.merge(bid)

    def put_conduct(self, fact: dict[str, object]) -> None:
        self._session.execute(PUT_CONDUCT, fact)

    def put_documents(self, documents: list[OpenedDocument]) -> None:
        self._session.add_all(documents)

    def put_answer(self, answer: ReleasedAnswer) -> None:
        self._session.merge(answer)

    def documents(self, tender_id: UUID) -> list[OpenedDocument]:
        query = (
            select(OpenedDocument)
            .where(OpenedDocument.tender_id == tender_id)
            .order_by(OpenedDocument.envelope, OpenedDocument.position, OpenedDocument.name)
        )
        return list(self._session.scalars(query))

    def document(self, document_id: UUID) -> OpenedDocument | None:
        return self._session.get(OpenedDocument, document_id)

    def last_record(self, tender_id: UUID, envelope: str) -> Record | None:
        query = (
            select(Record)
            .where(Record.tender_id == tender_id, Record.envelope == envelope)
            .options(undefer(Record.body))
            .order_by(Record.number.desc())
            .limit(1)
        )
        return self._session.scalar(query)

    def last_records(self, tender_id: UUID) -> list[Record]:
        """The newest record of each envelope."""
        query = (
            select(Record)
            .where(Record.tender_id == tender_id)
            .options(undefer(Record.body))
            .order_by(Record.envelope, Record.number)
        )
        return list({record.envelope: record for record in self._session.scalars(query)}.values())

    def add_record(self, record: Record) -> None:
        self._session.add(record)
        self._session.flush()  # of two workers that write one number, the second fails here

    def announce(self, tender_id: UUID, kind: str, body: dict[str, object], at: datetime) -> None:
        self._session.add(HallEvent(tender_id=tender_id, kind=kind, body=body, at=at))
        self._session.flush()  # the hall shows events in the order in which they were made

    def revoked(self, tender_id: UUID) -> list[OpenedBid]:
        """In all envelopes."""
        query = (
            select(OpenedBid)
            .where(OpenedBid.tender_id == tender_id, OpenedBid.outcome == "revoked")
            .order_by(OpenedBid.envelope, OpenedBid.position)
        )
        return list(self._session.scalars(query))

    def annex(self, tender_id: UUID) -> AnnexRow | None:
        return self._session.get(AnnexRow, tender_id)

    def put_annex(self, annex: AnnexRow) -> None:
        self._session.merge(annex)

    def erasures(self, tender_id: UUID) -> list[ErasureRow]:
        query = select(ErasureRow).where(ErasureRow.tender_id == tender_id)
        return list(self._session.scalars(query.order_by(ErasureRow.at)))

    def erasure(
        self, tender_id: UUID, envelope: str, custodian: int, digest: bytes
    ) -> ErasureRow | None:
        return self._session.get(ErasureRow, (tender_id, envelope, custodian, digest))

    def add_erasure(self, row: ErasureRow) -> None:
        self._session.add(row)

    def ending(self, tender_id: UUID, envelope: str) -> Ending | None:
        return self._session.get(Ending, (tender_id, envelope))

    def endings(self, tender_id: UUID) -> list[Ending]:
        query = select(Ending).where(Ending.tender_id == tender_id).order_by(Ending.envelope)
        return list(self._session.scalars(query))

    def add_ending(self, ending: Ending) -> None:
        self._session.add(ending)

    def hall_events(self, tender_id: UUID, after: int, limit: int) -> list[HallEvent]:
        query = (
            select(HallEvent)
            .where(HallEvent.tender_id == tender_id, HallEvent.id > after)
            .order_by(HallEvent.id)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def alive(self, since: datetime) -> list[str]:
        """Custodians and witnesses that were seen since a time."""
        query = select(Presence.name).where(Presence.seen_at >= since).order_by(Presence.name)
        return list(self._session.scalars(query))
