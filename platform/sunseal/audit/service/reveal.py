"""What was hidden while bids were sealed becomes the supervisors' to read."""

from uuid import UUID

from sunseal.audit import rules
from sunseal.audit.repository import LogRepository
from sunseal.database import Role, UnitOfWork


def reveal_events(uow: UnitOfWork, tender_id: UUID, envelope: str) -> int:
    """Copies an envelope's sealed events that are in a tick; returns how many were new.

    The opening does this in the transaction that publishes. Bidders go on reading their own
    receipts from the sealed rows. Events name pseudonyms; which organization is behind one is in
    the opening record alone, and for a tender that failed nowhere.
    """
    uow.require(Role.WORKER)
    return LogRepository(uow.session).copy_events(tender_id, envelope)


def reveal_seeds(uow: UnitOfWork, limit: int = 10_000) -> int:
    """Shows what is over: late events of finished tenders, then seeds of ticks without secrets.

    The worker repeats it; returns how many ticks were shown, at most `limit`.
    """
    uow.require(Role.WORKER)
    repository = LogRepository(uow.session)
    # 1. What happened to a tender's bids after it was over, and all of one that never opened.
    for gate in repository.gates(rules.OVER):
        repository.copy_events(gate.tender_id, gate.envelope)
    # 2. Ticks that no sealed tender can be in, and whose every entry can now be read.
    before = rules.seeds_shown_before(repository.sealed_since(rules.OVER), uow.now)
    return repository.show_seeds(before, limit)
