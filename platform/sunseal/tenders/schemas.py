"""The shapes of the tenders' API."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from sunseal.tenders.models import Document, Envelope, Tender

Reference = Annotated[str, Meta(min_length=1, max_length=100)]
Title = Annotated[str, Meta(min_length=1, max_length=500)]
Summary = Annotated[str, Meta(max_length=20_000)]
Time = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=1, le=1 << 16)]


class CreateTender(Struct, forbid_unknown_fields=True, kw_only=True):
    """`tendering_party_id` is named by an agent or the centre, who act for somebody.

    `statutory` absent means what the installation's setting says.
    """

    reference: Reference
    title: Title
    summary: Summary
    deadline: Time
    not_before: Time
    minimum_bids: Count
    threshold: Count
    box_size: Count
    currency: str
    ceiling_price: str | None = None
    statutory: bool | None = None
    tendering_party_id: UUID | None = None
    agent_id: UUID | None = None


class ChangeTender(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is absent stays as it is."""

    title: Title | UnsetType = UNSET
    summary: Summary | UnsetType = UNSET
    deadline: Time | UnsetType = UNSET
    not_before: Time | UnsetType = UNSET
    minimum_bids: Count | UnsetType = UNSET
    threshold: Count | UnsetType = UNSET
    box_size: Count | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    ceiling_price: str | UnsetType | None = UNSET


class CancelTender(Struct, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class DocumentView(Struct, frozen=True):
    """`url` names the document alone: an access log does not learn the tender from it."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: bytes
    url: str

    @classmethod
    def of(cls, document: Document) -> Self:
        return cls(
            id=document.id,
            name=document.name,
            media_type=document.media_type,
            size=document.size,
            sha256=document.sha256,
            url=f"/api/v1/documents/{document.id}",
        )


class EnvelopeView(Struct, frozen=True):
    """`recipient` is the envelope's age recipient, null until the tender is published."""

    name: str
    lot: str
    part: str
    recipient: str | None

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        return cls(envelope.name, envelope.lot, envelope.part, envelope.recipient)


class TenderLine(Struct, frozen=True):
    """A tender in a list."""

    id: UUID
    reference: str
    title: str
    tendering_party: str
    status: str
    deadline: datetime
    not_before: datetime
    created_at: datetime

    @classmethod
    def of(cls, tender: Tender) -> Self:
        return cls(
            id=tender.id,
            reference=tender.reference,
            title=tender.title,
            tendering_party=tender.tendering_party_name,
            status=tender.status,
            deadline=tender.deadline,
            not_before=tender.not_before,
            created_at=tender.created_at,
        )


class TenderView(Struct, frozen=True, kw_only=True):
    """`publishing` is true from the request to publish until the worker has opened the box.

    Nothing here depends on bids: the row does not know of any.
    """

    id: UUID
    reference: str
    title: str
    summary: str
    tendering_party_id: UUID
    tendering_party: str
    agent_id: UUID | None
    agent: str | None
    status: str
    publishing: bool
    statutory: bool
    deadline: datetime
    not_before: datetime
    minimum_bids: int
    threshold: int
    box_size: int
    currency: str
    ceiling_price: str | None
    notice: bytes | None
    created_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    documents: list[DocumentView]
    envelopes: list[EnvelopeView]

    @classmethod
    def of(cls, tender: Tender, documents: list[Document], envelopes: list[Envelope]) -> Self:
        """`notice` is the SHA-256 of the notice, once that is fixed."""
        return cls(
            id=tender.id,
            reference=tender.reference,
            title=tender.title,
            summary=tender.summary,
            tendering_party_id=tender.tendering_party_id,
            tendering_party=tender.tendering_party_name,
            agent_id=tender.agent_id,
            agent=tender.agent_name,
            status=tender.status,
            publishing=tender.status == "ceremony" and tender.publish_requested_at is not None,
            statutory=tender.statutory,
            deadline=tender.deadline,
            not_before=tender.not_before,
            minimum_bids=tender.minimum_bids,
            threshold=tender.threshold,
            box_size=tender.box_size,
            currency=tender.currency,
            ceiling_price=tender.ceiling_price,
            notice=sha256(tender.notice).digest() if tender.notice else None,
            created_at=tender.created_at,
            published_at=tender.published_at,
            cancelled_at=tender.cancelled_at,
            cancel_reason=tender.cancel_reason,
            documents=[DocumentView.of(document) for document in documents],
            envelopes=[EnvelopeView.of(envelope) for envelope in envelopes],
        )
