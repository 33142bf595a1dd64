"""The SQL of questions and answers. What a caller may see is for the row policies of its role."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sunseal.clarifications.errors import AskedAtOnce
from sunseal.clarifications.models import Clarification, OwnQuestion, Question
from sunseal.tenders.models import Tender
from sunseal.tenders.rules import Status

# Kept like looks at a bid; a firm may ask without having joined, so the box itself is named.
LOOK = text("""
    insert into sealed.look (viewer, joining_id, hour, organization_id)
    select :viewer, id, :hour, :organization from sealed.gate
    where tender_id = :tender and envelope = :envelope
    on conflict do nothing
""")

QUESTIONS = text("select id, text, released_at, clarification from notice.questions_of(:tender)")
ANSWER = text("select notice.answer(:clarification, cast(:questions as uuid[]))")


@dataclass(frozen=True, slots=True)
class Asked:
    """A released question; `clarification` is the number of what answers it."""

    id: UUID
    text: str
    released_at: datetime
    clarification: int | None


class QuestionRepository:
    """The box's side: of a bidder its own questions, of the worker all."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, question: OwnQuestion) -> None:
        """Raises AskedAtOnce when the firm's next number was taken at this very moment."""
        self._session.add(question)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise AskedAtOnce() from error

    def own(self, tender_id: UUID, organization_id: UUID) -> list[tuple[OwnQuestion, int | None]]:
        """As they were asked, each with the number of the clarification that answers it."""
        query = (
            select(OwnQuestion, func.sealed.answer_to(OwnQuestion.released))
            .where(
                OwnQuestion.tender_id == tender_id,
                OwnQuestion.organization_id == organization_id,
            )
            .order_by(OwnQuestion.number)
        )
        return [(question, number) for question, number in self._session.execute(query)]

    def note_look(self, viewer: UUID, tender: tuple[UUID, str], firm: UUID, hour: datetime) -> bool:
        """Whether this is the viewer's first look of the hour."""
        row = {
            "viewer": viewer,
            "tender": tender[0],
            "envelope": tender[1],
            "organization": firm,
            "hour": hour,
        }
        done = self._session.execute(LOOK, row)
        assert isinstance(done, CursorResult)
        return done.rowcount == 1

    def waiting(self) -> list[tuple[OwnQuestion, Tender]]:
        """Not released yet, with their tenders; no other worker releases them meanwhile."""
        query = (
            select(OwnQuestion, Tender)
            .join(Tender, Tender.id == OwnQuestion.tender_id)
            .where(OwnQuestion.released.is_(None), Tender.status == Status.PUBLISHED.value)
            .with_for_update(of=OwnQuestion, skip_locked=True)
        )
        return [(question, tender) for question, tender in self._session.execute(query)]

    def release(self, question: OwnQuestion, copy: Question) -> None:
        """One after the other: the rows lie in the table as they come."""
        self._session.add(copy)
        question.released = copy.id
        self._session.flush()


class ClarificationRepository:
    """The desk's side."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def questions(self, tender_id: UUID) -> list[Asked]:
        """The newest batch first, and in it by chance; none but for the tender's own side."""
        return [Asked(*row) for row in self._session.execute(QUESTIONS, {"tender": tender_id})]

    def of_tender(self, tender_id: UUID) -> list[Clarification]:
        """By number."""
        query = select(Clarification).where(Clarification.tender_id == tender_id)
        return list(self._session.scalars(query.order_by(Clarification.number)))

    def get(self, clarification_id: UUID) -> Clarification | None:
        return self._session.get(Clarification, clarification_id)

    def add(self, made: Clarification, questions: Collection[UUID]) -> None:
        self._session.add(made)
        self._session.flush()  # the database has a say in it, before anything rests on it
        self._session.execute(ANSWER, {"clarification": made.id, "questions": list(questions)})
