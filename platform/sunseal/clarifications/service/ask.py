"""A firm asks, and sees what became of its own questions. Nobody at a desk sees either."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sunseal.clarifications import rules
from sunseal.clarifications.models import OwnQuestion
from sunseal.clarifications.repository import QuestionRepository
from sunseal.clarifications.rules import State
from sunseal.clarifications.service import log
from sunseal.database import Role, UnitOfWork
from sunseal.organizations import service as organizations
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class Own:
    """`releases_at` is its batch; `answer` the number of the clarification, once there is one."""

    question: OwnQuestion
    state: State
    releases_at: datetime
    answer: int | None


def ask(uow: UnitOfWork, tender_id: UUID, wording: str, *, named: bool = False) -> Own:
    """The same text again is the same question. With `named`, the firm wants to be known.

    Raises Forbidden, NoSuchTender, NoText, NamesItsFirm, QuestionsClosed, TooManyQuestions,
    AskedAtOnce.
    """
    uow.require(Role.BIDDER)
    tender = tenders.get(uow, tender_id)
    text = rules.tidied(wording, "question")
    repository = QuestionRepository(uow.session)
    before = repository.own(tender_id, uow.organization_id)
    for question, answer in before:
        if question.text == text:
            return _own(tender, question, answer)
    rules.check_open(tender, uow.now)
    rules.check_count(len(before))
    if not named:
        _check_names_nobody(uow, text)
    made = OwnQuestion(
        id=uuid4(),
        tender_id=tender_id,
        organization_id=uow.organization_id,
        number=len(before) + 1,
        text=text,
    )
    repository.add(made)
    log.record(uow, "question.ask", tender_id, log.ASKER, uow.organization_id)
    return _own(tender, made, None)


def own(uow: UnitOfWork, tender_id: UUID) -> list[Own]:
    """The firm's questions about a tender. Raises Forbidden, NoSuchTender."""
    uow.require(Role.BIDDER)
    tender = tenders.get(uow, tender_id)
    found = QuestionRepository(uow.session).own(tender_id, uow.organization_id)
    if found:
        _record_look(uow, tender_id)
    return [_own(tender, question, answer) for question, answer in found]


def closes_at(uow: UnitOfWork, tender_id: UUID) -> datetime:
    """When the question period ends. Raises NoSuchTender."""
    return rules.closes_at(tenders.get(uow, tender_id))


def _check_names_nobody(uow: UnitOfWork, text: str) -> None:
    me = organizations.whoami(uow).organization
    codes = [code for code in (me.uscc, me.registration_number) if code]
    rules.check_names_nobody(text, [me.name], codes)


def _own(tender: Tender, question: OwnQuestion, answer: int | None) -> Own:
    state = State.ANSWERED if answer else State.RELEASED if question.released else State.WAITING
    batch = rules.released_at(question.asked_at, rules.closes_at(tender))
    return Own(question, state, batch, answer)


def _record_look(uow: UnitOfWork, tender_id: UUID) -> None:
    """One entry for each sign-in and hour, as of looks at a bid."""
    hour = uow.now.replace(minute=0, second=0, microsecond=0)
    viewer = uow.actor.session_id or uow.person_id
    where = log.place(uow, tender_id)
    if QuestionRepository(uow.session).note_look(viewer, where, uow.organization_id, hour):
        log.record(uow, "question.look", tender_id, log.ASKER, uow.organization_id)
