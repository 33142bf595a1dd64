"""The tendering side reads what was asked, and publishes what everybody is to know."""

import hashlib
from collections.abc import Collection
from datetime import UTC
from uuid import UUID, uuid4

from sunseal.audit import service as audit
from sunseal.clarifications import rules
from sunseal.clarifications.body import Published
from sunseal.clarifications.errors import AlreadyAnswered, NoSuchQuestion
from sunseal.clarifications.models import Clarification
from sunseal.clarifications.repository import Asked, ClarificationRepository
from sunseal.database import Role, UnitOfWork
from sunseal.tenders import rules as tender_rules
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender
from sunseal.tenders.repository import TenderRepository
from sunseal_crypto import canonical
from sunseal_crypto.spelling import base64_text

# The centre sees to the procedure; what a tender means is for its own side to say.
WRITERS = (Role.TENDERING_PARTY, Role.AGENT)


def questions(uow: UnitOfWork, tender_id: UUID) -> list[Asked]:
    """What was released, for the tender's own side. The look is logged.

    Raises Forbidden, NotYourTender, NoSuchTender.
    """
    _own(uow, tender_id)
    audit.record(uow, "question.read", f"tender/{tender_id}", tender_id=tender_id)
    return ClarificationRepository(uow.session).questions(tender_id)


def check(
    uow: UnitOfWork, tender_id: UUID, question: str, answer: str, answers: Collection[UUID]
) -> bool:
    """Whether it could be published now, to be looked at once more; true if it comes late.

    Raises what `publish` raises.
    """
    tender = _own(uow, tender_id)
    rules.may_publish(tender.id, tender.status, tender.deadline, uow.now)
    _wording(question, answer, answers)
    _check_unanswered(uow, tender_id, answers)
    return rules.is_late(tender, uow.now)


def publish(
    uow: UnitOfWork,
    origin: str,
    tender_id: UUID,
    question: str,
    answer: str,
    answers: Collection[UUID],
) -> Clarification:
    """For everybody, and for good. The same words to the same questions are the same clarification.

    Raises Forbidden, NoSuchTender, NoSuchQuestion, NoText, AlreadyAnswered, AnswersClosed.
    """
    _own(uow, tender_id)
    wording = _wording(question, answer, answers)
    tender = tenders.writable(uow, tender_id)
    repository = ClarificationRepository(uow.session)
    before = repository.of_tender(tender_id)
    answered = {each.id: each.clarification for each in repository.questions(tender_id)}
    for each in before:
        mine = all(answered.get(question) == each.number for question in answers)
        if mine and wording == _words_of(each):
            return each
    # By the clock under the tender's lock, behind which another clarification may just have come.
    now = TenderRepository(uow.session).clock().astimezone(UTC)
    rules.may_publish(tender.id, tender.status, tender.deadline, now)
    _check_unanswered(uow, tender_id, answers)
    body = canonical.encode(
        Published(
            version="sunseal/clarification/v1",
            origin=origin,
            tender=str(tender_id),
            number=len(before) + 1,
            question=wording[0],
            answer=wording[1],
            published_at=now,
        )
    )
    made = Clarification(
        id=uuid4(),
        tender_id=tender_id,
        number=len(before) + 1,
        body=body,
        digest=hashlib.sha256(body).digest(),
        published_at=now,
    )
    repository.add(made, set(answers))
    _log(uow, made)
    return made


def _own(uow: UnitOfWork, tender_id: UUID) -> Tender:
    uow.require(*WRITERS)
    tender = tenders.get(uow, tender_id)
    tender_rules.may_write(uow.actor, tender.id, tender.tendering_party_id, tender.agent_id)
    return tender


def _wording(question: str, answer: str, answers: Collection[UUID]) -> tuple[str, str]:
    """What is said without being asked needs no question."""
    asked = rules.tidied(question, "question") if answers or question.strip() else ""
    return asked, rules.tidied(answer, "answer")


def _words_of(made: Clarification) -> tuple[str, str]:
    said = canonical.decode(Published, made.body)
    return said.question, said.answer


def _check_unanswered(uow: UnitOfWork, tender_id: UUID, wanted: Collection[UUID]) -> None:
    found = ClarificationRepository(uow.session).questions(tender_id)
    answered = {each.id: each.clarification for each in found}
    for each in wanted:
        if each not in answered:
            raise NoSuchQuestion(each)
        if answered[each] is not None:
            raise AlreadyAnswered(each)


def _log(uow: UnitOfWork, made: Clarification) -> None:
    """With the digest of what was published: supervisors hold the table against it."""
    audit.record(
        uow,
        "clarification.publish",
        f"tender/{made.tender_id}/clarification/{made.number}",
        tender_id=made.tender_id,
        data={"clarification": base64_text(made.digest)},
    )
