"""A tender while it can still be changed."""

from uuid import UUID, uuid4

from msgspec import UNSET, structs
from sqlalchemy.exc import IntegrityError

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.tenders import rules
from sunseal.tenders.errors import BadTender, NoSuchParty, NotYourTender, ReferenceTaken
from sunseal.tenders.models import Envelope, Tender
from sunseal.tenders.repository import TenderRepository
from sunseal.tenders.schemas import ChangeTender, CreateTender
from sunseal.tenders.service.read import get
from sunseal_crypto import notice
from sunseal_crypto.errors import Malformed

# Several envelopes, of lots or of technical and price parts, are rows of one table; their notice
# form exists, the choice of them does not yet.
ONLY_ENVELOPE = ("1", "1", "all")


def create(uow: UnitOfWork, wish: CreateTender, *, statutory: bool) -> Tender:
    """A draft, `statutory` unless the wish says otherwise. Raises Forbidden, Invalid, Refused."""
    uow.require(*rules.WRITERS)
    party, agent = _parties(uow, wish)
    tenders = TenderRepository(uow.session)
    if tenders.reference_taken(wish.reference):
        raise ReferenceTaken(wish.reference)
    tender = Tender(
        id=uuid4(),
        reference=wish.reference,
        title=wish.title,
        summary=wish.summary,
        tendering_party_id=party[0],
        tendering_party_name=party[1],
        agent_id=agent[0] if agent else None,
        agent_name=agent[1] if agent else None,
        status=rules.Status.DRAFT.value,
        statutory=statutory if wish.statutory is None else wish.statutory,
        deadline=wish.deadline,
        not_before=wish.not_before,
        minimum_bids=wish.minimum_bids,
        threshold=wish.threshold,
        box_size=wish.box_size,
        currency=wish.currency,
        ceiling_price=wish.ceiling_price,
        created_by=uow.person_id,
        created_at=uow.now,
    )
    _check(uow, tender)
    _add(tenders, tender)
    audit.record(uow, "tender.create", f"tender/{tender.id}", tender_id=tender.id)
    return tender


def change(uow: UnitOfWork, tender_id: UUID, wish: ChangeTender) -> Tender:
    """Raises NoSuchTender, Forbidden, WrongStatus, Invalid, Refused."""
    tender = writable(uow, tender_id)
    rules.check_draft(tender.id, tender.status)
    for name, value in structs.asdict(wish).items():
        if value is not UNSET:
            setattr(tender, name, value)
    _check(uow, tender)
    audit.record(uow, "tender.change", f"tender/{tender.id}", tender_id=tender.id)
    return tender


def writable(uow: UnitOfWork, tender_id: UUID) -> Tender:
    """The tender, locked for one of those who write it. Raises NoSuchTender, Forbidden."""
    uow.require(*rules.WRITERS)
    tender = get(uow, tender_id)
    rules.may_write(uow.actor, tender.id, tender.tendering_party_id, tender.agent_id)
    TenderRepository(uow.session).lock(tender)
    return tender


def timetable(tender: Tender) -> rules.Timetable:
    return rules.Timetable(
        statutory=tender.statutory,
        deadline=tender.deadline,
        not_before=tender.not_before,
        minimum_bids=tender.minimum_bids,
        box_size=tender.box_size,
    )


def _check(uow: UnitOfWork, tender: Tender) -> None:
    rules.check_timetable(timetable(tender), uow.now)
    try:
        notice.check_currency(tender.currency)
        if tender.ceiling_price is not None:
            notice.check_price(tender.ceiling_price)
    except Malformed as error:
        raise BadTender(str(error)) from None


def _add(tenders: TenderRepository, tender: Tender) -> None:
    name, lot, part = ONLY_ENVELOPE
    envelope = Envelope(tender_id=tender.id, name=name, lot=lot, part=part)
    try:
        tenders.add(tender, [envelope])
    except IntegrityError as error:
        # Somebody else's draft, which the caller cannot see, may hold the reference.
        raise ReferenceTaken(tender.reference) from error


Named = tuple[UUID, str]


def _parties(uow: UnitOfWork, wish: CreateTender) -> tuple[Named, Named | None]:
    """Who buys, and who acts for it: the caller is one of them, unless it is the centre."""
    party, agent = wish.tendering_party_id, wish.agent_id
    own = uow.organization_id
    if uow.actor.role is Role.TENDERING_PARTY:
        party = own if party is None else party
        _check_own(party, own)
    if uow.actor.role is Role.AGENT:
        agent = own if agent is None else agent
        _check_own(agent, own)
    named = _named(uow, party, "tendering_party")
    return named, None if agent is None else _named(uow, agent, "agent")


def _check_own(organization: UUID, own: UUID) -> None:
    if organization != own:
        raise NotYourTender(organization)


def _named(uow: UnitOfWork, organization_id: UUID | None, kind: str) -> Named:
    name = None
    if organization_id is not None:
        name = TenderRepository(uow.session).party_name(organization_id, kind)
    if organization_id is None or name is None:
        raise NoSuchParty(organization_id, kind.replace("_", " "))
    return organization_id, name
