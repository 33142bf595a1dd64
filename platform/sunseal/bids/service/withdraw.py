"""Withdrawal: one signed statement, and every bid before it is out of the box at once."""

from sunseal.bids.models import Membership, State, Submission
from sunseal.bids.service.accept import accept, enter_box, supersede
from sunseal.database import UnitOfWork
from sunseal.keys import Keys
from sunseal.settings import Settings


def withdraw(
    uow: UnitOfWork,
    settings: Settings,
    keys: Keys,
    joined: Membership,
    statement: Submission,
    chain: list[Submission],
) -> None:
    """Accepts a withdrawal that follows `chain`, whose lock the caller holds.

    A bid whose digest is still being checked can be withdrawn like any other: a slow worker must
    not take from a bidder the right to withdraw until the deadline.
    """
    entered = enter_box(uow, joined)
    supersede(entered, chain, State.WITHDRAWN)
    accept(entered, settings, keys, joined, statement, State.ACCEPTED)
