"""Which bids the platform has lost, told to whoever may still have them."""

from collections.abc import Sequence
from datetime import datetime

from sunseal.bids.models import Gate
from sunseal.database import UnitOfWork
from sunseal.opening.models import Wanted
from sunseal.opening.service.case import leaf_of
from sunseal.opening.service.outcomes import Leaf
from sunseal.opening.supplies import SupplyRepository
from sunseal_crypto.statement import parse


def ask(uow: UnitOfWork, gate: Gate, leaves: Sequence[Leaf]) -> None:
    """Says which bids are missing or harmed, and which are not any more."""
    supplies = SupplyRepository(uow.session)
    known = supplies.all_wanted(gate.tender_id, gate.envelope)
    for leaf in leaves:
        lost = leaf.outcome == "platform_fault" and not leaf.closed
        row = known.get(leaf.position)
        if row is None and lost:
            supplies.want(_wanted(gate, leaf, uow.now))
        elif row is not None and lost and leaf.opened is not None:
            row.settled_at = None
            # What was supplied is harmed as well, or came too late for this run: checked again.
            supplies.doubt(row.id)
        elif row is not None and not lost and row.settled_at is None:
            row.settled_at = uow.now


def _wanted(gate: Gate, leaf: Leaf, now: datetime) -> Wanted:
    statement = leaf_of(leaf.shown.detail).chain[-1].statement.statement
    said = parse(statement)
    return Wanted(
        tender_id=gate.tender_id,
        envelope=gate.envelope,
        position=leaf.position,
        statement=statement,
        size=said.size,
        sha256=said.sha256,
        since=now,
    )
