"""What the box answers when it says no.

Every sentence speaks of the caller's own bid and of published facts alone, so that no refusal tells
whether anybody else bids.

Invalid 422
├── JoiningMalformed, JoiningNotSigned, JoiningElsewhere
├── StatementMalformed, StatementNotSigned, StatementElsewhere, OtherPseudonym, OtherRecipient,
│   OtherTerms
└── HeaderNotAllowed, ShareNotAllowed, ShareDiffers, BodyDiffers, ProofFails, PayloadCut
NotFound 404
└── NoSuchEnvelope, NotJoined, NoSuchSubmission, NoSuchUpload
Refused 409
├── NotOpen, TenderCancelled, DeadlinePassed, LateAtTheLock
├── NoSigningKey, AlreadyJoined, PseudonymTaken, BoxFull
├── ChainFull, ChainForked, OutOfTurn, StatementVoid, StatementRefused
├── BytesMissing, NothingToFinalise
└── AlreadyFinalised, OffsetDiffers, TooManySegments, StagedTooLong, UploadExpired 410
TooLarge 413
└── BidTooLarge, BytesBeyondLength
BadUpload 400                 what the tus protocol itself refuses
└── LengthDiffers, ChecksumUnknown, NotTus 412, NotAnOffsetStream 415, ChecksumDiffers 460
"""

from datetime import UTC, datetime
from uuid import UUID

from sunseal.errors import Invalid, NotFound, Refused, SunsealError, TooLarge


