"""The SQL of amendments. What a caller may see is for the row policies of its role to say."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sunseal.amendments.errors import AlreadyConfirmed, OtherWord
from sunseal.amendments.models import Acknowledgement, Amendment, Confirmation, Postponement
from sunseal.tenders.models import Tender
from sunseal.tenders.rules import Status

LAST_TICK = text("select max(at) from audit.tick")
# What counts of each custodian's word is the tick that holds it.
LOGGED = text("""
    select k.custodian, k.entry_id from custody.acknowledgement k
    join audit.entry e on e.id = k.entry_id join audit.tick t on t.number = e.tick
    where k.amendment_id = :amendment and t.at < :before order by k.custodian
""")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An amendment that two people signed, and since when it is in force."""

    row: Amendment
    confirmation: Confirmation
    since: datetime | None


class AmendmentRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, amendment_id: UUID) -> Amendment | None:
        return self._session.get(Amendment, amendment_id)

    def add(self, row: Amendment) -> None:
        self._session.add(row)
        self._session.flush()  # the database has a say in it, and sets its times

    def confirm(self, row: Confirmation) -> None:
        """Raises AlreadyConfirmed when another one took the number at this very moment."""
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise AlreadyConfirmed(row.number) from error

    def confirmed(self, tender_id: UUID, envelope: str) -> list[Confirmed]:
        """By number."""
        query = (
            select(Amendment, Confirmation, Postponement.at)
            .join(Confirmation, Confirmation.amendment_id == Amendment.id)
            .outerjoin(Postponement, Postponement.amendment_id == Amendment.id)
            .where(Amendment.tender_id == tender_id, Amendment.envelope == envelope)
            .order_by(Amendment.number)
        )
        return [Confirmed(*row) for row in self._session.execute(query)]

    def proposals(self, tender_id: UUID, envelope: str, now: datetime) -> list[Amendment]:
        """Those that can still be confirmed, newest first."""
        query = (
            select(Amendment)
            .outerjoin(Confirmation, Confirmation.amendment_id == Amendment.id)
            .where(
                Amendment.tender_id == tender_id,
                Amendment.envelope == envelope,
                Amendment.expires_at > now,
                Confirmation.amendment_id.is_(None),
            )
            .order_by(Amendment.proposed_at.desc())
        )
        return list(self._session.scalars(query))

    def waiting(self, now: datetime) -> list[Amendment]:
        """Confirmed, not in force, and of a tender whose deadline has not passed."""
        query = (
            select(Amendment)
            .join(Confirmation, Confirmation.amendment_id == Amendment.id)
            .join(Tender, Tender.id == Amendment.tender_id)
            .outerjoin(Postponement, Postponement.amendment_id == Amendment.id)
            .where(
                Postponement.amendment_id.is_(None),
                Tender.status == Status.PUBLISHED.value,
                Tender.deadline > now,
            )
            .order_by(Amendment.proposed_at)
        )
        return list(self._session.scalars(query))

    def postpone(self, amendment_id: UUID) -> bool:
        """Moves box and notice, in the database's own words; False when the box was shut first."""
        moved = text("select sealed.postpone(:id)")
        return bool(self._session.execute(moved, {"id": amendment_id}).scalar_one())

    def last_tick(self) -> datetime | None:
        found: datetime | None = self._session.execute(LAST_TICK).scalar_one()
        return found

    def acknowledgement(self, amendment_id: UUID, custodian: int) -> Acknowledgement | None:
        return self._session.get(Acknowledgement, (amendment_id, custodian))

    def acknowledgements(self, amendment_id: UUID) -> list[Acknowledgement]:
        query = select(Acknowledgement).where(Acknowledgement.amendment_id == amendment_id)
        return list(self._session.scalars(query.order_by(Acknowledgement.custodian)))

    def acknowledge(self, row: Acknowledgement) -> None:
        """Raises OtherWord when the custodian says something else at this very moment."""
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise OtherWord(row.custodian) from error

    def logged(self, amendment_id: UUID, before: datetime) -> list[Row[tuple[int, UUID]]]:
        """Custodians whose word is in a tick made before a time, and its entry."""
        row = {"amendment": amendment_id, "before": before}
        return list(self._session.execute(LOGGED, row))
