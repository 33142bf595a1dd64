"""Every SQL statement about the box. As a bidder, row-level security leaves its own rows alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, text
from sqlalchemy.orm import Session

from sunseal.bids.models import (
    JOINED,
    Gate,
    Membership,
    Segment,
    State,
    Submission,
    Upload,
)
from sunseal_crypto.statement import parse

# Documents too, of notices and of opened bids, and pieces that were supplied again, whose names
# follow from their rows (opening/service/supply.py): no errand of a bidder removes another's bytes.
NAMED = text("""
    select exists (
        select from sealed.segment where object = :object
        union all
        select from sealed.submission where header_object = :object
        union all
        select from notice.document where objects @> array[cast(:object as uuid)]
        union all
        select from opened.document where objects @> array[cast(:object as uuid)]
        union all
        select from opened.supply_piece where cast(:object as uuid) = cast(encode(substr(sha256(
            convert_to(E'sunseal/supplied-object/v1\\n', 'UTF8')
            || uuid_send(supply_id) || int8send(start) || int4send(size)), 1, 16), 'hex') as uuid)
    )
""")

LOOK = text("""
    insert into sealed.look (viewer, joining_id, hour, organization_id)
    values (:viewer, :joining, :hour, :organization) on conflict do nothing
""")
FORGET_LOOKS = text("delete from sealed.look where hour < :before")

Row = Gate | Membership | Submission | Upload | Segment


class BoxRepository:
    """Locks are taken in one order, a bidder's row before the gate: none waits in a ring."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *rows: Row) -> None:
        """Raises IntegrityError at once, where a constraint says no."""
        for row in rows:
            self._session.add(row)
            # In this order: a segment's upload, an upload's submission must be there first.
            self._session.flush()

    def clock(self) -> datetime:
        """The platform's only clock, read now and not at the start of the unit."""
        now: datetime = self._session.execute(text("select kit.now()")).scalar_one()
        return now

    def gate(self, tender_id: UUID, envelope: str) -> Gate | None:
        return self._session.get(Gate, (tender_id, envelope))

    def share_gate(self, tender_id: UUID, envelope: str) -> Gate:
        """The gate as it is now, and stays until this unit ends: closing waits, or we waited."""
        return self._session.get_one(
            Gate, (tender_id, envelope), with_for_update={"read": True}, populate_existing=True
        )

    def queue_at_gate(self, tender_id: UUID, envelope: str) -> Gate:
        """One joining at a time, so that the last free leaf is not given away twice."""
        return self._session.get_one(
            Gate, (tender_id, envelope), with_for_update={"key_share": True}, populate_existing=True
        )

    def has_room(self, tender_id: UUID, envelope: str) -> bool:
        asked = func.sealed.box_has_room(tender_id, envelope)
        return bool(self._session.execute(select(asked)).scalar_one())

    def membership_of(
        self, tender_id: UUID, envelope: str, organization_id: UUID
    ) -> Membership | None:
        query = select(Membership).where(
            Membership.tender_id == tender_id,
            Membership.envelope == envelope,
            Membership.organization_id == organization_id,
        )
        return self._session.scalar(query)

    def membership(self, membership_id: UUID) -> Membership:
        return self._session.get_one(Membership, membership_id)

    def lock_membership(self, membership_id: UUID) -> Membership:
        """Whatever one bidder does in one envelope queues here; read its rows after this."""
        return self._session.get_one(
            Membership, membership_id, with_for_update=True, populate_existing=True
        )

    def note_look(self, viewer: UUID, joined: Membership, hour: datetime) -> bool:
        """Whether this is the viewer's first look of the hour."""
        row = {
            "viewer": viewer,
            "joining": joined.id,
            "hour": hour,
            "organization": joined.organization_id,
        }
        done = self._session.execute(LOOK, row)
        assert isinstance(done, CursorResult)
        return done.rowcount == 1

    def forget_looks(self, before: datetime) -> None:
        self._session.execute(FORGET_LOOKS, {"before": before})

    def submission(self, submission_id: UUID) -> Submission | None:
        """Read anew each time, because the caller may just have waited for a lock."""
        return self._session.get(Submission, submission_id, populate_existing=True)

    def submission_by_digest(self, digest: bytes) -> Submission | None:
        return self._session.scalar(
            select(Submission)
            .where(Submission.digest == digest)
            .execution_options(populate_existing=True)
        )

    def open_submission(self, membership_id: UUID) -> Submission | None:
        """The committed statement that is not finalised: there is at most one."""
        return self._session.scalar(
            select(Submission).where(
                Submission.joining_id == membership_id, Submission.state == State.COMMITTED
            )
        )

    def submissions(self, membership_id: UUID) -> list[Submission]:
        query = (
            select(Submission)
            .where(Submission.joining_id == membership_id)
            .order_by(Submission.committed_at)
            .execution_options(populate_existing=True)
        )
        return list(self._session.scalars(query))

    def own_memberships(self, organization_id: UUID) -> list[Membership]:
        """The newest first."""
        query = select(Membership).where(Membership.organization_id == organization_id)
        return list(self._session.scalars(query.order_by(Membership.joined_at.desc())))

    def own_submissions(self, organization_id: UUID) -> list[Submission]:
        query = (
            select(Submission)
            .where(Submission.organization_id == organization_id)
            .order_by(Submission.committed_at)
        )
        return list(self._session.scalars(query))

    def chain(self, membership_id: UUID) -> list[Submission]:
        """What joined, first to last: finalised submits and replaces, accepted withdrawals.

        A refused statement is no link, unless one that stands was signed to follow it; then it is
        needed to show that the two belong together. So the chain is walked back from its head.
        """
        found = self.submissions(membership_id)
        by_digest = {submission.digest: submission for submission in found}
        joined = [submission for submission in found if submission.state in JOINED]
        link = max(joined, key=lambda submission: submission.sequence, default=None)
        links: list[Submission] = []
        while link is not None:
            links.append(link)
            link = by_digest.get(previous_of(link))
        return links[::-1]

    def upload(self, upload_id: UUID) -> Upload | None:
        return self._session.get(Upload, upload_id, populate_existing=True)

    def upload_of(self, submission_id: UUID) -> Upload | None:
        return self._session.scalar(select(Upload).where(Upload.submission_id == submission_id))

    def segments(self, upload_id: UUID) -> list[Segment]:
        query = select(Segment).where(Segment.upload_id == upload_id).order_by(Segment.start)
        return list(self._session.scalars(query))

    def received(self, upload_id: UUID) -> tuple[int, int]:
        """How many segments there are, and of how many bytes."""
        count, size = self._session.execute(
            select(func.count(), func.coalesce(func.sum(Segment.size), 0)).where(
                Segment.upload_id == upload_id
            )
        ).one()
        return int(count), int(size)

    def remove_segments(self, segments: list[Segment]) -> None:
        for segment in segments:
            self._session.delete(segment)
        self._session.flush()

    def remove_upload(self, upload_id: UUID) -> list[UUID]:
        """Forgets the upload and its segments; returns the objects nothing names any more."""
        objects = list(
            self._session.scalars(select(Segment.object).where(Segment.upload_id == upload_id))
        )
        self._session.execute(delete(Segment).where(Segment.upload_id == upload_id))
        self._session.execute(delete(Upload).where(Upload.id == upload_id))
        return objects

    def file_objects(self, submission: Submission) -> list[UUID | None]:
        """The objects of a finalised file in order, its header first; None once destroyed."""
        upload = self.upload_of(submission.id)
        segments = self.segments(upload.id) if upload else []
        return [submission.header_object, *(segment.object for segment in segments)]

    def is_named(self, object_id: UUID) -> bool:
        """Whether any row still needs this object."""
        return bool(self._session.execute(NAMED, {"object": object_id}).scalar_one())

    def expired_uploads(self, now: datetime) -> list[UUID]:
        """Uploads that ended without having been finalised."""
        query = (
            select(Upload.id)
            .join(Submission, Submission.id == Upload.submission_id)
            .where(Upload.expires_at < now, Submission.state == State.COMMITTED)
        )
        return list(self._session.scalars(query))


def previous_of(submission: Submission) -> bytes:
    """The digest of the statement that this one was signed to follow."""
    return parse(submission.statement).previous
