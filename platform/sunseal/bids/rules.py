"""Pure decisions about joinings, statements and sealed files: facts in, nothing or an error out."""

import hashlib
from datetime import datetime
from uuid import UUID

from sunseal.bids import errors
from sunseal.bids.models import Gate, Membership, State, Submission
from sunseal_crypto import group, proofs, sealed, terms
from sunseal_crypto.age import stream
from sunseal_crypto.age.errors import HeaderError
from sunseal_crypto.age.header import Header
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.joining import Joining, SignedJoining
from sunseal_crypto.joining import verify as verify_joining
from sunseal_crypto.proofs import AuthorshipContext
from sunseal_crypto.statement import MAX_SEQUENCE, BidStatement, SignedStatement
from sunseal_crypto.statement import verify as verify_statement

# A client that sends its bid in crumbs would cost a row, an object and two fsyncs for each.
FREE_SEGMENTS = 1000
BYTES_PER_SEGMENT = 256 << 10


def check_open(gate: Gate, now: datetime) -> None:
    """Raises TenderCancelled, DeadlinePassed, NotOpen."""
    if gate.state == "cancelled":
        raise errors.TenderCancelled()
    # At the deadline itself it is too late: the last moment in time is the one before.
    if now >= gate.deadline:
        raise errors.DeadlinePassed(gate.deadline, now)
    if gate.state != "open":
        raise errors.NotOpen(gate.state)


def check_in_time(gate: Gate, arrived: datetime, now: datetime) -> None:
    """Decides with `gate` locked and `now` read after the lock. Raises as `check_open`.

    Whoever waited while the box was being closed gets a sentence of his own.
    """
    if gate.state != "cancelled" and arrived < gate.deadline <= now:
        raise errors.LateAtTheLock(gate.deadline, now)
    check_open(gate, now)


def read_joining(
    signed: SignedJoining, key: bytes | None, origin: str, tender_id: UUID, envelope: str
) -> Joining:
    """The joining, signed with the organization's `key` for exactly this place."""
    if key is None:
        raise errors.NoSigningKey()
    try:
        joining = verify_joining(signed, key)
    except Unverified:
        raise errors.JoiningNotSigned() from None
    except Malformed as error:
        raise errors.JoiningMalformed(str(error)) from None
    for field, value in (("origin", origin), ("tender", str(tender_id)), ("envelope", envelope)):
        if getattr(joining, field) != value:
            raise errors.JoiningElsewhere(field)
    return joining


def read_statement(signed: SignedStatement) -> BidStatement:
    """Raises StatementMalformed, StatementNotSigned."""
    try:
        return verify_statement(signed)
    except Unverified:
        raise errors.StatementNotSigned() from None
    except Malformed as error:
        raise errors.StatementMalformed(str(error)) from None


def check_place(statement: BidStatement, origin: str, gate: Gate, joined: Membership) -> None:
    """That the statement is for this box, its key and its terms, and of the joined pseudonym."""
    place = (("origin", origin), ("tender", str(gate.tender_id)), ("envelope", gate.envelope))
    for field, value in place:
        if getattr(statement, field) != value:
            raise errors.StatementElsewhere(field)
    if statement.pseudonym != joined.pseudonym:
        raise errors.OtherPseudonym()
    if statement.recipient != gate.recipient:
        raise errors.OtherRecipient()
    if statement.terms != terms.fingerprint(gate.terms):
        raise errors.OtherTerms()


def check_follows(statement: BidStatement, head: Submission | None) -> None:
    """That the statement is the next of its chain. Raises ChainFull, ChainForked, OutOfTurn."""
    number = head.sequence if head else 0
    if number >= MAX_SEQUENCE:
        raise errors.ChainFull(MAX_SEQUENCE)
    previous = head.digest if head else b""
    if (statement.sequence, statement.previous) != (number + 1, previous):
        raise errors.ChainForked(number + 1)
    if head and (statement.action == "submit") != (head.action == "withdraw"):
        raise errors.OutOfTurn(statement.action, f"a {head.action}")


def check_size(statement: BidStatement, limit: int) -> None:
    """Raises BidTooLarge."""
    if statement.size > limit:
        raise errors.BidTooLarge(limit)


def check_uploadable(submission: Submission) -> None:
    """Raises StatementVoid, AlreadyFinalised: settled bytes never change."""
    if submission.state == State.VOID:
        raise errors.StatementVoid()
    if submission.state != State.COMMITTED:
        raise errors.AlreadyFinalised()


def check_segments(count: int, length: int) -> None:
    """Raises TooManySegments."""
    if count >= FREE_SEGMENTS + length // BYTES_PER_SEGMENT:
        raise errors.TooManySegments()


def read_header(first: bytes, statement: BidStatement) -> Header:
    """The header of a sealed file that begins with `first`, proven to be the statement's author's.

    Everything custodians will check again is checked here, so that an honest bidder hears of a
    fault while there is time; each rule has its own error.
    """
    # 1. The header is an age header of the one form that leaves nothing to choose.
    try:
        header = sealed.check(first)
    except HeaderError as error:
        raise errors.HeaderNotAllowed(str(error)) from None
    # 2. The share is a canonical point of the prime-order subgroup.
    share = sealed.envelope_share(header)
    try:
        group.from_montgomery(share)
    except Malformed as error:
        raise errors.ShareNotAllowed(str(error)) from None
    # 3. Share and stanza body are those that were signed.
    if share != statement.share:
        raise errors.ShareDiffers()
    body_hash = hashlib.sha256(sealed.envelope_body(header)).digest()
    if body_hash != statement.body_hash:
        raise errors.BodyDiffers()
    # 4. The signer made the share himself: one copied or blinded from another bid has no proof.
    _check_proof(statement)
    # 5. What follows can be an age payload.
    _check_payload(statement.size - header.size)
    return header


def _check_proof(statement: BidStatement) -> None:
    context = AuthorshipContext(
        origin=statement.origin,
        tender=statement.tender,
        envelope=statement.envelope,
        terms=statement.terms,
        pseudonym=statement.pseudonym,
        body_hash=statement.body_hash,
    )
    try:
        proofs.verify_authorship(statement.share, statement.proof, context)
    except CryptoError as error:
        raise errors.ProofFails(str(error)) from None


def _check_payload(size: int) -> None:
    sealed_bytes = size - stream.NONCE_BYTES
    rest = sealed_bytes % stream.SEALED_CHUNK
    # Each chunk ends in its tag, and only a file without content has an empty chunk.
    if sealed_bytes < stream.TAG or (rest <= stream.TAG and rest and sealed_bytes > stream.TAG):
        raise errors.PayloadCut()
