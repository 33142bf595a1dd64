"""The box on its way to the opening: its gate, who joined, what they handed in, its leaves."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, text
from sqlalchemy.orm import Session

from sunseal.bids.models import Gate, Membership, Segment, State, Submission, Upload
from sunseal.opening.models import BoxLeaf
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


def _in_box(gate: Gate) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition for a Membership to be of this gate."""
    return Membership.tender_id == gate.tender_id, Membership.envelope == gate.envelope


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
                *_in_box(gate),
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
