"""The SQL of the meeting. Only one statement writes, and the database judges it again."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from sunseal.meeting.models import ActRow
from sunseal.opening.models import OpenedBid, Record

TAKE_TURN = text("select opened.take_turn(:tender)")
TOOK_PART = text("select opened.took_part(:tender)")
ENTER = text("select opened.enter_act(:body, :entry)")


class MeetingRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def take_turn(self, tender_id: UUID) -> bool:
        """Waits for whoever acts at this moment; False when there is no opening record."""
        return bool(self._session.execute(TAKE_TURN, {"tender": tender_id}).scalar_one())

    def took_part(self, tender_id: UUID) -> bool:
        """Whether the caller's firm has a place in the tender's box."""
        return bool(self._session.execute(TOOK_PART, {"tender": tender_id}).scalar_one())

    def enter(self, body: bytes, entry_id: UUID) -> None:
        self._session.execute(ENTER, {"body": body, "entry": entry_id})

    def acts(self, tender_id: UUID) -> list[ActRow]:
        query = select(ActRow).where(ActRow.tender_id == tender_id).order_by(ActRow.number)
        return list(self._session.scalars(query))

    def bids(self, tender_id: UUID) -> list[OpenedBid]:
        query = (
            select(OpenedBid)
            .where(OpenedBid.tender_id == tender_id)
            .order_by(OpenedBid.envelope, OpenedBid.position)
        )
        return list(self._session.scalars(query))

    def manifest(self, tender_id: UUID, envelope: str, position: int) -> bytes | None:
        """What an opened bid says; for the tender's own side."""
        query = select(OpenedBid.manifest).where(
            OpenedBid.tender_id == tender_id,
            OpenedBid.envelope == envelope,
            OpenedBid.position == position,
        )
        return self._session.scalar(query)

    def records(self, tender_id: UUID) -> list[Record]:
        """All opening records, by envelope and number."""
        query = (
            select(Record)
            .where(Record.tender_id == tender_id)
            .options(undefer(Record.body))
            .order_by(Record.envelope, Record.number)
        )
        return list(self._session.scalars(query))
