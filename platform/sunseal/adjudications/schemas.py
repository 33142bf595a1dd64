from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from sunseal.adjudications.service import Side
from sunseal.adjudications.service.queue import cursor
from sunseal.screening import person_ids
from sunseal.screening.models import Adjudication

Text = Annotated[str, Meta(min_length=1, max_length=4000)]
# The same for everybody until two people have decided, so that it tells nothing.
STANDING = (
    "Every registered firm is checked against the required lists, at registration, at each "
    "submission and at the opening. You are told when a decision has been made about you."
)
APPEAL = (
    "You may appeal against a decision here, with your grounds, or in writing to the supervising "
    "authority. Somebody who had no hand in the decision judges the appeal."
)


class Propose(Struct, forbid_unknown_fields=True):
    organization_id: UUID
    source: str
    reference: str
    verdict: Literal["hit", "clear"]
    reason: Text


class Reject(Struct, forbid_unknown_fields=True):
    reason: Text


class FileVerdictAppeal(Struct, forbid_unknown_fields=True):
    grounds: Text


class RuleOnVerdict(Struct, forbid_unknown_fields=True):
    outcome: Literal["upheld", "dismissed"]
    reason: Text


class AdjudicationView(Struct, frozen=True):
    id: UUID
    organization_id: UUID
    source: str
    reference: str
    verdict: str
    reason: str

    @classmethod
    def of(cls, row: Adjudication) -> Self:
        return cls(row.id, row.organization_id, row.source, row.reference, row.verdict, row.reason)


class CandidateView(Struct, frozen=True, kw_only=True):
    """A firm's subject beside an entry. `id` is the hash of both; no time of a check is shown."""

    id: str
    organization_id: UUID
    organization: str
    subject: str
    role: str
    source: str
    reference: str
    name: str
    decision: str
    score: float
    sentence: str
    state: str

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        named = {key: row[key] for key in cls.__struct_fields__ if key != "id"}
        return cls(id=row["scope"], **named)


class QueueView(Struct, frozen=True):
    """`next` asks for what follows; null at the end."""

    candidates: list[CandidateView]
    next: str | None

    @classmethod
    def of(cls, rows: list[RowMapping], limit: int) -> Self:
        more = cursor(rows[-1]) if len(rows) == limit else None
        return cls([CandidateView.of(row) for row in rows], more)


class PairView(Struct, frozen=True):
    """One field of both; `same` is null where one of them says nothing."""

    field: str
    subject: str | None
    entry: str | None
    same: bool | None


class FeatureView(Struct, frozen=True):
    feature: str
    score: float | None
    sentence: str


class SeenSnapshotView(Struct, frozen=True):
    id: UUID
    source: str
    sha256: bytes
    rows: int
    published_at: datetime


class StepView(Struct, frozen=True):
    """A proposal and what became of it. `current` says that it is about what is shown here."""

    id: UUID
    verdict: str
    reason: str
    proposed_by: UUID
    proposer: str | None
    proposed_at: datetime
    current: bool
    confirmed_by: UUID | None
    confirmer: str | None
    confirmed_at: datetime | None
    rejected_by: UUID | None
    rejecter: str | None
    rejection: str | None
    appeal_id: UUID | None
    grounds: str | None
    outcome: str | None
    ruling: str | None


class EntryView(Struct, frozen=True):
    reference: str
    name: str
    identifier: str | None
    mask: str | None
    country: str | None
    severity: str
    reason: str
    effective_from: date
    effective_to: date | None


class SideView(Struct, frozen=True):
    candidate: CandidateView
    pairs: list[PairView]
    features: list[FeatureView]
    entry: EntryView
    snapshot: SeenSnapshotView
    list_title: str
    matcher: str
    history: list[StepView]

    @classmethod
    def of(cls, side: Side) -> Self:
        entry, snapshot = side.entry, side.snapshot
        return cls(
            candidate=CandidateView.of(side.candidate),
            pairs=_pairs(side),
            features=_features(side),
            entry=EntryView(*(getattr(entry, name) for name in EntryView.__struct_fields__)),
            snapshot=SeenSnapshotView(
                snapshot.id,
                snapshot.source,
                bytes(snapshot.sha256),
                snapshot.rows,
                snapshot.published_at,
            ),
            list_title=_title(side),
            matcher=str(side.candidate["matcher"]),
            history=[_step(row, side.candidate["scope"]) for row in side.history],
        )


class AppealView(Struct, frozen=True):
    id: UUID
    adjudication_id: UUID
    organization_id: UUID
    organization: str
    source: str
    title: str
    reference: str
    reason: str
    grounds: str
    outcome: str | None
    ruling: str | None

    @classmethod
    def of(cls, row: Any) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class DecisionView(Struct, frozen=True):
    """`appeal` is `none`, `filed`, `upheld` or `dismissed`."""

    id: UUID
    source: str
    title: str
    reference: str
    reason: str
    appeal: str
    ruling: str | None

    @classmethod
    def of(cls, hit: Any) -> Self:
        appeal = "none" if hit.appeal_id is None else hit.outcome or "filed"
        said = (hit.source, hit.title, hit.reference, hit.reason)
        return cls(hit.id, *said, appeal, hit.ruling)


class StandingView(Struct, frozen=True):
    """What a firm is told about itself."""

    message: str
    decisions: list[DecisionView]
    appeal: str | None

    @classmethod
    def of(cls, hits: list[Any]) -> Self:
        return cls(STANDING, [DecisionView.of(hit) for hit in hits], APPEAL if hits else None)


def _title(side: Side) -> str:
    named = {each["source"]: each["title"] for each in side.candidate["lists"]}
    return str(named.get(side.snapshot.source, side.snapshot.source))


def _pairs(side: Side) -> list[PairView]:
    row, entry = side.candidate, side.entry
    own, listed = row["identifier"], entry.identifier or entry.mask
    return [
        PairView("name", row["subject"], entry.name, row["subject"] == entry.name),
        PairView("identifier", own, listed, _same(own, listed)),
    ]


def _same(one: str | None, other: str | None) -> bool | None:
    """Of two numbers, and of two people's masks: those can tell apart, and never that it is one."""
    if not one or not other:
        return None
    if "*" in one or "*" in other:
        return None if person_ids.masks_agree(one, other) else False
    return one == other


def _features(side: Side) -> list[FeatureView]:
    """What weighed in the comparison, each with its own words."""
    row, (_, identifier) = side.candidate, _pairs(side)
    said = {
        True: (1.0, "the same identifier"),
        False: (0.0, "another identifier"),
        None: (None, "the identifiers do not say"),
    }
    return [
        FeatureView("identifier", *said[identifier.same]),
        FeatureView(row["feature"], row["score"], row["alike"]),
    ]


def _step(row: RowMapping, scope: str) -> StepView:
    named = {name: row[name] for name in StepView.__struct_fields__ if name != "current"}
    return StepView(**named, current=bytes(row["scope"]).hex() == scope)
