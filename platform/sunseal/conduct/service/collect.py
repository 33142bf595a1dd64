"""Taking facts from where they arise, again and again: each is taken once."""

from datetime import timedelta

from sunseal.conduct.repository import ConductRepository
from sunseal.database import Role, UnitOfWork

# How long an opening's facts are told to the parties of other tenders. As long as the shortest term
# for which 招标投标法实施条例 Art. 67 bars a bidder.
OPENING_TERM = timedelta(days=365)


def collect(uow: UnitOfWork) -> None:
    uow.require(Role.WORKER)
    ConductRepository(uow.session).collect(uow.now, OPENING_TERM)