def clock(moment: datetime) -> str:
    """A time to the millisecond: by seconds alone, late and in time can look the same."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC"


class JoiningMalformed(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This is not a joining: {reason}.")


class JoiningNotSigned(Invalid):
    def __init__(self) -> None:
        super().__init__("Your organization's key in force did not sign this joining.")


class JoiningElsewhere(Invalid):
    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"This joining names another {field} than the one it was sent to.")


class StatementMalformed(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This is not a bid statement: {reason}.")


class StatementNotSigned(Invalid):
    def __init__(self) -> None:
        super().__init__("The pseudonym key that the statement names did not sign it.")


class StatementElsewhere(Invalid):
    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"This statement names another {field} than the one it was sent to.")


class OtherPseudonym(Invalid):
    def __init__(self) -> None:
        super().__init__("This statement is of another pseudonym than the one you joined with.")


class OtherRecipient(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "This bid is sealed for another envelope's key: nobody could open it here."
        )


class OtherTerms(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "This statement was made for other terms than those of the envelope's key."
        )


class HeaderNotAllowed(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The file does not begin as a sealed bid does: {reason}.")


class ShareNotAllowed(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The envelope stanza's share is not allowed: {reason}.")


class ShareDiffers(Invalid):
    def __init__(self) -> None:
        super().__init__("The share in the file's envelope stanza is not the one you signed.")


class BodyDiffers(Invalid):
    def __init__(self) -> None:
        super().__init__("The body of the file's envelope stanza is not the one you signed.")


class ProofFails(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The proof that you sealed this file yourself fails: {reason}.")


class PayloadCut(Invalid):
    def __init__(self) -> None:
        super().__init__("No age file has this length: its payload was cut or lengthened.")


class NoSuchEnvelope(NotFound):
    def __init__(self, tender_id: UUID, envelope: str) -> None:
        self.tender_id = tender_id
        self.envelope = envelope
        super().__init__(f"Tender {tender_id} has no envelope {envelope!r} that takes bids.")


class NotJoined(NotFound):
    def __init__(self) -> None:
        super().__init__("Your organization has not joined this envelope.")


class NoSuchSubmission(NotFound):
    def __init__(self, submission_id: UUID) -> None:
        self.submission_id = submission_id
        super().__init__(f"You have no submission {submission_id}.")


class NoSuchUpload(NotFound):
    def __init__(self) -> None:
        super().__init__("You have no such upload.")


class NotOpen(Refused):
    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__("This envelope no longer takes bids.")


class TenderCancelled(Refused):
    def __init__(self) -> None:
        super().__init__("This tender was cancelled; it takes no bids.")


class DeadlinePassed(Refused):
    def __init__(self, deadline: datetime, now: datetime) -> None:
        self.deadline = deadline
        self.now = now
        super().__init__(
            f"The deadline was {clock(deadline)}; the platform's clock says {clock(now)}."
        )


class LateAtTheLock(DeadlinePassed):
    """It came in time and had to wait for the box, which was being closed."""

    def __init__(self, deadline: datetime, now: datetime) -> None:
        super().__init__(deadline, now)
        self.args = (
            f"Your request came before the deadline, {clock(deadline)}, but the box was reached at "
            f"{clock(now)}, and that is the moment that counts.",
        )


class NoSigningKey(Refused):
    def __init__(self) -> None:
        super().__init__("Your organization has no signing key in force: enrol one first.")


class AlreadyJoined(Refused):
    def __init__(self) -> None:
        super().__init__("Your organization has joined this envelope under another pseudonym.")


class PseudonymTaken(Refused):
    def __init__(self) -> None:
        super().__init__("This pseudonym key cannot be used: make a fresh one for each joining.")


class BoxFull(Refused):
    def __init__(self) -> None:
        super().__init__("This envelope takes no more bidders. The operator has been alerted.")


class ChainFull(Refused):
    def __init__(self, limit: int) -> None:
        super().__init__(f"You have made {limit} statements, and no more are allowed.")


class ChainForked(Refused):
    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        super().__init__(
            f"The statement does not follow your last one: its number must be {sequence}, and it "
            "must name the last that joined your chain."
        )


class OutOfTurn(Refused):
    def __init__(self, action: str, after: str) -> None:
        super().__init__(f"A {action} cannot follow {after}.")


class StatementVoid(Refused):
    def __init__(self) -> None:
        super().__init__("This statement was given up before it was finalised: sign a new one.")


class StatementRefused(Refused):
    def __init__(self) -> None:
        super().__init__("This statement was refused; the signed refusal says why. Sign a new one.")


class BytesMissing(Refused):
    def __init__(self, received: int, size: int) -> None:
        self.received = received
        self.size = size
        super().__init__(f"{received} of {size} bytes have arrived: send the rest, then finalise.")


class NothingToFinalise(Refused):
    def __init__(self) -> None:
        super().__init__("There is no upload of this submission any more: create it again.")


class AlreadyFinalised(Refused):
    def __init__(self) -> None:
        super().__init__("This upload belongs to a statement that is settled: it cannot change.")


class UploadExpired(Refused):
    status_code = 410

    def __init__(self, at: datetime) -> None:
        super().__init__(f"This upload ended at {clock(at)}.")


class OffsetDiffers(Refused):
    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(f"The upload continues at byte {offset}.")


class TooManySegments(Refused):
    def __init__(self) -> None:
        super().__init__("This upload came in too many small pieces: delete it and begin again.")


class StagedTooLong(Refused):
    def __init__(self) -> None:
        super().__init__("This piece took too long to arrive: send it again, or a smaller one.")


class BidTooLarge(TooLarge):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"A sealed bid has at most {limit} bytes.")


class BytesBeyondLength(TooLarge):
    def __init__(self, length: int) -> None:
        super().__init__(f"The upload has {length} bytes, as the statement says, and no more.")


class BadUpload(SunsealError):
    status_code = 400

    def __init__(self, reason: str) -> None:
        super().__init__(f"This is not an upload request: {reason}.")


class LengthDiffers(BadUpload):
    def __init__(self, length: int) -> None:
        super().__init__(f"Upload-Length must be the {length} bytes of the statement")


class ChecksumUnknown(BadUpload):
    def __init__(self) -> None:
        super().__init__("Upload-Checksum is sha1 or sha256 and the digest in base64")


class NotTus(BadUpload):
    status_code = 412

    def __init__(self) -> None:
        super().__init__("Tus-Resumable must be 1.0.0")


class NotAnOffsetStream(BadUpload):
    status_code = 415

    def __init__(self) -> None:
        super().__init__("Content-Type must be application/offset+octet-stream")


class ChecksumDiffers(BadUpload):
    status_code = 460

    def __init__(self) -> None:
        super().__init__("the bytes do not have the announced checksum, and were discarded")
