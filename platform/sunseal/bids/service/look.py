"""What a bidder sees of its own."""

from uuid import UUID

from sunseal.audit.service import receipt
from sunseal.bids import errors
from sunseal.bids.models import Membership, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.database import Role, UnitOfWork


def joining(uow: UnitOfWork, tender_id: UUID, envelope: str) -> Membership:
    """Raises NotJoined, also for an envelope that does not exist."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    joined = box.membership_of(tender_id, envelope, uow.organization_id)
    if joined is None:
        raise errors.NotJoined()
    log.record_look(uow, joined)
    return joined


def submission(uow: UnitOfWork, submission_id: UUID) -> tuple[Submission, str | None]:
    """A statement and its receipt, once the log has it under enough cosignatures."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    found = box.submission(submission_id)
    if found is None:
        raise errors.NoSuchSubmission(submission_id)
    log.record_look(uow, box.membership(found.joining_id))
    return found, receipt(uow, found.entry_id) if found.entry_id else None


def submissions(
    uow: UnitOfWork, tender_id: UUID | None, envelope: str | None
) -> list[tuple[Submission, str | None]]:
    """All statements of the firm, or those for one tender or envelope, as they were committed."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    wanted = [
        found
        for found in box.own_submissions(uow.organization_id)
        if _is_for(box.membership(found.joining_id), tender_id, envelope)
    ]
    for joining_id in {found.joining_id for found in wanted}:
        log.record_look(uow, box.membership(joining_id))
    return [(found, receipt(uow, found.entry_id) if found.entry_id else None) for found in wanted]


def joined_tenders(uow: UnitOfWork) -> list[tuple[Membership, list[Submission]]]:
    """What the firm has joined, the newest first, and its statements there in their order."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    own = box.own_memberships(uow.organization_id)
    for joined in own:
        log.record_look(uow, joined)
    return [(each, box.submissions(each.id)) for each in own]


def _is_for(joined: Membership, tender_id: UUID | None, envelope: str | None) -> bool:
    return tender_id in (None, joined.tender_id) and envelope in (None, joined.envelope)
