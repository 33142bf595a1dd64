"""One envelope's opening, step by step, as far as it goes now.

Every step is one transaction under the gate's lock and decides by what the database says, so it can
be killed at any line and begun again by anyone. Only decryption is long; it runs outside a
transaction under a lease, and the fence tells a worker that was given up for dead that it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from uuid import UUID

from sunseal.bids.models import Gate
from sunseal.database import Database, Role, UnitOfWork
from sunseal.keys import Keys
from sunseal.opening import rules
from sunseal.opening.repository import GateRepository
from sunseal.opening.rules import Expected, Periods
from sunseal.opening.service import (
    annexes,
    bidders,
    close,
    combine,
    decrypt,
    ending,
    outcomes,
    request,
    supply,
)
from sunseal.opening.service import case as cases
from sunseal.opening.service.bidders import Bidders
from sunseal.opening.service.case import Case
from sunseal.opening.service.decrypt import Task
from sunseal.opening.service.publish import publish
from sunseal.opening.supplies import SupplyRepository
from sunseal.storage import Storage
from sunseal.tenders import service as tenders
from sunseal_crypto import roster as rosters
from sunseal_crypto.age import X25519Recipient
from sunseal_crypto.roster import MIN_THRESHOLD, Roster
from sunseal_crypto.terms import parse as parse_terms

RENEWED_AFTER = rules.LEASE.total_seconds() / 10


class Superseded(Exception):
    """Another worker has taken over: what this one has found is left to that one."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What an opening needs of the installation."""

    work: Database
    storage: Storage
    keys: Keys
    periods: Periods
    supervisors: Sequence[X25519Recipient] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Bids to open outside of a transaction, under a fence."""

    gate_id: UUID
    fence: int
    tasks: list[Task]


def due(uow: UnitOfWork) -> list[UUID]:
    """The gates to advance now."""
    uow.require(Role.WORKER)
    return GateRepository(uow.session).due(uow.now)


def quorum(uow: UnitOfWork, roster: Roster) -> int:
    """How many cosignatures a receipt needs now: what the strictest terms in force ask for."""
    smallest = max(MIN_THRESHOLD, len(roster.custodians) // 2 + 1)
    terms = GateRepository(uow.session).terms_in_force()
    return max([rosters.quorum(roster, smallest), *(parse_terms(each).q for each in terms)])


def advance(tools: Tools, gate_id: UUID) -> None:
    """Goes on until there is something to wait for. Two at once do no harm."""
    try:
        while _step(tools, gate_id):
            pass
    except Superseded:
        return


def _step(tools: Tools, gate_id: UUID) -> bool:
    with tools.work.unit_as(Role.WORKER) as uow:
        gate, entered = _enter(uow, gate_id)
        if gate is None or gate.next_check_at > entered.now:
            return False
        done = _decide(tools, entered, gate_id, gate)
    if isinstance(done, bool):
        return done
    results = {
        result.position: result
        for result in decrypt.open_all(tools.storage, done.tasks, _keep(tools, done))
    }
    with tools.work.unit_as(Role.WORKER) as uow:
        gate = _reenter(uow, done)
        publish(uow, cases.load(uow, gate), results)
        annexes.make(uow, tools.storage, tools.supervisors, gate)
    return True


def _enter(uow: UnitOfWork, gate_id: UUID) -> tuple[Gate | None, UnitOfWork]:
    """The locked gate, and the unit at the time that the clock shows now."""
    gates = GateRepository(uow.session)
    gate = gates.take(gate_id)
    return gate, replace(uow, now=gates.clock())


def _decide(tools: Tools, uow: UnitOfWork, gate_id: UUID, gate: Gate) -> bool | Order:
    """One step; True when the next can follow at once."""
    if gate.final_at is not None or gate.state == "cancelled":
        return ending.step(uow, gate, tools.storage, tools.periods)
    match gate.state:
        case "open":
            return close.begin(uow, gate)
        case "closing":
            return close.build(uow, gate, tools.periods.validity)
        case "closed":
            close.screened(uow, gate)
            return request.ask(uow, gate)
    return _release(tools, uow, gate_id, gate)


def _release(tools: Tools, uow: UnitOfWork, gate_id: UUID, gate: Gate) -> bool | Order:
    case = cases.load(uow, gate)
    over = outcomes.is_over(gate, uow.now)
    # 1. What custodians have said since.
    if not over and combine.collect(uow, tools.keys.worker, case):
        case = cases.load(uow, gate)
    # 2. What was pending and is decided now. Custodians add to no request that they did not answer.
    if case.answered and not over and request.supplement(uow, case):
        case = cases.load(uow, gate)
    # 3. Bids that enough of them helped open, outside of this transaction.
    positions = [] if over else outcomes.to_open(uow, case)
    if positions:
        who = bidders.load(uow, gate)
        tasks = [_task(uow, case, position, who) for position in positions]
        gate.fence += 1
        gate.next_check_at = uow.now + rules.LEASE
        return Order(gate_id, gate.fence, tasks)
    # 4. Nothing to open; but a bid may be barred now, all of them pending, or their time over.
    if case.answered or over:
        publish(uow, case, {})
    return False


def _task(uow: UnitOfWork, case: Case, position: int, who: Bidders) -> Task:
    gates = GateRepository(uow.session)
    place = case.places[position]
    assert place.joining_id is not None
    assert place.submission_id is not None
    joined = who.joinings[place.joining_id]
    submission = who.submissions[place.submission_id]
    organization = joined.organization_id
    until = submission.finalised_at or joined.joined_at
    expected = Expected(
        key=case.key,
        statement=cases.head_of(place.detail),
        organization=str(organization),
        keys=gates.keys_in_force(organization, joined.joined_at, until),
        currency=tenders.get(uow, case.gate.tender_id).currency,
        practitioners=gates.practitioners(organization),
    )
    objects = tuple(_supplied(uow, case, position) or who.file_objects(submission))
    return Task(position, case.points(position), objects, place.nonce, expected)


def _supplied(uow: UnitOfWork, case: Case, position: int) -> list[UUID]:
    gate = case.gate
    missing = SupplyRepository(uow.session).all_wanted(gate.tender_id, gate.envelope)
    return supply.objects(uow, missing[position]) if position in missing else []


def _keep(tools: Tools, order: Order) -> Callable[[], None]:
    """Renews the lease now and then: a commit for each bid would take longer than a small bid."""
    renewed = monotonic()

    def keep() -> None:
        nonlocal renewed
        if monotonic() < renewed + RENEWED_AFTER:
            return
        with tools.work.unit_as(Role.WORKER) as uow:
            if not GateRepository(uow.session).renew(order.gate_id, order.fence, rules.LEASE):
                raise Superseded
        renewed = monotonic()

    return keep


def _reenter(uow: UnitOfWork, order: Order) -> Gate:
    """The gate again, if nobody took over meanwhile. Raises Superseded."""
    gate = GateRepository(uow.session).retake(order.gate_id, order.fence)
    if gate is None:
        raise Superseded
    return gate
