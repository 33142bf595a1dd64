"""How far the making of a tender's key has come, in words for those who wait for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sunseal.custody.models import Ceremony
from sunseal.custody.rules import ORDER, State
from sunseal.web.catalogue import msg
from sunseal_crypto.roster import Roster

# Custodians ask every tick; whoever was not heard of for so long needs a telephone call.
SILENT_AFTER = timedelta(minutes=2)
STEPS = (
    (State.CERTIFY, msg("各托管方登记临时密钥")),
    (State.ROUND1, msg("交换密钥份额")),
    (State.ROUND2, msg("共同签署密钥证书")),
    (State.CONFIRM, msg("逐家确认已保存份额")),
)


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: Literal["done", "now", "later"]


@dataclass(frozen=True, slots=True)
class Key:
    """`state` is of all envelopes together: the one that is furthest behind decides."""

    state: Literal["none", "making", "made", "failed"]
    steps: list[Step]
    attempt: int
    failure: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Guardian:
    name: str
    seen_at: datetime | None
    silent: bool


def of(attempts: Sequence[Ceremony]) -> Key:
    """From all attempts at a tender's keys."""
    newest: dict[str, Ceremony] = {}
    for each in attempts:
        before = newest.get(each.envelope)
        if before is None or each.attempt > before.attempt:
            newest[each.envelope] = each
    if not newest:
        return Key("none", [], 0, "", None)
    behind = min(newest.values(), key=lambda each: _rank(each.state))
    state: Literal["making", "made", "failed"] = "making"
    if behind.state == State.FAILED:
        state = "failed"
    elif behind.state == State.COMPLETE:
        state = "made"
    failure = behind.failure or "" if state == "failed" else ""
    return Key(state, _steps(behind.state), behind.attempt, failure, behind.expires_at)


def guardians(roster: Roster, alive: Mapping[str, datetime], now: datetime) -> list[Guardian]:
    """Every custodian in the order of the roster, and whether it answers."""
    found = []
    for custodian in roster.custodians:
        seen = alive.get(custodian.name)
        found.append(Guardian(custodian.name, seen, seen is None or now - seen > SILENT_AFTER))
    return found


def _rank(state: str) -> int:
    """Failed comes before every step: it holds up the publication the most."""
    return -1 if state == State.FAILED else ORDER.index(State(state))


def _steps(state: str) -> list[Step]:
    at = len(STEPS) if state == State.COMPLETE else _rank(state)
    return [
        Step(label, "done" if place < at else "now" if place == at else "later")
        for place, (_, label) in enumerate(STEPS)
    ]
