"""Pure decisions: what was found and when, in; clear, hit or needs review, out.

There is no default: whoever was not looked up in every required list is not clear.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

from sunseal.screening import names
from sunseal.screening.identity import Number, Sameness, companies, persons
from sunseal.screening.models import ListEntry, ListSnapshot, ListSource
from sunseal_crypto.framing import fields

# Entries take effect and lapse by the calendar of the place.
CALENDAR = timezone(timedelta(hours=8))
# A list that loses half of its entries at once has lost a part, not its reasons.
SHRINKS_TO = 0.5


class Decision(StrEnum):
    CLEAR = "clear"
    HIT = "hit"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom to look for: the firm itself, or a person who acts for it."""

    organization_id: UUID
    role: str
    kind: names.Kind
    name: str
    identifier: str | None = None
    country: str | None = None
    number: Number | None = None
    # Which row of the firm's this is, so that a verdict on one namesake is not the other's.
    bearer: UUID | None = None

    @property
    def shown(self) -> str | None:
        """What evidence says of the identifier; of a person's number no more than the mask."""
        return self.number.mask if self.number else self.identifier

    @property
    def name_key(self) -> str:
        return names.key(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Source:
    """A list with its snapshot in force, if there is one, and whether that is in age."""

    source: ListSource
    snapshot: ListSnapshot | None
    state: str  # done, stale or missing


@dataclass(frozen=True, slots=True)
class Finding:
    """One subject beside one entry, and what that comparison says."""

    subject: Subject
    source: str
    entry: ListEntry
    decision: Decision
    sentence: str
    adjudicated: bool
    score: names.Score


@dataclass(frozen=True, slots=True)
class Result:
    decision: Decision
    sentence: str
    evidence: dict[str, Any]


def state_of(source: ListSource, snapshot: ListSnapshot | None, now: datetime) -> str:
    if snapshot is None:
        return "missing"
    return "done" if now - snapshot.published_at <= source.max_age else "stale"


def in_force(entry: ListEntry, today: date) -> bool:
    return entry.effective_from <= today and not (entry.effective_to and entry.effective_to < today)


def today(now: datetime) -> date:
    return now.astimezone(CALENDAR).date()


def scope(subject: Subject, source: str, entry: ListEntry) -> bytes:
    """What a verdict is about: it lapses when the subject or the entry changes in any way."""
    texts = (
        str(subject.organization_id),
        subject.kind,
        subject.name,
        subject.shown or "",
        subject.country or "",
        str(subject.bearer or ""),
        source,
        entry.reference,
        entry.subject,
        entry.name,
        entry.identifier or entry.mask or "",
        entry.country or "",
        entry.severity,
        entry.reason,
        entry.effective_from.isoformat(),
        entry.effective_to.isoformat() if entry.effective_to else "",
    )
    return hashlib.sha256(fields(*(text.encode() for text in texts))).digest()


def concerns(
    subject: Subject,
    source: str,
    entry: ListEntry,
    verdicts: Mapping[bytes, str],
    number: Number | None = None,
) -> Finding | None:
    """None for an entry about somebody else: another identifier, and no name to look at."""
    if subject.kind != entry.subject:
        return None
    same = sameness(subject, entry, number) in (Sameness.SAME, Sameness.PERHAPS)
    if same or likeness(subject, entry).needs_review:
        return compare(subject, source, entry, verdicts, number)
    return None


def compare(
    subject: Subject,
    source: str,
    entry: ListEntry,
    verdicts: Mapping[bytes, str],
    number: Number | None = None,
) -> Finding:
    """Two people's verdict first, then the identifier, then the name.

    `number` is the entry's, where it is a person's.
    """
    verdict = verdicts.get(scope(subject, source, entry))
    score = likeness(subject, entry)
    decision, sentence = _compare(subject, entry, score, verdict, sameness(subject, entry, number))
    return Finding(subject, source, entry, decision, sentence, verdict is not None, score)


def sameness(subject: Subject, entry: ListEntry, number: Number | None) -> Sameness:
    """Of the identifiers alone."""
    if subject.kind == "company":
        return companies(subject.identifier, subject.country, entry.identifier, entry.country)
    listed = number or (Number(entry.mask) if entry.mask else None)
    return persons(subject.number, listed)


def likeness(subject: Subject, entry: ListEntry) -> names.Score:
    """Of the names alone. Equal keys are one name even where no rule can read it."""
    if subject.name_key == names.key(subject.kind, entry.name):
        return names.Score(1.0, "key", "the same name")
    return names.score(subject.kind, subject.name, entry.name)


def _compare(
    subject: Subject, entry: ListEntry, score: names.Score, verdict: str | None, same: Sameness
) -> tuple[Decision, str]:
    """A name that is alike never bars, and never clears from the threshold of review on."""
    who, listed = f"{subject.name} ({subject.role})", f"entry {entry.reference} ({entry.name})"
    if verdict is not None:
        decision = Decision(verdict)
        return decision, f"{who}: two people decided on entry {entry.reference}: {verdict}."
    if same is Sameness.SAME:
        return Decision.HIT, f"{who}: {listed} has the same identifier."
    alike = f"{score.sentence} (likeness {score.value:.2f})"
    if same is Sameness.ANOTHER:
        return Decision.CLEAR, f"{who}: {listed}: {alike}, but {same.value}."
    return Decision.NEEDS_REVIEW, f"{who}: {listed}: {alike}, and {same.value}."


def decide(sources: Sequence[Source], findings: Sequence[Finding]) -> Result:
    """A confirmed hit counts whatever else is missing; clear needs every required list."""
    hits = [found for found in findings if found.decision is Decision.HIT]
    doubts = [found for found in findings if found.decision is Decision.NEEDS_REVIEW]
    undone = [each for each in sources if each.source.required and each.state != "done"]
    evidence = _evidence(sources, findings)
    if hits:
        return Result(Decision.HIT, hits[0].sentence, evidence)
    if undone or not any(each.source.required for each in sources):
        missing = ", ".join(f"{each.source.title} ({each.state})" for each in undone)
        return Result(Decision.NEEDS_REVIEW, f"Not checked against: {missing}.", evidence)
    if doubts:
        return Result(Decision.NEEDS_REVIEW, doubts[0].sentence, evidence)
    titles = ", ".join(each.source.title for each in sources if each.state == "done")
    return Result(Decision.CLEAR, f"Nothing that concerns the firm in: {titles}.", evidence)


def graded(found: Finding, effects: Mapping[str, str]) -> Finding:
    """What an entry of its severity does: a hit bars unless its grade says to warn or to review.

    A grade that nobody has given an effect bars; what two people decided stays.
    """
    effect = effects.get(found.entry.severity, "bar")
    if found.adjudicated or found.decision is not Decision.HIT or effect == "bar":
        return found
    decision = Decision.CLEAR if effect == "warn" else Decision.NEEDS_REVIEW
    sentence = f"{found.sentence} Its grade ({found.entry.severity}) says to {effect}."
    return replace(found, decision=decision, sentence=sentence)


def bars(decision: str) -> bool:
    """Only a hit bars: by identifier, or by a name that two people confirmed."""
    return decision == Decision.HIT


def bars_late(evidence: Mapping[str, Any]) -> bool:
    """Once prices can be seen, only a hit that a supervisor confirmed bars: no list, no machine."""
    return any(
        found["decision"] == Decision.HIT and found["adjudicated"] for found in evidence["findings"]
    )


def delays(decision: str | None) -> bool:
    """What is not decided waits; an absent result is not a clear one."""
    return decision is None or decision == Decision.NEEDS_REVIEW


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _evidence(sources: Sequence[Source], findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "matcher": names.MATCHER_VERSION,
        "lists": [
            {
                "source": each.source.code,
                "title": each.source.title,
                "required": each.source.required,
                "state": each.state,
                "snapshot": str(each.snapshot.id) if each.snapshot else None,
                "sha256": each.snapshot.sha256.hex() if each.snapshot else None,
                "published_at": _utc(each.snapshot.published_at) if each.snapshot else None,
                "in_age_until": _utc(each.snapshot.published_at + each.source.max_age)
                if each.snapshot
                else None,
            }
            for each in sources
        ],
        "findings": [
            {
                "subject": found.subject.name,
                "role": found.subject.role,
                "identifier": found.subject.shown,
                "source": found.source,
                "entry": str(found.entry.id),
                "scope": scope(found.subject, found.source, found.entry).hex(),
                "reference": found.entry.reference,
                "name": found.entry.name,
                "severity": found.entry.severity,
                "reason": found.entry.reason,
                "decision": found.decision.value,
                "adjudicated": found.adjudicated,
                "score": round(found.score.value, 4),
                "feature": found.score.feature,
                "alike": found.score.sentence,
                "sentence": found.sentence,
            }
            for found in findings
        ],
    }
