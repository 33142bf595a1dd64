"""An entry from a penalty decision to the ruling on its appeal; three people have a hand in it."""

from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.blacklist import rules
from sunseal.blacklist.errors import (
    AlreadyAppealed,
    AlreadyConfirmed,
    BadPenalty,
    NoSuchPenalty,
)
from sunseal.blacklist.models import Appeal, Penalty, PenaltyConfirmation, Ruling
from sunseal.blacklist.repository import BlacklistRepository
from sunseal.blacklist.rules import NewPenalty
from sunseal.database import Role, UnitOfWork
from sunseal.kit.appeals import AlreadyRuled, NoSuchAppeal
from sunseal.screening import person_ids
from sunseal.screening.number_repository import NumberRepository
from sunseal.screening.person_ids import Ring
from sunseal.screening.repository import ListRepository

PUBLISH = "screening.publish_blacklist"


def propose_penalty(uow: UnitOfWork, new: NewPenalty, ring: Ring | None) -> Penalty:
    """Raises Forbidden, BadPenalty, NoPersonKey. Nothing counts until another has confirmed it."""
    uow.require(Role.CENTRE, Role.SUPERVISOR)
    blacklist = BlacklistRepository(uow.session)
    who = rules.check(ListRepository(uow.session).effects(), new)
    penalty = Penalty(
        id=uuid4(),
        decision_number=new.decision_number,
        authority=new.authority,
        organization_id=_firm(blacklist, new, who["identifier"]),
        subject=new.subject,
        name=new.name,
        identifier=who["identifier"],
        mask=who.get("mask"),
        severity=new.severity,
        reason=person_ids.redact(new.reason),
        effective_from=new.effective_from,
        effective_to=new.effective_to,
        proposed_by=uow.person_id,
        proposed_at=uow.now,
    )
    blacklist.add(penalty)
    if number := who.get("person_id"):
        NumberRepository(uow.session).add(penalty.id, number, ring)
    _log(uow, "proposed", penalty.id)
    return penalty


def confirm_penalty(uow: UnitOfWork, entry_id: UUID) -> Penalty:
    """From here on it counts and is public. Raises NoSuchPenalty, SamePerson, AlreadyConfirmed."""
    uow.require(Role.SUPERVISOR)
    blacklist = BlacklistRepository(uow.session)
    penalty = blacklist.penalty(entry_id)
    if penalty is None:
        raise NoSuchPenalty(entry_id)
    rules.had_no_hand(uow.person_id, {penalty.proposed_by})
    if blacklist.confirmation(entry_id) is not None:
        raise AlreadyConfirmed(entry_id)
    row = PenaltyConfirmation(entry_id=entry_id, confirmed_by=uow.person_id, confirmed_at=uow.now)
    try:
        blacklist.add(row)
    except IntegrityError:
        raise AlreadyConfirmed(entry_id) from None
    _log(uow, "confirmed", entry_id)
    outbox.add(uow, PUBLISH, entry_id)
    return penalty


def appeal(uow: UnitOfWork, entry_id: UUID, grounds: str) -> Appeal:
    """The firm's own; the entry stays in force until it is decided.

    Raises NoSuchPenalty, AlreadyAppealed.
    """
    uow.require(Role.BIDDER)
    blacklist = BlacklistRepository(uow.session)
    penalty = blacklist.penalty(entry_id)
    if penalty is None or penalty.organization_id != uow.organization_id:
        raise NoSuchPenalty(entry_id)
    if blacklist.appeal_against(entry_id) is not None:
        raise AlreadyAppealed(entry_id)
    filed = Appeal(
        id=uuid4(),
        entry_id=entry_id,
        organization_id=uow.organization_id,
        grounds=person_ids.redact(grounds),
        filed_by=uow.person_id,
        filed_at=uow.now,
    )
    try:
        blacklist.add(filed)
    except IntegrityError:
        raise AlreadyAppealed(entry_id) from None
    _log(uow, "appealed", entry_id)
    return filed


def rule(
    uow: UnitOfWork, appeal_id: UUID, outcome: Literal["upheld", "dismissed"], reason: str
) -> Ruling:
    """By a supervisor who had no hand in the entry.

    Raises NoSuchAppeal, SamePerson, AlreadyRuled.
    """
    uow.require(Role.SUPERVISOR)
    blacklist = BlacklistRepository(uow.session)
    filed = blacklist.appeal(appeal_id)
    penalty = blacklist.penalty(filed.entry_id) if filed else None
    if filed is None or penalty is None:
        raise NoSuchAppeal(appeal_id)
    confirmed = blacklist.confirmation(penalty.id)
    hands = {penalty.proposed_by, confirmed.confirmed_by if confirmed else None}
    rules.had_no_hand(uow.person_id, hands)
    if blacklist.ruling(appeal_id) is not None:
        raise AlreadyRuled(appeal_id)
    ruling = Ruling(
        appeal_id=appeal_id,
        outcome=outcome,
        reason=person_ids.redact(reason),
        ruled_by=uow.person_id,
        ruled_at=uow.now,
    )
    try:
        blacklist.add(ruling)
    except IntegrityError:
        raise AlreadyRuled(appeal_id) from None
    _log(uow, outcome, penalty.id)
    outbox.add(uow, PUBLISH, penalty.id)
    return ruling


def own_penalties(uow: UnitOfWork) -> list[tuple[Penalty, Appeal | None, Ruling | None]]:
    """The confirmed entries about the caller's firm, with what became of its appeals."""
    uow.require(Role.BIDDER)
    return BlacklistRepository(uow.session).of_firm(uow.organization_id)


def _firm(blacklist: BlacklistRepository, new: NewPenalty, identifier: str | None) -> UUID | None:
    """Whom to tell, and who may appeal; a firm that is not registered here is nobody's party."""
    if new.subject == "company":
        return blacklist.firm_with(identifier) if identifier else None
    if new.organization_id is None:
        return None
    firm = blacklist.firm(new.organization_id)
    if firm is None or firm.kind != "bidder":
        raise BadPenalty("the practitioner's firm is not registered")
    on_roster = blacklist.has_practitioner(firm.id, new.name)
    if not on_roster and firm.legal_representative != new.name:
        raise BadPenalty("nobody of this name acts for that firm")
    return firm.id


def _log(uow: UnitOfWork, step: str, entry_id: UUID) -> None:
    audit.record(uow, "screening.blacklist", f"blacklist/{entry_id}", data={"step": step})
