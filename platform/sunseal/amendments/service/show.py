"""What is shown of amendments: their history to everybody, what to acknowledge to custodians."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sunseal.amendments import rules
from sunseal.amendments.models import Amendment
from sunseal.amendments.repository import AmendmentRepository, Confirmed
from sunseal.amendments.rules import State
from sunseal.amendments.service.facts import Facts, facts, in_force, signed
from sunseal.audit import service as audit
from sunseal.custody import rules as seats
from sunseal.custody.service.seat import name_of_caller
from sunseal.database import Role, UnitOfWork
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender
from sunseal.tenders.rules import Status
from sunseal_crypto import canonical
from sunseal_crypto.amendment import ShownAmendment
from sunseal_crypto.terms import Terms


@dataclass(frozen=True, slots=True)
class Word:
    """A custodian's acknowledgement; `receipt` is None until enough cosigners saw its entry."""

    custodian: int
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    found: Confirmed
    state: State
    words: list[Word]


@dataclass(frozen=True, slots=True)
class History:
    """The timetable of an envelope: as announced in `agreed`, as in force, and how it came."""

    agreed: Terms
    deadline: datetime
    not_before: datetime
    amendments: list[Shown]


@dataclass(frozen=True, slots=True)
class Work:
    """What a custodian is asked to acknowledge, and the amendments that it rests on."""

    id: UUID
    body: bytes
    earlier: list[ShownAmendment]


def history(uow: UnitOfWork, tender_id: UUID, envelope: str) -> History:
    """As a visitor sees it. Raises NoSuchTender, NoCertificate."""
    tender = tenders.get(uow, tender_id)
    known = facts(uow, tender_id, envelope)
    found = AmendmentRepository(uow.session).confirmed(tender_id, envelope)
    return History(
        agreed=known.agreed,
        deadline=tender.deadline,
        not_before=tender.not_before,
        amendments=[_shown(uow, tender, each, known) for each in found],
    )


def proposals(uow: UnitOfWork, tender_id: UUID, envelope: str) -> list[Amendment]:
    """What waits for its confirmation. Raises Forbidden, NoSuchTender."""
    uow.require(Role.TENDERING_PARTY, Role.AGENT, Role.CENTRE, Role.SUPERVISOR)
    tenders.get(uow, tender_id)
    return AmendmentRepository(uow.session).proposals(tender_id, envelope, uow.now)


def work(uow: UnitOfWork) -> list[Work]:
    """What the calling custodian has not acknowledged yet; nothing of it depends on bids."""
    name, asked = name_of_caller(uow), list[Work]()
    for row in AmendmentRepository(uow.session).waiting(uow.now):
        known = facts(uow, row.tender_id, row.envelope)
        seat = seats.seat_of(known.roster, name)
        if seat is not None:
            asked += _work(uow, row, seat)
    return asked


def _work(uow: UnitOfWork, row: Amendment, seat: int) -> list[Work]:
    repository = AmendmentRepository(uow.session)
    if repository.acknowledgement(row.id, seat) is not None:
        return []
    (found,) = [
        each for each in repository.confirmed(row.tender_id, row.envelope) if each.row.id == row.id
    ]
    _, earlier = in_force(uow, row.tender_id, row.envelope)
    return [Work(row.id, canonical.encode(signed(found)), earlier)]


def _shown(uow: UnitOfWork, tender: Tender, found: Confirmed, known: Facts) -> Shown:
    state = rules.state_of(
        in_force=found.since is not None,
        confirmed=True,
        running=tender.status == Status.PUBLISHED,
        deadline=tender.deadline,
        now=uow.now,
    )
    words = [
        Word(said.custodian, audit.receipt(uow, said.entry_id, known.agreed.q))
        for said in AmendmentRepository(uow.session).acknowledgements(found.row.id)
    ]
    return Shown(found, state, words)
