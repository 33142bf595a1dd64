"""Commit: the signed statement comes first, so that nobody uploads what could not be accepted."""

from datetime import timedelta
from uuid import UUID, uuid4

from sunseal.bids import errors, rules
from sunseal.bids.models import Gate, Membership, State, Submission, Upload
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.bids.service.accept import enter_box, give_up
from sunseal.bids.service.withdraw import withdraw
from sunseal.database import Role, UnitOfWork
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal_crypto.statement import BidStatement, SignedStatement, digest


def commit(
    uow: UnitOfWork,
    settings: Settings,
    keys: Keys,
    tender_id: UUID,
    envelope: str,
    signed: SignedStatement,
) -> Submission:
    """The statement's submission, with an upload to fill; a withdrawal is accepted at once.

    Sent again, it answers what became of it. Raises what errors.py names.
    """
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    gate, joined = _place(uow, box, tender_id, envelope)
    # 1. Signed by the pseudonym, for this very box.
    statement = rules.read_statement(signed)
    rules.check_place(statement, settings.origin, gate, joined)
    # 2. Seen before? One bidder's acts queue here, so a repeat sees what the first one did.
    box.lock_membership(joined.id)
    before = box.submission_by_digest(digest(signed.statement))
    if before is not None:
        return _same(before)
    # 3. In time, within the limits, and the next of its chain.
    rules.check_open(gate, uow.now)
    rules.check_size(statement, settings.max_bid_bytes)
    chain = box.chain(joined.id)
    rules.check_follows(statement, chain[-1] if chain else None)
    # 4. A withdrawal counts at once, by the clock under the box's lock, which comes before any row.
    if statement.action == "withdraw":
        uow = enter_box(uow, joined)
    # 5. An earlier statement that was never finalised is void from now on.
    given_up = box.open_submission(joined.id)
    if given_up is not None:
        give_up(uow, given_up)
        uow.session.flush()  # there is one open statement at a time, and the next row is it
    submission = _submission(uow, joined, statement, signed)
    box.add(submission)
    log.record(uow, "bid.commit", joined, data=log.facts(submission))
    if statement.action == "withdraw":
        withdraw(uow, settings, keys, joined, submission, chain)
    else:
        open_upload(uow, settings, gate, submission)
    return submission


def open_upload(uow: UnitOfWork, settings: Settings, gate: Gate, submission: Submission) -> Upload:
    """Where the bytes go, and the name of the header's own object.

    What has not been finalised at the deadline never can be.
    """
    lasts = uow.now + timedelta(hours=settings.upload_hours)
    upload = Upload(
        id=uuid4(),
        organization_id=submission.organization_id,
        submission_id=submission.id,
        length=submission.size,
        expires_at=min(lasts, gate.deadline),
        created_at=uow.now,
    )
    BoxRepository(uow.session).add(upload)
    submission.upload_id, submission.header_object = upload.id, uuid4()
    return upload


def _place(
    uow: UnitOfWork, box: BoxRepository, tender_id: UUID, envelope: str
) -> tuple[Gate, Membership]:
    gate = box.gate(tender_id, envelope)
    if gate is None:
        raise errors.NoSuchEnvelope(tender_id, envelope)
    joined = box.membership_of(tender_id, envelope, uow.organization_id)
    if joined is None:
        raise errors.NotJoined()
    return gate, joined


def _same(before: Submission) -> Submission:
    if before.state == State.VOID:
        raise errors.StatementVoid()
    return before


def _submission(
    uow: UnitOfWork, joined: Membership, statement: BidStatement, signed: SignedStatement
) -> Submission:
    return Submission(
        id=uuid4(),
        joining_id=joined.id,
        organization_id=joined.organization_id,
        action=statement.action,
        sequence=statement.sequence,
        statement=signed.statement,
        signature=signed.signature,
        digest=digest(signed.statement),
        size=statement.size,
        sha256=statement.sha256,
        state=State.COMMITTED,
        committed_at=uow.now,
    )
