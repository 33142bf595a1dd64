"""What was hidden while bids were sealed becomes the supervisors' to read."""

from sunseal.audit import rules
from sunseal.audit.repository import LogRepository
from sunseal.database import Role, UnitOfWork


def reveal_seeds(uow: UnitOfWork, limit: int = 10_000) -> int:
    """Shows the seeds of ticks without secrets, at most `limit`; returns how many.

    The worker repeats it. The events themselves are revealed by the opening: a tick that holds one
    which nobody can read yet stays shut.
    """
    uow.require(Role.WORKER)
    repository = LogRepository(uow.session)
    before = rules.seeds_shown_before(repository.sealed_since(rules.OVER), uow.now)
    return repository.show_seeds(before, limit)
