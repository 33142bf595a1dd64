from datetime import datetime
from hashlib import sha256
from typing import Self
from uuid import UUID

from msgspec import Struct

from sunseal.opening.models import OpenedBid, OpenedDocument, Wanted
from sunseal.opening.service.erase import Ended
from sunseal.opening.service.look import Opening, Pulse
from sunseal_crypto import record as records
from sunseal_crypto.record import RecordedAnswer


class BidView(Struct, frozen=True):
    """One bidder's leaf; whoever was not opened has no name here."""

    position: int
    organization: str | None
    price: str | None
    currency: str | None
    outcome: str
    reason: str

    @classmethod
    def of(cls, bid: OpenedBid) -> Self:
        return cls(
            position=bid.position,
            organization=bid.organization_name,
            price=bid.price,
            currency=bid.currency,
            outcome=bid.outcome,
            reason=bid.reason,
        )


class CustodianView(Struct, frozen=True):
    """What a custodian said to a request: answered, refused, false, or silent."""

    number: int
    name: str
    said: str
    reason: str

    @classmethod
    def of(cls, answer: RecordedAnswer) -> Self:
        return cls(answer.number, answer.name, answer.said, answer.reason)


class RecordView(Struct, frozen=True):
    number: int
    final: bool
    result: str
    at: datetime
    sha256: bytes
    leaves: int
    pads: int


class EnvelopeView(Struct, frozen=True):
    envelope: str
    record: RecordView
    bids: list[BidView]
    custodians: list[CustodianView]

    @classmethod
    def of(cls, opening: Opening) -> Self:
        record = records.parse(opening.record.body)
        return cls(
            envelope=record.envelope,
            record=RecordView(
                number=record.number,
                final=record.final,
                result=record.result,
                at=record.at,
                sha256=sha256(opening.record.body).digest(),
                leaves=len(record.leaves),
                pads=len(record.pads),
            ),
            bids=[BidView.of(bid) for bid in opening.bids],
            custodians=[CustodianView.of(answer) for answer in record.answers],
        )


class OpeningView(Struct, frozen=True):
    tender: UUID
    envelopes: list[EnvelopeView]


class ReleasedView(Struct, frozen=True):
    """A document of an opened bid; its bytes are under `/documents/<id>`."""

    id: UUID
    envelope: str
    position: int
    name: str
    size: int
    sha256: bytes

    @classmethod
    def of(cls, row: OpenedDocument) -> Self:
        return cls(row.id, row.envelope, row.position, row.name, row.size, row.sha256)


class WantedView(Struct, frozen=True):
    """A bid that can be supplied again; `id` goes into Upload-Metadata as `wanted`."""

    id: UUID
    envelope: str
    position: int
    size: int
    sha256: bytes
    since: datetime

    @classmethod
    def of(cls, row: Wanted) -> Self:
        return cls(row.id, row.envelope, row.position, row.size, row.sha256, row.since)


class ErasedView(Struct, frozen=True):
    custodian: str
    at: datetime | None


class EndingView(Struct, frozen=True):
    """`needed` erasures leave too few custodians to open anything again."""

    envelope: str
    final_at: datetime
    appeals_end: datetime
    keep_until: datetime
    answers_deleted_at: datetime | None
    bids_deleted_at: datetime | None
    erased: list[ErasedView]
    needed: int

    @classmethod
    def of(cls, ended: Ended) -> Self:
        row = ended.ending
        return cls(
            envelope=row.envelope,
            final_at=row.final_at,
            appeals_end=row.appeals_end,
            keep_until=row.keep_until,
            answers_deleted_at=row.answers_deleted_at,
            bids_deleted_at=row.bids_deleted_at,
            erased=[ErasedView(name, at) for name, at in ended.erased],
            needed=ended.needed,
        )


class PulseView(Struct, frozen=True):
    now: datetime
    custodians: list[str]

    @classmethod
    def of(cls, pulse: Pulse) -> Self:
        return cls(pulse.now, pulse.alive)
