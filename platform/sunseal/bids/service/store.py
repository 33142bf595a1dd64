"""The rows of an upload: what has arrived, and where it lies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from sunseal import outbox
from sunseal.bids import errors, rules
from sunseal.bids.models import Segment, State, Submission, Upload
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.bids.service.accept import DISCARD_OBJECT, remove_upload
from sunseal.bids.service.commit import open_upload
from sunseal.database import Role, UnitOfWork
from sunseal.settings import Settings

# An object is announced before it is written and must be named by a row well before the
# announcement ends: so the worker never removes one that is about to be named.
ANNOUNCED_FOR = timedelta(hours=24)
NAMED_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class UploadState:
    """`offset` bytes of `length` have arrived; nothing changes any more once it is `settled`."""

    id: UUID
    offset: int
    length: int
    expires_at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class Announced:
    """The name of an object that is not written yet."""

    object: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that are stored durably and not named by a row yet."""

    start: int
    size: int
    sha256: bytes
    announced: Announced


def create(uow: UnitOfWork, settings: Settings, submission_id: UUID, length: int) -> UploadState:
    """The upload of a committed statement: the one it has, or a new one if that has ended."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    submission = box.submission(submission_id)
    if submission is None:
        raise errors.NoSuchSubmission(submission_id)
    joined = box.lock_membership(submission.joining_id)
    submission = box.submission(submission_id)
    assert submission is not None
    rules.check_uploadable(submission)
    if length != submission.size:
        raise errors.LengthDiffers(submission.size)
    gate = box.gate(joined.tender_id, joined.envelope)
    assert gate is not None
    rules.check_open(gate, uow.now)
    upload = box.upload_of(submission.id)
    if upload is None:
        upload = open_upload(uow, settings, gate, submission)
    return _state(box, upload, submission)


def look(uow: UnitOfWork, upload_id: UUID) -> UploadState:
    """Raises NoSuchUpload."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    upload, submission = _own(box, upload_id)
    log.record_look(uow, box.membership(submission.joining_id))
    return _state(box, upload, submission)


def begin(uow: UnitOfWork, upload_id: UUID, offset: int) -> UploadState:
    """That bytes may be added at `offset`. Each piece is decided anew when it is kept."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    upload, submission = _own(box, upload_id)
    _check_growing(uow, box, upload, submission, offset)
    # Not read again: by now another client may have added what this one is about to send.
    return UploadState(upload.id, offset, upload.length, upload.expires_at, settled=False)


def announce(uow: UnitOfWork) -> Announced:
    """A name to store bytes under; they are removed again if no row names them in time."""
    announced = Announced(uuid4(), uow.now)
    outbox.add(uow, DISCARD_OBJECT, announced.object, due_at=uow.now + ANNOUNCED_FOR)
    return announced


def keep(uow: UnitOfWork, upload_id: UUID, pieces: list[Piece]) -> int:
    """Adds stored pieces to the upload; returns its new offset.

    Of two clients that send the same bytes at once, one is kept and the other hears OffsetDiffers.
    """
    box = BoxRepository(uow.session)
    upload, submission = _own(box, upload_id)
    joined = box.lock_membership(submission.joining_id)
    upload, submission = _own(box, upload_id)
    _check_growing(uow, box, upload, submission, pieces[0].start)
    if any(uow.now > piece.announced.at + NAMED_WITHIN for piece in pieces):
        raise errors.StagedTooLong()
    for piece in pieces:
        _add(box, upload.id, piece, joined.organization_id)
    return pieces[-1].start + pieces[-1].size


def _add(box: BoxRepository, upload_id: UUID, piece: Piece, organization_id: UUID) -> None:
    segment = Segment(
        upload_id=upload_id,
        start=piece.start,
        size=piece.size,
        sha256=piece.sha256,
        object=piece.announced.object,
        organization_id=organization_id,
    )
    try:
        box.add(segment)
    except IntegrityError as error:
        # Closing the box voids what was not finalised, without waiting for its bidder.
        raise errors.NoSuchUpload() from error


def terminate(uow: UnitOfWork, upload_id: UUID) -> None:
    """Forgets the upload; its statement stays committed and may be given a new one."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    _, submission = _own(box, upload_id)
    box.lock_membership(submission.joining_id)
    _, submission = _own(box, upload_id)
    rules.check_uploadable(submission)
    remove_upload(uow, submission)


def _own(box: BoxRepository, upload_id: UUID) -> tuple[Upload, Submission]:
    upload = box.upload(upload_id)
    submission = box.submission(upload.submission_id) if upload else None
    if upload is None or submission is None:
        raise errors.NoSuchUpload()
    return upload, submission


def _check_growing(
    uow: UnitOfWork, box: BoxRepository, upload: Upload, submission: Submission, offset: int
) -> None:
    rules.check_uploadable(submission)
    if uow.now >= upload.expires_at:
        raise errors.UploadExpired(upload.expires_at)
    count, received = box.received(upload.id)
    if received != offset:
        raise errors.OffsetDiffers(received)
    rules.check_segments(count, upload.length)


def _state(box: BoxRepository, upload: Upload, submission: Submission) -> UploadState:
    _, received = box.received(upload.id)
    settled = submission.state != State.COMMITTED
    if settled:
        received += submission.header_size or 0
    return UploadState(upload.id, received, upload.length, upload.expires_at, settled)
