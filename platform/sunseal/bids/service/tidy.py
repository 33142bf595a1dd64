"""What the worker removes: headers of bids that do not stand, and objects that nothing names."""

from datetime import timedelta
from uuid import UUID

from sunseal.bids.models import State
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.bids.service.accept import remove_upload
from sunseal.database import UnitOfWork
from sunseal.storage import Storage

# The hour that has just ended as well: a unit that began in it may not have ended.
LOOKS_KEPT = timedelta(hours=2)


def destroy_header(uow: UnitOfWork, storage: Storage, submission_id: UUID) -> None:
    """Removes the header of a replaced or withdrawn bid and says so in the log, once."""
    box = BoxRepository(uow.session)
    submission = box.submission(submission_id)
    if submission is None:
        return
    joined = box.lock_membership(submission.joining_id)
    submission = box.submission(submission_id)
    assert submission is not None
    header = submission.header_object
    if header is None or submission.state not in (State.REPLACED, State.WITHDRAWN):
        return
    # First the deed, then the word: killed in between, it is done again and then said.
    storage.delete(header)
    submission.header_object = None
    log.record(uow, "bid.header-destroyed", joined, actor=log.WORKER, data=log.facts(submission))


def discard_object(uow: UnitOfWork, storage: Storage, object_id: UUID) -> None:
    """Removes an object unless a row names it; see `store.announce` for why that is safe."""
    if not BoxRepository(uow.session).is_named(object_id):
        storage.delete(object_id)


def sweep(uow: UnitOfWork) -> None:
    """Ends the uploads whose time is over, and forgets who has looked in hours that are."""
    box = BoxRepository(uow.session)
    box.forget_looks(uow.now - LOOKS_KEPT)
    for upload_id in box.expired_uploads(uow.now):
        _end_upload(uow, box, upload_id)


def _end_upload(uow: UnitOfWork, box: BoxRepository, upload_id: UUID) -> None:
    upload = box.upload(upload_id)
    submission = box.submission(upload.submission_id) if upload else None
    if submission is None:
        return
    box.lock_membership(submission.joining_id)
    submission = box.submission(submission.id)
    # Finalised while we waited: then the bytes are the bid's.
    if submission is not None and submission.state == State.COMMITTED and submission.upload_id:
        remove_upload(uow, submission)
