"""A firm objects to a fact; supervisors let it stand, or two of them strike it."""

from typing import Literal
from uuid import UUID, uuid4

from sunseal.audit import service as audit
from sunseal.conduct.errors import NoSuchFact
from sunseal.conduct.models import Fact, Note
from sunseal.conduct.repository import ConductRepository
from sunseal.database import Role, UnitOfWork
from sunseal.screening import person_ids

Word = Literal["stands", "struck"]


def object_to(uow: UnitOfWork, fact_id: UUID, grounds: str) -> Note:
    """The firm's own word on a fact about it. Raises Forbidden, NoSuchFact."""
    uow.require(Role.BIDDER)
    return _say(uow, fact_id, "objection", grounds)


def judge(uow: UnitOfWork, fact_id: UUID, word: Word, reason: str) -> Note:
    """Of two people who say `struck`, the second strikes it. Raises NoSuchFact, AlreadyJudged."""
    uow.require(Role.SUPERVISOR)
    return _say(uow, fact_id, word, reason)


def _say(uow: UnitOfWork, fact_id: UUID, kind: str, said: str) -> Note:
    fact = _fact(uow, fact_id)
    note = Note(
        id=uuid4(),
        fact_id=fact.id,
        kind=kind,
        said=person_ids.redact(said),
        made_by=uow.person_id,
        made_at=uow.now,
    )
    ConductRepository(uow.session).add(note)
    audit.record(uow, "conduct.note", f"conduct/{fact_id}", data={"kind": kind})
    return note


def _fact(uow: UnitOfWork, fact_id: UUID) -> Fact:
    """What the reader does not see does not exist for him."""
    fact = ConductRepository(uow.session).fact(fact_id)
    if fact is None:
        raise NoSuchFact(fact_id)
    return fact
