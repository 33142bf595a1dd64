"""What an opening tells the registry of conduct by name: a withdrawal, and a bid that was revoked.

Only an opening does: of a tender with too few bids nobody learns who bid, so there is no fact.
"""

from collections.abc import Sequence

from sunseal.bids.models import Gate
from sunseal.database import UnitOfWork
from sunseal.opening.repository import OpenedRepository
from sunseal.opening.service.bidders import Bidders
from sunseal.opening.service.outcomes import Leaf
from sunseal_crypto.record import Outcome

KINDS: dict[Outcome, str] = {"withdrawn": "withdrawal", "revoked": "revocation"}


def carry(uow: UnitOfWork, gate: Gate, leaves: Sequence[Leaf], who: Bidders) -> None:
    opened = OpenedRepository(uow.session)
    for leaf in leaves:
        if leaf.outcome in KINDS and leaf.joining_id is not None:
            opened.put_conduct(
                {
                    "tender": gate.tender_id,
                    "envelope": gate.envelope,
                    "position": leaf.position,
                    "organization": who.firm_of(leaf.joining_id).id,
                    "kind": KINDS[leaf.outcome],
                    "reason": leaf.reason,
                    "at": uow.now,
                }
            )
