"""The box's own entries in the access log: sealed until the opening."""

from collections.abc import Mapping
from uuid import UUID

import structlog

from sunseal.audit.service import Entry, log_refusal, record_sealed
from sunseal.bids.errors import BoxFull
from sunseal.bids.models import Membership, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.database import Role, UnitOfWork
from sunseal.errors import SunsealError
from sunseal_crypto.event import Outcome
from sunseal_crypto.spelling import base64_text

WORKER = "worker"
# A firm that has not joined has no pseudonym yet, and its name stays out of the detail.
STRANGER = "bidder"

logger = structlog.get_logger()


def record(
    uow: UnitOfWork,
    action: str,
    joined: Membership,
    *,
    actor: str | None = None,
    data: Mapping[str, str] | None = None,
    first: bool = False,
) -> Entry:
    """What was done in the name of a pseudonym, or by the worker to its bid."""
    return record_sealed(
        uow,
        action,
        _object(joined.tender_id, joined.envelope),
        tender_id=joined.tender_id,
        envelope=joined.envelope,
        organization_id=joined.organization_id,
        actor=actor or base64_text(joined.pseudonym),
        data=data,
        first=first,
    )


def record_look(uow: UnitOfWork, joined: Membership) -> None:
    """Who reads a firm's own rows of a box leaves one entry for each sign-in, box and hour.

    One for each request would let a client that polls fill the ticks for everybody.
    """
    hour = uow.now.replace(minute=0, second=0, microsecond=0)
    viewer = uow.actor.session_id or uow.person_id
    if BoxRepository(uow.session).note_look(viewer, joined, hour):
        record(uow, "bid.look", joined)


def record_refusal(
    action: str, tender_id: UUID, envelope: str, uow: UnitOfWork, error: SunsealError
) -> None:
    """What a bidder was refused, in a unit of its own: the refused one was rolled back.

    A full box is the operator's to hear of; its line names neither tender nor firm.
    """
    uow.require(Role.BIDDER)
    if isinstance(error, BoxFull):
        logger.warning("box-full")
    box = BoxRepository(uow.session)
    # A sealed entry is shown when its box is over, and one of no box would never be: whoever asks
    # for tenders that do not exist could keep every tick of the log shut.
    if box.gate(tender_id, envelope) is None:
        log_refusal(uow, error)
        return
    joined = box.membership_of(tender_id, envelope, uow.organization_id)
    outcome: Outcome = "refused"
    record_sealed(
        uow,
        action,
        _object(tender_id, envelope),
        tender_id=tender_id,
        envelope=envelope,
        organization_id=uow.organization_id,
        actor=base64_text(joined.pseudonym) if joined else STRANGER,
        outcome=outcome,
        reason=error.slug(),
    )


def record_refused_finalise(submission_id: UUID, uow: UnitOfWork, error: SunsealError) -> None:
    """The same for a submission that exists; it tells which box it is for."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    submission = box.submission(submission_id)
    if submission is not None:
        joined = box.membership(submission.joining_id)
        record_refusal("bid.finalise", joined.tender_id, joined.envelope, uow, error)


def facts(submission: Submission, **more: str) -> dict[str, str]:
    """The data by which proofs find the statement that an entry is about."""
    return {
        "statement": base64_text(submission.digest),
        "action": submission.action,
        "sequence": str(submission.sequence),
        **more,
    }


def _object(tender_id: UUID, envelope: str) -> str:
    return f"tender/{tender_id}/envelope/{envelope}"
