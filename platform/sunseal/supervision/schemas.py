from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import Row

from sunseal.supervision.models import Finding, Step
from sunseal.supervision.service import Case

Reason = Annotated[str, Meta(min_length=3, max_length=2000)]


class TakeStep(Struct, forbid_unknown_fields=True):
    """A rectification is ordered by its own request, because it says more."""

    state: Literal["open", "explained", "closed"]
    reason: Reason


class OrderRectification(Struct, forbid_unknown_fields=True):
    addressee: Annotated[str, Meta(min_length=1, max_length=200)]
    demand: Annotated[str, Meta(min_length=3, max_length=4000)]
    deadline: Annotated[datetime, Meta(tz=True)]
    reason: Reason


class BreakGlass(Struct, forbid_unknown_fields=True):
    tender: UUID
    reason: Annotated[str, Meta(min_length=10, max_length=2000)]


class EvidenceView(Struct, frozen=True):
    """Entries as `/audit/entries` names them, the ticks that hold them, and what was measured."""

    entries: list[UUID]
    ticks: list[int]
    figures: dict[str, str]


class FindingView(Struct, frozen=True, kw_only=True):
    id: UUID
    rule: str
    tender: UUID | None
    sentence: str
    evidence: EvidenceView
    raised_at: datetime
    state: str

    @classmethod
    def of(cls, row: Row[Any] | Finding, state: str) -> Self:
        evidence = row.evidence
        return cls(
            id=row.id,
            rule=row.rule,
            tender=row.tender_id,
            sentence=row.sentence,
            evidence=EvidenceView(
                [UUID(entry) for entry in evidence["entries"]],
                evidence["ticks"],
                evidence["figures"],
            ),
            raised_at=row.raised_at,
            state=state,
        )


class StepView(Struct, frozen=True):
    """`taken_by` is null for the first step, which a rule took."""

    state: str
    reason: str
    taken_by: UUID | None
    at: datetime

    @classmethod
    def of(cls, step: Step) -> Self:
        return cls(step.state, step.reason, step.taken_by, step.at)


class CaseView(Struct, frozen=True):
    """`notice` is the reference of the rectification notice, if one was ordered."""

    finding: FindingView
    steps: list[StepView]
    notice: str | None

    @classmethod
    def of(cls, case: Case) -> Self:
        return cls(
            FindingView.of(case.finding, case.state.value),
            [StepView.of(step) for step in case.steps],
            case.notice.reference if case.notice else None,
        )


class GateView(Struct, frozen=True):
    envelope: str
    state: str


class StatementView(Struct, frozen=True, kw_only=True):
    """Null from `action` on for somebody who joined and has stated nothing yet."""

    pseudonym: str
    action: str | None
    sequence: int | None
    state: str | None
    promised: bool
    logged: bool
    stored_percent: int | None


class GlimpseView(Struct, frozen=True):
    tender: UUID
    envelopes: list[GateView]
    statements: list[StatementView]
