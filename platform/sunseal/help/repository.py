"""The SQL of help. Whoever asks calls functions that want a secret; the desk reads tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from sunseal.help.models import Ticket, Word

OPEN = text("select help.open(:secret, :number, :category, :text, :phone, :turn)")
SAY = text("select help.say(:secret, :number, :text)")
HELD = text("select number, category, opened_at, state from help.held(:secret)")
WORDS = text("select kind, text, said_at from help.words(:secret, :number)")
LATELY = text("select help.lately(:source)")
COUNT = text("select help.count(:source)")
# Of tenders whose opening is not over: what those are called must stand in no ticket.
SHUT = text("""
    select reference, title from notice.tender
    where published_at is not null and status in ('published', 'closed')
""")
QUEUE = text("""
    select t.number, t.category, t.opened_at, w.kind as state, w.said_at
    from help.ticket t cross join lateral (
        select kind, said_at from help.word where ticket_id = t.id order by said_at desc limit 1) w
    where (w.kind = 'closing') = :closed
    order by w.kind = 'question' desc, case w.kind when 'question' then t.turn else 0 end,
        case w.kind when 'question' then w.said_at end, w.said_at desc
    limit :limit
""")
PHONE = text("select phone from help.phone where ticket_id = :ticket")
FORGET_PHONES = text("""
    delete from help.phone p where not exists (
        select from help.word w where w.ticket_id = p.ticket_id and w.said_at >= :before)
""")
FORGET_TICKETS = text("""
    delete from help.ticket t where not exists (
        select from help.word w where w.ticket_id = t.id and w.said_at >= :before)
""")
FORGET_SOURCES = text("delete from help.asked where at < :before")


class AskingRepository:
    """For whoever asks, in the role of the public."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, row: dict[str, object]) -> bool:
        """False when the number is taken."""
        return bool(self._session.execute(OPEN, row).scalar_one())

    def say(self, secret: bytes, number: str, said: str) -> bool:
        row = {"secret": secret, "number": number, "text": said}
        return bool(self._session.execute(SAY, row).scalar_one())

    def held(self, secret: bytes) -> Sequence[Row[Any]]:
        """The newest first."""
        return self._session.execute(HELD, {"secret": secret}).all()

    def words(self, secret: bytes, number: str) -> Sequence[Row[Any]]:
        return self._session.execute(WORDS, {"secret": secret, "number": number}).all()

    def lately(self, source: bytes) -> int:
        found: int = self._session.execute(LATELY, {"source": source}).scalar_one()
        return found

    def count(self, source: bytes) -> None:
        self._session.execute(COUNT, {"source": source})


class HelpRepository:
    """For the desk, and for the worker that forgets."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def shut(self) -> list[str]:
        """References and titles of tenders that are published and not yet opened."""
        return [name for row in self._session.execute(SHUT) for name in row]

    def queue(self, *, closed: bool, limit: int) -> Sequence[Row[Any]]:
        """Those that wait first, by their turn and then by how long they wait."""
        return self._session.execute(QUEUE, {"closed": closed, "limit": limit}).all()

    def ticket(self, number: str) -> Ticket | None:
        return self._session.scalar(select(Ticket).where(Ticket.number == number))

    def words(self, ticket: Ticket) -> Sequence[Word]:
        query = select(Word).where(Word.ticket_id == ticket.id).order_by(Word.said_at)
        return self._session.scalars(query).all()

    def phone(self, ticket: Ticket) -> str | None:
        found: str | None = self._session.execute(PHONE, {"ticket": ticket.id}).scalar_one_or_none()
        return found

    def add(self, word: Word) -> None:
        self._session.add(word)
        self._session.flush()

    def forget(self, phones: datetime, tickets: datetime, sources: datetime) -> None:
        """What is older than each."""
        self._session.execute(FORGET_PHONES, {"before": phones})
        self._session.execute(FORGET_TICKETS, {"before": tickets})
        self._session.execute(FORGET_SOURCES, {"before": sources})
