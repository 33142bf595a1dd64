"""Entering an act: who acts, his turn, the entry in the log and the row, in one transaction."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.meeting import rules
from sunseal.meeting.acts import KINDS, VERSION, Act, digest
from sunseal.meeting.course import Course
from sunseal.meeting.errors import NoMeeting, NoWords, OutsideTheTender
from sunseal.meeting.repository import MeetingRepository
from sunseal.opening.errors import NotOpenedYet
from sunseal.organizations import service as organizations
from sunseal.screening import person_ids
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender
from sunseal.tenders.rules import Status
from sunseal_crypto import canonical
from sunseal_crypto.spelling import base64_text

A = TypeVar("A", bound=Act)


@dataclass(frozen=True, slots=True)
class Place:
    """A tender's meeting, and what the caller may do there."""

    tender: Tender
    chairs: bool
    is_bidder: bool


def come_in(uow: UnitOfWork, tender_id: UUID) -> Place:
    """Raises NoSuchTender, NotOpenedYet, NoMeeting, Unauthenticated, OutsideTheTender.

    Whether somebody is a bidder is not asked before the opening, so its answer tells nothing.
    """
    uow.require(Role.CENTRE, Role.TENDERING_PARTY, Role.AGENT, Role.BIDDER, Role.SUPERVISOR)
    tender = tenders.get(uow, tender_id)
    if tender.status == Status.FAILED:
        raise NoMeeting()
    if tender.status != Status.OPENED:
        raise NotOpenedYet()
    is_bidder = uow.actor.role is Role.BIDDER and MeetingRepository(uow.session).took_part(
        tender_id
    )
    place = Place(tender, _chairs(uow, tender), is_bidder)
    if not (place.chairs or is_bidder or uow.actor.role is Role.SUPERVISOR):
        raise OutsideTheTender()
    return place


def take_turn(uow: UnitOfWork, tender_id: UUID) -> Course:
    """The meeting as it stands, and nobody else adds to it until this unit ends."""
    repository = MeetingRepository(uow.session)
    if not repository.take_turn(tender_id):
        raise NotOpenedYet()
    return Course.of(repository.acts(tender_id))


def chair(uow: UnitOfWork, tender_id: UUID) -> Course:
    """For those who run the meeting. Raises what `come_in` raises."""
    if not come_in(uow, tender_id).chairs:
        raise OutsideTheTender()
    return take_turn(uow, tender_id)


def enter(uow: UnitOfWork, tender_id: UUID, form: type[A], **said: Any) -> A:
    """Adds an act of the caller's. What it may not be, the database refuses once more."""
    me = organizations.whoami(uow)
    act = form(
        version=VERSION,
        id=str(uuid4()),
        tender=str(tender_id),
        at=uow.now.astimezone(UTC),
        person=str(uow.person_id),
        name=me.person.name,
        role=uow.actor.role.removeprefix("as_"),
        organization=str(uow.organization_id),
        firm=me.organization.name,
        **said,
    )
    body = canonical.encode(act)
    entry = audit.record(
        uow,
        f"meeting.{KINDS[form]}",
        f"tender/{tender_id}/act/{act.id}",
        tender_id=tender_id,
        data={"digest": base64_text(digest(body))},
    )
    MeetingRepository(uow.session).enter(body, entry.id)
    return act


def words(text: str) -> str:
    """What somebody said, without any id-card number in it. Raises NoWords."""
    said = text.replace("\0", "").strip()  # PostgreSQL keeps no such character
    if not 0 < len(said) <= rules.MOST_WORDS:
        raise NoWords(rules.MOST_WORDS)
    return person_ids.redact(said)


def _chairs(uow: UnitOfWork, tender: Tender) -> bool:
    if uow.actor.role is Role.CENTRE:
        return True
    return uow.actor.role in (Role.TENDERING_PARTY, Role.AGENT) and uow.organization_id in (
        tender.tendering_party_id,
        tender.agent_id,
    )
