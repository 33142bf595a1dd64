"""After an opening: what nobody needs any more is deleted, each thing when its period is over.

X25519 will not hold for ever, and a sealed bid that was returned unread should not outlive the
reason for which it was kept. The gate's own lock and column of due times drive this too.
"""

from collections.abc import Collection
from uuid import UUID

from sunseal.bids.models import Gate, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.database import UnitOfWork
from sunseal.opening import rules
from sunseal.opening.models import Ending
from sunseal.opening.repository import GateRepository, OpenedRepository, ReleaseRepository
from sunseal.opening.rules import Periods
from sunseal.opening.service import supply
from sunseal.opening.supplies import SupplyRepository
from sunseal.storage import Storage

HEADER_DESTROYED = "bid.header-destroyed"
DESTROYED = "bid.destroyed"


def step(uow: UnitOfWork, gate: Gate, storage: Storage, periods: Periods) -> bool:
    """One step of an opening that is over; True when the next can follow at once."""
    found = OpenedRepository(uow.session).ending(gate.tender_id, gate.envelope)
    if found is None:
        _begin(uow, gate, periods)
        return False
    # 1. Until appeals are over everything is kept: a bar that was wrong must not cost a bid.
    if uow.now < found.appeals_end:
        gate.next_check_at = found.appeals_end
        return False
    # 2. Then custodians' points go, and the headers of those who were barred.
    if found.answers_deleted_at is None:
        _forget_answers(uow, gate)
        _destroy_barred_headers(uow, gate, storage)
        found.answers_deleted_at = uow.now
    # 3. What was never opened goes when nobody has to answer for it any more.
    if uow.now < found.keep_until:
        gate.next_check_at = found.keep_until
        return False
    unopened = _unopened(uow, gate)
    if unopened:
        _destroy(uow, gate, storage, unopened[0])
        return True
    found.bids_deleted_at = uow.now
    gate.next_check_at = rules.NEVER
    return False


def _begin(uow: UnitOfWork, gate: Gate, periods: Periods) -> None:
    gate.final_at = gate.final_at or uow.now
    appeals_end = gate.final_at + periods.appeal
    ending = Ending(
        tender_id=gate.tender_id,
        envelope=gate.envelope,
        final_at=gate.final_at,
        appeals_end=appeals_end,
        keep_until=max(appeals_end, gate.final_at + periods.unopened),
    )
    OpenedRepository(uow.session).add_ending(ending)
    gate.next_check_at = appeals_end


def _forget_answers(uow: UnitOfWork, gate: Gate) -> None:
    releases = ReleaseRepository(uow.session)
    for request in releases.requests(gate):
        releases.forget(request.id)
    releases.forget_answers(gate)


def _destroy_barred_headers(uow: UnitOfWork, gate: Gate, storage: Storage) -> None:
    barred = _heads(uow, gate, frozenset({"barred"}))
    for submission in GateRepository(uow.session).submissions(gate):
        if submission.id in barred and submission.header_object is not None:
            # First the deed, then the word: killed in between, it is done again and then said.
            storage.delete(submission.header_object)
            submission.header_object = None
            _say(uow, HEADER_DESTROYED, submission)


def _unopened(uow: UnitOfWork, gate: Gate) -> list[Submission]:
    """Statements whose bytes are still here though nobody has read them."""
    read = _heads(uow, gate, rules.READ)
    return [
        submission
        for submission in GateRepository(uow.session).submissions(gate)
        if submission.id not in read
        and (submission.upload_id is not None or submission.header_object is not None)
    ]


def _destroy(uow: UnitOfWork, gate: Gate, storage: Storage, submission: Submission) -> None:
    box = BoxRepository(uow.session)
    names: list[UUID] = [submission.header_object] if submission.header_object else []
    upload_id = submission.upload_id
    submission.header_object = submission.upload_id = None
    uow.session.flush()  # before the upload's row goes
    if upload_id is not None:
        names += box.remove_upload(upload_id)
    names += _supplied(uow, gate, submission.id)
    for name in names:
        storage.delete(name)
    _say(uow, DESTROYED, submission)


def _supplied(uow: UnitOfWork, gate: Gate, submission_id: UUID) -> list[UUID]:
    wanted = SupplyRepository(uow.session).all_wanted(gate.tender_id, gate.envelope)
    leaves = GateRepository(uow.session).leaves(gate)
    places = [leaf.position for leaf in leaves if leaf.submission_id == submission_id]
    return [name for at in places if at in wanted for name in supply.objects(uow, wanted[at])]


def _heads(uow: UnitOfWork, gate: Gate, outcomes: Collection[str]) -> set[UUID]:
    """The statements that stood at leaves with such an outcome."""
    rows = OpenedRepository(uow.session).bids(gate.tender_id, gate.envelope)
    meant = {row.position for row in rows if row.outcome in outcomes}
    return {
        leaf.submission_id
        for leaf in GateRepository(uow.session).leaves(gate)
        if leaf.submission_id is not None and leaf.position in meant
    }


def _say(uow: UnitOfWork, action: str, submission: Submission) -> None:
    joined = BoxRepository(uow.session).membership(submission.joining_id)
    log.record(uow, action, joined, actor=log.WORKER, data=log.facts(submission))
