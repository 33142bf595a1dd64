"""What the box takes and answers. Bytes are base64."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.bids.models import Membership, Submission
from sunseal_crypto.joining import MAX_JOINING_BYTES, SignedJoining
from sunseal_crypto.signing import SIGNATURE_BYTES
from sunseal_crypto.statement import MAX_STATEMENT_BYTES, SignedStatement

Signature = Annotated[bytes, Meta(min_length=SIGNATURE_BYTES, max_length=SIGNATURE_BYTES)]


class Join(Struct, forbid_unknown_fields=True):
    """`joining` are the exact bytes that the organization's key signed."""

    joining: Annotated[bytes, Meta(max_length=MAX_JOINING_BYTES)]
    signature: Signature

    def signed(self) -> SignedJoining:
        return SignedJoining(self.joining, self.signature)


class Commit(Struct, forbid_unknown_fields=True):
    """`statement` are the exact bytes that the pseudonym key signed."""

    statement: Annotated[bytes, Meta(max_length=MAX_STATEMENT_BYTES)]
    signature: Signature

    def signed(self) -> SignedStatement:
        return SignedStatement(self.statement, self.signature)


class JoiningView(Struct, frozen=True):
    id: UUID
    joining: bytes
    pseudonym: bytes
    joined_at: datetime
    receipt: str | None = None

    @classmethod
    def of(cls, joined: Membership) -> Self:
        return cls(
            id=joined.id,
            joining=joined.statement,
            pseudonym=joined.pseudonym,
            joined_at=joined.joined_at,
        )


class SubmissionView(Struct, frozen=True):
    """One statement as its bidder sees it; `promise`, `receipt` and `refusal` are note texts."""

    id: UUID
    action: str
    sequence: int
    state: str
    digest: bytes
    upload: str | None
    committed_at: datetime
    finalised_at: datetime | None
    promise: str | None
    receipt: str | None
    refusal: str | None

    @classmethod
    def of(cls, submission: Submission, receipt: str | None = None) -> Self:
        upload = submission.upload_id
        return cls(
            id=submission.id,
            action=submission.action,
            sequence=submission.sequence,
            state=submission.state,
            digest=submission.digest,
            upload=None if upload is None else upload_path(upload),
            committed_at=submission.committed_at,
            finalised_at=submission.finalised_at,
            promise=submission.promise,
            receipt=receipt,
            refusal=submission.refusal,
        )


def upload_path(upload_id: UUID) -> str:
    """Where tus continues."""
    return f"/api/v1/uploads/{upload_id}"
