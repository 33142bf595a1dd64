"""The moment that counts: the box's lock, its clock, and the platform's promise."""

from dataclasses import replace
from math import ceil
from uuid import UUID

from sunseal import outbox
from sunseal.audit.service import Entry, current_tick
from sunseal.bids import rules
from sunseal.bids.models import Membership, State, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.database import UnitOfWork
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal_crypto import promise
from sunseal_crypto.box import ACCEPTED
from sunseal_crypto.promise import Promise

DESTROY_HEADER = "bids.destroy_header"
DISCARD_OBJECT = "bids.discard_object"


def enter_box(uow: UnitOfWork, joined: Membership) -> UnitOfWork:
    """Takes the gate's shared lock and reads the clock; the unit goes on at that time.

    Raises DeadlinePassed, LateAtTheLock, TenderCancelled, NotOpen. Whoever closes the box needs the
    lock for himself, so nothing enters after him and nothing he has not seen was let in.
    """
    box = BoxRepository(uow.session)
    gate = box.share_gate(joined.tender_id, joined.envelope)
    now = box.clock()
    rules.check_in_time(gate, uow.now, now)
    return replace(uow, now=now)


def accept(
    uow: UnitOfWork,
    settings: Settings,
    keys: Keys,
    joined: Membership,
    submission: Submission,
    state: State,
) -> None:
    """Logs the statement's acceptance and promises it. In a unit that entered the box."""
    entry = log.record(uow, ACCEPTED, joined, data=log.facts(submission), first=True)
    submission.promise = promise_note(uow, settings, keys, entry)
    submission.entry_id = entry.id
    submission.finalised_at = uow.now
    submission.state = state
    uow.session.flush()  # a statement that joins a chain twice fails here, not after the promise


def promise_note(uow: UnitOfWork, settings: Settings, keys: Keys, entry: Entry) -> str:
    """The platform's signed word that the log will hold this entry by a tick that it names."""
    last = current_tick(uow.now, settings.tick_seconds) + horizon(settings)
    promised = Promise(settings.origin, entry.nonce, entry.detail, last)
    return promise.sign(promised, keys.promise).decode()


def horizon(settings: Settings) -> int:
    """In how many ticks from now, at the latest, a promised entry is in the log."""
    return max(1, ceil(settings.promise_seconds / settings.tick_seconds))


def supersede(uow: UnitOfWork, submissions: list[Submission], state: State) -> None:
    """These bids do not stand any more: their headers are destroyed once this is committed."""
    for submission in submissions:
        if submission.action != "withdraw" and submission.state in (
            State.FINALISED,
            State.ACCEPTED,
        ):
            submission.state = state
            outbox.add(uow, DESTROY_HEADER, submission.id)


def give_up(uow: UnitOfWork, submission: Submission) -> None:
    """A committed statement that is never finalised: it is void, its bytes are discarded."""
    submission.state = State.VOID
    if submission.upload_id is not None:
        remove_upload(uow, submission)


def remove_upload(uow: UnitOfWork, submission: Submission) -> None:
    """Forgets what was uploaded; the objects go once this is committed."""
    upload_id, header = submission.upload_id, submission.header_object
    assert upload_id is not None
    assert header is not None
    submission.upload_id = submission.header_object = None
    uow.session.flush()  # before the upload's row goes
    # The last two are what an attempt to finalise may have left.
    discard(uow, [*BoxRepository(uow.session).remove_upload(upload_id), upload_id, header])


def discard(uow: UnitOfWork, objects: list[UUID]) -> None:
    """Asks for the objects' removal; one that a row names by then is kept."""
    for object_id in objects:
        outbox.add(uow, DISCARD_OBJECT, object_id)
