"""The far side of the door: what it released, what the hall tells, how an opening ends."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from sunseal.custody.models import Presence
from sunseal.opening.models import (
    AnnexRow,
    Ending,
    ErasureRow,
    HallEvent,
    OpenedBid,
    OpenedDocument,
    Record,
    ReleasedAnswer,
)

TAKE_TURN = text("select opened.take_turn(:tender)")
PUT_CONDUCT = text("""
    insert into opened.conduct (tender_id, envelope, position, organization_id, kind, reason, at)
    values (:tender, :envelope, :position, :organization, :kind, :reason, :at)
    on conflict do nothing
""")


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
        # People write into the hall as well: whoever goes on from a number must have missed none.
        self._session.execute(TAKE_TURN, {"tender": tender_id})
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
