"""What has become of each bidder's leaf: before, now, and whether it stays so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from sunseal.bids.models import Gate
from sunseal.database import UnitOfWork
from sunseal.opening import rules
from sunseal.opening.models import BoxLeaf, OpenedBid
from sunseal.opening.repository import OpenedRepository
from sunseal.opening.service import pending
from sunseal.opening.service.case import Case
from sunseal.opening.service.decrypt import Opened
from sunseal.opening.service.screen import Judgement
from sunseal.opening.supplies import SupplyRepository
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.record import Outcome

WITHDRAWN = "Withdrawn by its bidder before the deadline."
REFUSED = "Its bytes were not those that were signed; the bidder was told at once."
EMPTY = "Joined, and no bid was handed in."
WAITING = "Not enough custodians have answered yet."
OVER = "Not opened before the bids' validity ended."


@dataclass(frozen=True, slots=True)
class Leaf:
    """A bidder's leaf. `opened` is the result of this run, `before` the row of an earlier one.

    `closed` means that it can never become anything else, though it was not opened.
    """

    position: int
    joining_id: UUID | None
    shown: OpenedLeaf
    outcome: Outcome
    reason: str
    opened: Opened | None = None
    before: OpenedBid | None = None
    closed: bool = False


def of(uow: UnitOfWork, case: Case, results: Mapping[int, Opened]) -> list[Leaf]:
    """Every bidder's leaf; pads are not among them."""
    rows = OpenedRepository(uow.session).bids(case.gate.tender_id, case.gate.envelope)
    before = {row.position: row for row in rows}
    decided = pending.decided(uow, case)
    leaves = [
        _leaf(uow, case, place, results, before, decided)
        for place in case.places
        if place.joining_id is not None
    ]
    if not is_over(case.gate, uow.now):
        return leaves
    return [
        leaf if is_settled(leaf) else _with(leaf, "not_opened", OVER, closed=True)
        for leaf in leaves
    ]


def is_over(gate: Gate, now: datetime) -> bool:
    """Whether the bids' validity has ended, and with it the time in which one can be opened."""
    return gate.valid_until is not None and now >= gate.valid_until


def to_open(uow: UnitOfWork, case: Case) -> list[int]:
    """Leaves that enough custodians helped open and that are not settled yet."""
    rows = OpenedRepository(uow.session).bids(case.gate.tender_id, case.gate.envelope)
    before = {row.position: row for row in rows}
    supplied = SupplyRepository(uow.session).verified(case.gate.tender_id, case.gate.envelope)
    return [
        place.position
        for place in case.places
        if len(case.points(place.position)) >= case.key.terms.t
        and _is_due(before.get(place.position), supplied.get(place.position), uow.now)
    ]


def returned(place: BoxLeaf, shown: OpenedLeaf, reason: str) -> Leaf:
    """A leaf of a tender with too few bids."""
    told: dict[str, tuple[Outcome, str]] = {
        "withdrawn": ("withdrawn", WITHDRAWN),
        "refused": ("refused", REFUSED),
        "empty": ("empty", EMPTY),
    }
    outcome, sentence = told.get(shown.state, ("returned", reason))
    return Leaf(place.position, place.joining_id, shown, outcome, sentence)


def is_settled(leaf: Leaf) -> bool:
    return leaf.closed or leaf.outcome in rules.SETTLED


def are_final(leaves: Sequence[Leaf]) -> bool:
    """Whether no leaf is pending, waits for bytes or is short of answers."""
    return all(is_settled(leaf) for leaf in leaves)


def next_check(uow: UnitOfWork, gate: Gate, leaves: Sequence[Leaf]) -> datetime:
    """At once while a decision or an answer can come any moment; else when bytes are retried."""
    soon = any(leaf.outcome == "pending" for leaf in leaves if not is_settled(leaf))
    return uow.now if soon else min(uow.now + rules.RETRY, gate.valid_until or rules.NEVER)


def _is_due(before: OpenedBid | None, supplied: datetime | None, now: datetime) -> bool:
    if before is None or before.outcome == "pending":
        return True
    if supplied is not None and supplied > before.opened_at:
        return before.outcome == "platform_fault"
    return before.outcome in rules.RETRIED and now - before.opened_at >= rules.RETRY


def _leaf(
    uow: UnitOfWork,
    case: Case,
    place: BoxLeaf,
    results: Mapping[int, Opened],
    before: Mapping[int, OpenedBid],
    decided: Mapping[int, Judgement],
) -> Leaf:
    position, shown = place.position, case.shown[place.position]
    judgement = decided.get(position)
    if judgement is not None and judgement.state == "barred":
        shown = replace(
            shown, state="barred", reason=judgement.reason, decision=judgement.decision(uow)
        )
    row = before.get(position)
    leaf = Leaf(position, place.joining_id, shown, "pending", WAITING, before=row)
    match shown.state:
        case "withdrawn":
            return _with(leaf, "withdrawn", WITHDRAWN)
        case "refused":
            return _with(leaf, "refused", REFUSED)
        case "empty":
            return _with(leaf, "empty", EMPTY)
        case "barred":
            return _with(leaf, "barred", shown.reason)
        case "pending":
            return _with(leaf, "pending", shown.reason)
    result = results.get(position)
    if result is not None:
        return _with(leaf, result.outcome, result.reason, opened=result)
    if row is not None and row.outcome != "pending":
        return _with(leaf, _outcome(row), row.reason, closed=_never(case, position) is not None)
    rule = _never(case, position)
    if rule is not None:
        reason = f"Custodians found it invalid: {rule}."
        return _with(leaf, "not_opened", reason, closed=True)
    return leaf


def _with(
    leaf: Leaf,
    outcome: Outcome,
    reason: str,
    *,
    opened: Opened | None = None,
    closed: bool = False,
) -> Leaf:
    return Leaf(
        leaf.position, leaf.joining_id, leaf.shown, outcome, reason, opened, leaf.before, closed
    )


def _never(case: Case, position: int) -> str | None:
    """The rule by which so many custodians refuse a leaf that the others are too few."""
    called = case.called_invalid(position)
    enough_left = case.key.terms.n - len(called) >= case.key.terms.t
    return None if enough_left or not called else sorted(called.values())[0]


def _outcome(row: OpenedBid) -> Outcome:
    return row.outcome  # type: ignore[return-value]  # a check of the table's column
