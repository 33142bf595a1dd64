from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from sunseal.blacklist.models import Appeal, Penalty, Ruling
from sunseal.blacklist.rules import NewPenalty

Short = Annotated[str, Meta(min_length=1, max_length=200)]
Long = Annotated[str, Meta(min_length=1, max_length=4000)]


class ProposePenalty(Struct, forbid_unknown_fields=True):
    decision_number: Short
    authority: Short
    subject: Literal["company", "person"]
    name: Short
    severity: Short
    reason: Long
    effective_from: date
    effective_to: date
    identifier: Annotated[str, Meta(max_length=40)] = ""
    organization_id: UUID | None = None

    def __repr__(self) -> str:
        return f"ProposePenalty({self.decision_number!r})"

    def new(self) -> NewPenalty:
        return NewPenalty(
            decision_number=self.decision_number,
            authority=self.authority,
            subject=self.subject,
            name=self.name,
            identifier=self.identifier,
            organization_id=self.organization_id,
            severity=self.severity,
            reason=self.reason,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class FileAppeal(Struct, forbid_unknown_fields=True):
    grounds: Long


class RuleOnAppeal(Struct, forbid_unknown_fields=True):
    outcome: Literal["upheld", "dismissed"]
    reason: Long


class PenaltyView(Struct, frozen=True):
    """`mask` is all that anybody sees of a person's identifier."""

    id: UUID
    decision_number: str
    authority: str
    name: str
    mask: str | None
    severity: str
    reason: str
    effective_from: date
    effective_to: date

    @classmethod
    def of(cls, row: Penalty) -> Self:
        return cls(
            row.id,
            row.decision_number,
            row.authority,
            row.name,
            row.mask,
            row.severity,
            row.reason,
            row.effective_from,
            row.effective_to,
        )


class AppealView(Struct, frozen=True):
    id: UUID
    entry_id: UUID
    grounds: str
    state: str
    reason: str | None

    @classmethod
    def of(cls, appeal: Appeal, ruling: Ruling | None) -> Self:
        state, reason = (ruling.outcome, ruling.reason) if ruling else ("filed", None)
        return cls(appeal.id, appeal.entry_id, appeal.grounds, state, reason)


class OwnPenaltyView(Struct, frozen=True):
    entry: PenaltyView
    appeal: AppealView | None

    @classmethod
    def of(cls, penalty: Penalty, appeal: Appeal | None, ruling: Ruling | None) -> Self:
        return cls(PenaltyView.of(penalty), AppealView.of(appeal, ruling) if appeal else None)


class NoticeView(Struct, frozen=True):
    """The public notice of one entry; a person's identifier is not part of it."""

    id: UUID
    decision_number: str
    authority: str
    subject: str
    name: str
    identifier: str | None
    severity: str
    reason: str
    effective_from: date
    effective_to: date
    appeal: str

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        values: dict[str, Any] = dict(row)
        return cls(**values)
