"""Who is told what about a firm's conduct. Every question of staff is logged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.conduct import rules
from sunseal.conduct.errors import NotAParty
from sunseal.conduct.models import Fact, Note
from sunseal.conduct.repository import ConductRepository
from sunseal.conduct.rules import State
from sunseal.database import Role, UnitOfWork
from sunseal.opening.service.look import look

PARTIES = (Role.TENDERING_PARTY, Role.AGENT)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact, where it stands now, and what was said about it, as far as the reader may know."""

    fact: Fact
    state: State
    notes: Sequence[Note]


def everything(
    uow: UnitOfWork, organization_id: UUID | None = None, kind: str | None = None
) -> list[Known]:
    """For supervisors. Raises Forbidden."""
    uow.require(Role.SUPERVISOR)
    about = f"organization/{organization_id}" if organization_id else "conduct"
    audit.record(uow, "conduct.read", about)
    repository = ConductRepository(uow.session)
    named = [organization_id] if organization_id else None
    return _known(uow, repository.facts(named, kind))


def of_tender(uow: UnitOfWork, tender_id: UUID) -> list[Known]:
    """Of the firms that this tender's opening named, for its parties.

    Raises Forbidden, NotAParty, NoSuchTender, NotOpenedYet.
    """
    uow.require(*PARTIES, Role.CENTRE, Role.SUPERVISOR)
    repository = ConductRepository(uow.session)
    if uow.actor.role in PARTIES and not repository.is_party(tender_id, uow.organization_id):
        raise NotAParty()
    look(uow, tender_id)
    audit.record(uow, "conduct.read", f"tender/{tender_id}", tender_id=tender_id)
    facts = repository.facts(list(repository.named(tender_id)), None)
    if uow.actor.role is Role.SUPERVISOR:
        return _known(uow, facts)
    # What is said for and against a fact is between its firm and the supervisors.
    return [Known(fact, State.IN_FORCE, ()) for fact in facts]


def own(uow: UnitOfWork) -> list[Known]:
    """The caller's firm's. Raises Forbidden."""
    uow.require(Role.BIDDER)
    return _known(uow, ConductRepository(uow.session).facts([uow.organization_id], None))


def firms(uow: UnitOfWork, organizations: Collection[UUID]) -> dict[UUID, str]:
    """Their names, for a page about facts that the reader may see."""
    return ConductRepository(uow.session).names(organizations)


def _known(uow: UnitOfWork, facts: list[Fact]) -> list[Known]:
    notes = ConductRepository(uow.session).notes(facts)
    day = rules.today(uow.now)
    return [
        Known(fact, rules.state_of(fact, notes[fact.id], day), notes[fact.id]) for fact in facts
    ]
