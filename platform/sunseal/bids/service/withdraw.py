"""Withdrawal: one signed statement, and every bid before it is out of the box at once."""

from sunseal.bids.models import Membership, State, Submission
from sunseal.bids.service.accept import accept, supersede
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
    """Accepts a withdrawal that follows `chain`, in a unit that has entered the box.

    A bid whose digest is still being checked can be withdrawn like any other: a slow worker must
    not take from a bidder the right to withdraw until the deadline.
    """
    supersede(uow, chain, State.WITHDRAWN)
    accept(uow, settings, keys, joined, statement, State.ACCEPTED)
