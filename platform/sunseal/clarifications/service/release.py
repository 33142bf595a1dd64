"""Texts leave the box: all of a batch at once, in an order of chance, under names of their own."""

from collections import Counter
from secrets import SystemRandom
from uuid import uuid4

from sunseal.clarifications import rules
from sunseal.clarifications.models import Question
from sunseal.clarifications.repository import QuestionRepository
from sunseal.clarifications.service import log
from sunseal.database import Role, UnitOfWork


def release(uow: UnitOfWork) -> int:
    """What is due by now; returns how many. Repeating it releases nothing twice."""
    uow.require(Role.WORKER)
    repository = QuestionRepository(uow.session)
    due = []
    for own, tender in repository.waiting():
        batch = rules.released_at(own.asked_at, rules.closes_at(tender))
        if batch <= uow.now:
            due.append((own, batch))
    SystemRandom().shuffle(due)
    for own, batch in due:
        copy = Question(id=uuid4(), tender_id=own.tender_id, text=own.text, released_at=batch)
        repository.release(own, copy)
    # Sealed as well: that an entry is there at all would tell every supervisor of a question.
    for tender_id, count in Counter(own.tender_id for own, _ in due).items():
        data = {"questions": str(count)}
        log.record(uow, "question.release", tender_id, log.WORKER, data=data)
    return len(due)
