"""Finalise: all bytes are there, their beginning is what was signed, and the clock decides."""

import hashlib
from uuid import UUID

from sunseal import outbox
from sunseal.bids import errors, rules
from sunseal.bids.models import Segment, State, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service.accept import accept, discard, enter_box
from sunseal.database import Role, UnitOfWork
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal.storage import Storage
from sunseal_crypto.sealed import LIMIT as HEADER_LIMIT
from sunseal_crypto.statement import parse

CHECK_DIGEST = "bids.check_digest"
SCREEN = "screening.check_submission"


def finalise(
    uow: UnitOfWork, settings: Settings, keys: Keys, storage: Storage, submission_id: UUID
) -> Submission:
    """The submission with its promise, which is the same however often it is asked for.

    Raises what errors.py names. Only the digest of the whole file is left for later.
    """
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    submission = box.submission(submission_id)
    if submission is None:
        raise errors.NoSuchSubmission(submission_id)
    # 1. One finalise at a time; the second one finds the promise of the first.
    joined = box.lock_membership(submission.joining_id)
    submission = box.submission(submission_id)
    assert submission is not None
    if submission.promise is not None:
        return submission
    if submission.state == State.VOID:
        raise errors.StatementVoid()
    gate = box.gate(joined.tender_id, joined.envelope)
    assert gate is not None
    rules.check_open(gate, uow.now)
    # 2. The chain may have lost its head since the commit: a digest check can refuse it.
    statement = parse(submission.statement)
    chain = box.chain(joined.id)
    rules.check_follows(statement, chain[-1] if chain else None)
    # 3. All bytes, and a header that proves who made it.
    segments = _all_segments(box, submission)
    first, parts = _beginning(storage, segments)
    header = rules.read_header(first, statement)
    # 4. The header gets an object of its own, so that it can be destroyed alone.
    _store_parts(storage, submission, first, header.size)
    # 5. Only now the lock and the clock, because what came before took time. No row is written
    # before: closing voids rows while it holds this lock, and each would wait for the other.
    entered = enter_box(uow, joined)
    _name_parts(entered, box, submission, parts, first, header.size)
    accept(entered, settings, keys, joined, submission, State.FINALISED)
    outbox.add(entered, CHECK_DIGEST, submission.id)
    outbox.add(entered, SCREEN, submission.id)
    return submission


def _all_segments(box: BoxRepository, submission: Submission) -> list[Segment]:
    if submission.upload_id is None:
        raise errors.NothingToFinalise()
    segments = box.segments(submission.upload_id)
    received = sum(segment.size for segment in segments)
    if received != submission.size:
        raise errors.BytesMissing(received, submission.size)
    return segments


def _beginning(storage: Storage, segments: list[Segment]) -> tuple[bytes, list[Segment]]:
    """The file's first bytes, at most HEADER_LIMIT, and the segments that they are.

    No segment reaches across that limit; `uploads` cuts there.
    """
    parts = [segment for segment in segments if segment.start < HEADER_LIMIT]
    return b"".join(storage.get(part.object) for part in parts), parts


def _store_parts(storage: Storage, submission: Submission, first: bytes, header_size: int) -> None:
    """Stores the header, and what follows it in `first`, under names given with the upload.

    What a unit that fails leaves there goes with the upload; what one that was killed left is
    written anew.
    """
    header, rest = first[:header_size], first[header_size:]
    for name, data in ((submission.header_object, header), (submission.upload_id, rest)):
        assert name is not None
        storage.delete(name)
        if data:
            storage.put(name, data)


def _name_parts(
    uow: UnitOfWork,
    box: BoxRepository,
    submission: Submission,
    parts: list[Segment],
    first: bytes,
    header_size: int,
) -> None:
    """Names the two instead of `parts`, whose objects hold header bytes and are discarded."""
    upload_id, rest = parts[0].upload_id, first[header_size:]
    discard(uow, [part.object for part in parts])
    box.remove_segments(parts)
    submission.header_size = header_size
    if rest:
        box.add(
            Segment(
                upload_id=upload_id,
                start=header_size,
                size=len(rest),
                sha256=hashlib.sha256(rest).digest(),
                object=upload_id,
                organization_id=submission.organization_id,
            )
        )
