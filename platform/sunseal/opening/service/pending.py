"""Leaves that were pending in the first request, judged again until each is decided."""

from sunseal.database import UnitOfWork
from sunseal.opening.repository import GateRepository
from sunseal.opening.service import screen
from sunseal.opening.service.case import Case
from sunseal.opening.service.screen import Judgement


def decided(uow: UnitOfWork, case: Case) -> dict[int, Judgement]:
    """Pending leaves on which there is a decision now, by position; a bar once it is logged."""
    gates = GateRepository(uow.session)
    found: dict[int, Judgement] = {}
    for place in case.places:
        if case.shown[place.position].state != "pending" or place.joining_id is None:
            continue
        judgement = screen.judge(uow, case.gate, gates.membership(place.joining_id), late=True)
        if judgement.state != "pending" and not judgement.waits(uow):
            found[place.position] = judgement
    return found
