"""The one check that may end after the promise: the digest of the whole file."""

import hashlib
from uuid import UUID

from sunseal.bids.models import Membership, State, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.bids.service.accept import promise_note, supersede
from sunseal.database import Database, Role, UnitOfWork
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal.storage import ObjectLost, Storage
from sunseal_crypto.box import REFUSED

DIGEST_DIFFERS = "digest-differs"
BYTES_LOST = "bytes-lost"


def check_digest(
    work: Database, settings: Settings, keys: Keys, storage: Storage, submission_id: UUID
) -> None:
    """Settles a finalised statement. Done twice, at once or after a kill, it settles it once."""
    # 1. What to read. A statement that is settled, or withdrawn meanwhile, needs no check.
    with work.unit_as(Role.WORKER) as uow:
        box = BoxRepository(uow.session)
        submission = box.submission(submission_id)
        if submission is None or submission.state != State.FINALISED:
            return
        objects, expected = box.file_objects(submission), submission.sha256
    # 2. A long read, without a transaction.
    broken = _broken_rule(storage, objects, expected)
    # 3. The verdict, for whoever comes first.
    with work.unit_as(Role.WORKER) as uow:
        _settle(uow, settings, keys, submission_id, broken)


def _broken_rule(storage: Storage, objects: list[UUID | None], expected: bytes) -> str | None:
    digest = hashlib.sha256()
    try:
        for name in objects:
            if name is None:
                return BYTES_LOST
            for piece in storage.stream(name):
                digest.update(piece)
    except ObjectLost:
        return BYTES_LOST
    return None if digest.digest() == expected else DIGEST_DIFFERS


def _settle(
    uow: UnitOfWork, settings: Settings, keys: Keys, submission_id: UUID, broken: str | None
) -> None:
    box = BoxRepository(uow.session)
    submission = box.submission(submission_id)
    assert submission is not None
    joined = box.lock_membership(submission.joining_id)
    submission = box.submission(submission_id)
    assert submission is not None
    if submission.state != State.FINALISED:
        return
    if broken is not None:
        _refuse(uow, settings, keys, joined, submission, broken)
        return
    # A replace takes effect now, when the last of its checks has passed, and not before.
    before = [link for link in box.chain(joined.id) if link.sequence < submission.sequence]
    submission.state = State.ACCEPTED
    supersede(uow, before, State.REPLACED)


def _refuse(
    uow: UnitOfWork,
    settings: Settings,
    keys: Keys,
    joined: Membership,
    submission: Submission,
    rule: str,
) -> None:
    """Whatever stood before stands on, and the bidder holds a signed word that this does not.

    The word is a promise too: that the refusal, with its rule, will be in the log.
    """
    data = log.facts(submission, rule=rule)
    entry = log.record(uow, REFUSED, joined, actor=log.WORKER, data=data, first=True)
    submission.refusal = promise_note(uow, settings, keys, entry)
    submission.refusal_entry = entry.id
    submission.state = State.REFUSED
