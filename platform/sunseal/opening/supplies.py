"""The SQL of bytes that are supplied again: the public's part, and the worker's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sunseal.opening.models import Supply, SupplyPiece, Wanted


class SupplyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def wanted_in(self, tender_id: UUID) -> list[Wanted]:
        """What is missing of a tender now."""
        query = (
            select(Wanted)
            .where(Wanted.tender_id == tender_id, Wanted.settled_at.is_(None))
            .order_by(Wanted.envelope, Wanted.position)
        )
        return list(self._session.scalars(query))

    def all_wanted(self, tender_id: UUID, envelope: str) -> dict[int, Wanted]:
        """What is or was missing of an envelope, by position."""
        query = select(Wanted).where(Wanted.tender_id == tender_id, Wanted.envelope == envelope)
        return {each.position: each for each in self._session.scalars(query)}

    def wanted(self, wanted_id: UUID) -> Wanted | None:
        return self._session.get(Wanted, wanted_id)

    def want(self, wanted: Wanted) -> None:
        self._session.add(wanted)
        self._session.flush()  # a supply that is wanted again is read behind it

    def add(self, supply_id: UUID, wanted_id: UUID, now: datetime) -> bool:
        """False when somebody supplies these bytes already."""
        row = {"id": supply_id, "wanted_id": wanted_id, "begun_at": now}
        try:
            self._session.execute(insert(Supply), [row])
        except IntegrityError:
            return False
        return True

    def get(self, supply_id: UUID) -> Supply | None:
        return self._session.get(Supply, supply_id)

    def of(self, wanted_id: UUID) -> Supply | None:
        return self._session.scalar(select(Supply).where(Supply.wanted_id == wanted_id))

    def announce(self, supply_id: UUID, start: int, size: int, now: datetime) -> None:
        """Before its object is written; that it was announced before is no matter."""
        known = self._session.get(SupplyPiece, (supply_id, start, size))
        if known is None:
            row = {"supply_id": supply_id, "start": start, "size": size, "arrived_at": now}
            self._session.execute(insert(SupplyPiece), [row])

    def keep(self, supply_id: UUID, start: int, size: int) -> bool:
        """The piece is stored; False when another one with this start is."""
        place = (
            SupplyPiece.supply_id == supply_id,
            SupplyPiece.start == start,
            SupplyPiece.size == size,
        )
        try:
            self._session.execute(update(SupplyPiece).where(*place).values(stored=True))
        except IntegrityError:
            return False
        return True

    def progress(self, supply_id: UUID) -> tuple[int, int, datetime | None]:
        """How many pieces were announced, how many bytes are stored, and when the last one came."""
        stored = func.sum(SupplyPiece.size).filter(SupplyPiece.stored)
        count, size, last = self._session.execute(
            select(func.count(), func.coalesce(stored, 0), func.max(SupplyPiece.arrived_at)).where(
                SupplyPiece.supply_id == supply_id
            )
        ).one()
        return int(count), int(size), last

    def pieces(self, supply_id: UUID) -> list[SupplyPiece]:
        """All that were announced, in the order of the bytes."""
        query = select(SupplyPiece).where(SupplyPiece.supply_id == supply_id)
        return list(self._session.scalars(query.order_by(SupplyPiece.start)))

    def unverified(self) -> list[tuple[Supply, Wanted]]:
        query = (
            select(Supply, Wanted)
            .join(Wanted, Wanted.id == Supply.wanted_id)
            .where(Supply.verified_at.is_(None))
        )
        return [(row[0], row[1]) for row in self._session.execute(query)]

    def doubt(self, wanted_id: UUID) -> None:
        """Has the bytes that were supplied checked again."""
        self._session.execute(
            update(Supply).where(Supply.wanted_id == wanted_id).values(verified_at=None)
        )

    def verified(self, tender_id: UUID, envelope: str) -> dict[int, datetime]:
        """Since when supplied bytes are known to be right, by position."""
        query = (
            select(Wanted.position, Supply.verified_at)
            .join(Supply, Supply.wanted_id == Wanted.id)
            .where(Wanted.tender_id == tender_id, Wanted.envelope == envelope)
            .where(Supply.verified_at.is_not(None))
        )
        return {row.position: row.verified_at for row in self._session.execute(query)}

    def remove(self, supply_id: UUID) -> None:
        self._session.execute(delete(Supply).where(Supply.id == supply_id))
