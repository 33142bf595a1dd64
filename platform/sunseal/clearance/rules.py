"""Pure decisions: the stored result of a check, the lists now and a time in; a certificate out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sunseal.screening import names
from sunseal.screening.rules import Decision
from sunseal_crypto import canonical
from sunseal_crypto.clearance import LONGEST, Clearance, ListState, Result


@dataclass(frozen=True, slots=True)
class Firm:
    organization: str
    name: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A stored result, as it was when it was found."""

    at: datetime
    decision: str
    sentence: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ListNow:
    """A list as it is now. `state` is `done` only in age, and if its last fetch went well."""

    source: str
    required: bool
    state: str
    snapshot: str | None


SENTENCES: dict[str, str] = {
    "unchecked": "The firm has not been checked.",
    "old": "The last check is too long ago.",
    "matcher": "The last check was made by an older version of the matcher.",
    "superseded": "A list has changed since the last check.",
}


def certificate(
    origin: str, firm: Firm, checked: Checked | None, lists: Sequence[ListNow], now: datetime
) -> Clearance:
    """What can be said of the firm now. It is clear only if nothing at all speaks against that."""
    result, sentence = _result(checked, lists, now)
    looked = [_list_state(each) for each in checked.evidence["lists"]] if checked else []
    return Clearance(
        origin=origin,
        organization=firm.organization,
        name=firm.name,
        identifier=firm.identifier,
        result=result,
        sentence=sentence,
        checked_at=_second(checked.at) if checked else None,
        issued_at=_second(now),
        valid_until=_end(checked, looked) if checked and result == "clear" else None,
        matcher=str(checked.evidence["matcher"]) if checked else names.MATCHER_VERSION,
        evidence=hashlib.sha256(evidence(firm, checked)).digest() if checked else None,
        lists=looked,
    )


def evidence(firm: Firm, checked: Checked) -> bytes:
    """The stored result in one spelling, whose SHA-256 the certificate names."""
    return canonical.encode(
        {
            "organization": firm.organization,
            "at": checked.at.astimezone(UTC),
            "decision": checked.decision,
            "sentence": checked.sentence,
            "evidence": checked.evidence,
        }
    )


def _result(checked: Checked | None, lists: Sequence[ListNow], now: datetime) -> tuple[Result, str]:
    if checked is None:
        return "unchecked", SENTENCES["unchecked"]
    if checked.decision == Decision.HIT:
        return "hit", checked.sentence
    if checked.decision != Decision.CLEAR:
        return "needs_review", checked.sentence
    lapsed = _lapsed(checked, lists, now)
    return ("stale", lapsed) if lapsed else ("clear", checked.sentence)


def _lapsed(checked: Checked, lists: Sequence[ListNow], now: datetime) -> str:
    """Why a result that was clear is not any more; empty when it still is."""
    if now >= checked.at + LONGEST:
        return SENTENCES["old"]
    if checked.evidence["matcher"] != names.MATCHER_VERSION:
        return SENTENCES["matcher"]
    undone = [each for each in lists if each.required and each.state != "done"]
    if undone:
        return "Not in age now: " + ", ".join(f"{each.source} ({each.state})" for each in undone)
    seen = {each["source"]: each["snapshot"] for each in checked.evidence["lists"]}
    if not lists or any(each.snapshot != seen.get(each.source) for each in lists):
        return SENTENCES["superseded"]
    return ""


def _end(checked: Checked, looked: Sequence[ListState]) -> datetime:
    ends = [each.in_age_until for each in looked if each.required and each.in_age_until]
    return min([_second(checked.at) + LONGEST, *ends])


def _second(at: datetime) -> datetime:
    """Papers say whole seconds, so that a certificate is as long whenever it is made."""
    return at.astimezone(UTC).replace(microsecond=0)


def _list_state(said: Mapping[str, Any]) -> ListState:
    def time(name: str) -> datetime | None:
        return _second(datetime.fromisoformat(said[name])) if said[name] else None

    return ListState(
        source=said["source"],
        title=said["title"],
        required=said["required"],
        state=said["state"],
        snapshot=said["snapshot"],
        sha256=bytes.fromhex(said["sha256"]) if said["sha256"] else None,
        published_at=time("published_at"),
        in_age_until=time("in_age_until"),
    )
