"""What supervisors do with findings; reading them is logged like everything else they ask."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.supervision.errors import NoSuchFinding
from sunseal.supervision.models import Finding, Notice, Step
from sunseal.supervision.repository import FindingRepository
from sunseal.supervision.states import State, check_step


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """Which findings; None means any."""

    rule: str | None = None
    state: str | None = None
    tender: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A finding with everything that was done about it."""

    finding: Finding
    steps: list[Step]
    notice: Notice | None

    @property
    def state(self) -> State:
        return State(self.steps[-1].state)


def findings(uow: UnitOfWork, query: FindingQuery, limit: int) -> list[Row[Any]]:
    """Newest first. Raises Forbidden."""
    uow.require(Role.SUPERVISOR)
    asked = asdict(query)
    data = {name: str(value) for name, value in asked.items() if value is not None}
    audit.record(uow, "finding.query", "findings", data=data, tender_id=query.tender)
    return FindingRepository(uow.session).listed({**asked, "limit": limit})


def case(uow: UnitOfWork, finding_id: UUID) -> Case:
    """Raises Forbidden, NoSuchFinding."""
    uow.require(Role.SUPERVISOR)
    found = load(uow, finding_id)
    audit.record(uow, "finding.read", f"finding/{finding_id}", tender_id=found.finding.tender_id)
    return found


def take(uow: UnitOfWork, finding_id: UUID, wish: State, reason: str) -> Case:
    """The next step of a finding. Raises Forbidden, NoSuchFinding, NoSuchStep, StepTaken."""
    uow.require(Role.SUPERVISOR)
    found = load(uow, finding_id)
    check_step(finding_id, found.state, wish, ordered=found.notice is not None)
    step = Step(
        finding_id=finding_id,
        number=found.steps[-1].number + 1,
        state=wish.value,
        reason=reason,
        taken_by=uow.person_id,
        at=uow.now,
    )
    FindingRepository(uow.session).add(step)
    audit.record(
        uow,
        "finding.step",
        f"finding/{finding_id}",
        reason=reason,
        tender_id=found.finding.tender_id,
        data={"from": found.state.value, "to": wish.value},
    )
    return Case(found.finding, [*found.steps, step], found.notice)


def load(uow: UnitOfWork, finding_id: UUID) -> Case:
    """Raises NoSuchFinding."""
    repository = FindingRepository(uow.session)
    finding = repository.get(finding_id)
    if finding is None:
        raise NoSuchFinding(finding_id)
    return Case(finding, repository.steps(finding_id), repository.notice(finding_id))
