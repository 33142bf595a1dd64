"""Putting an amendment in force: when the log holds enough words, box and notice move together.

Whether it is in force is decided by the log alone, by ticks before the old deadline. So the box is
not shut while such a tick can still come, and not moved for one that came too late.
"""

from enum import Enum
from uuid import UUID

from sunseal.amendments.models import Amendment
from sunseal.amendments.repository import AmendmentRepository, Confirmed
from sunseal.amendments.service.facts import apply, facts, in_force, logged, signed
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal_crypto.amendment import ShownAmendment
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.spelling import base64_text, time_text

IN_FORCE = "amendment.in-force"


class Standing(Enum):
    """What a deadline that has come must know about amendments."""

    NONE = "no amendment, or one that came to nothing"
    MOVED = "the deadline is another one now"
    OPEN = "the log may still put one in force"


def settle(uow: UnitOfWork, amendment_id: UUID) -> bool:
    """Moves the timetable if the log says so; again is harmless. True when it moved."""
    uow.require(Role.WORKER)
    repository = AmendmentRepository(uow.session)
    wanted = repository.get(amendment_id)
    if wanted is None:
        return False
    found = _unsettled(repository, wanted.tender_id, wanted.envelope)
    return found is not None and found.row.id == amendment_id and _move(uow, found)


def waiting(uow: UnitOfWork) -> list[UUID]:
    """Amendments that the next tick may put in force."""
    return [each.id for each in AmendmentRepository(uow.session).waiting(uow.now)]


def standing(uow: UnitOfWork, tender_id: UUID, envelope: str) -> Standing:
    """Asked at the deadline, with the box locked. Nothing in the answer depends on bids."""
    repository = AmendmentRepository(uow.session)
    found = _unsettled(repository, tender_id, envelope)
    if found is None:
        return Standing.NONE
    if _move(uow, found):
        return Standing.MOVED
    # Ticks come in order: once there is one at the deadline, none before it can follow.
    current, _ = in_force(uow, tender_id, envelope)
    last = repository.last_tick()
    over = last is not None and last >= current.deadline
    return Standing.NONE if over else Standing.OPEN


def _unsettled(repository: AmendmentRepository, tender_id: UUID, envelope: str) -> Confirmed | None:
    last = repository.confirmed(tender_id, envelope)[-1:]
    return last[0] if last and last[0].since is None else None


def _move(uow: UnitOfWork, found: Confirmed) -> bool:
    row = found.row
    current, _ = in_force(uow, row.tender_id, row.envelope)
    evidence = ShownAmendment(signed(found), logged(uow, row.id, current))
    try:
        apply(evidence, current, facts(uow, row.tender_id, row.envelope))
    except CryptoError:
        return False
    if not AmendmentRepository(uow.session).postpone(row.id):
        return False
    _log(uow, row)
    return True


def _log(uow: UnitOfWork, row: Amendment) -> None:
    data = {
        "amendment": base64_text(row.digest),
        "number": str(row.number),
        "deadline": time_text(row.deadline),
        "not_before": time_text(row.not_before),
    }
    place = f"tender/{row.tender_id}/envelope/{row.envelope}"
    audit.record(uow, IN_FORCE, place, tender_id=row.tender_id, data=data, public=True, first=True)
