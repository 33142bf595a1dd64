"""The shapes of the custodians' API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.amendments.schemas import AmendmentWorkView
from sunseal.amendments.service import Work as AmendmentWork
from sunseal.custody.models import Ceremony, Presence
from sunseal.custody.rules import State
from sunseal.custody.service.read import LoggedCertificate
from sunseal.custody.service.work import CeremonyWork, RequestWork, Work
from sunseal_crypto.certificate import StaticKey
from sunseal_crypto.roster import MAX_CUSTODIANS


class Contribution(Struct, forbid_unknown_fields=True):
    """`custodian` counts from 1 in the order of the roster; `body` is what its keys signed."""

    custodian: Annotated[int, Meta(ge=1, le=MAX_CUSTODIANS)]
    body: bytes


class CeremonyWorkView(Struct, frozen=True, kw_only=True):
    """Lists are in the order of the roster, and null until everybody's part is there."""

    id: UUID
    state: str
    attempt: int
    terms: bytes
    session: bytes
    roster: bytes
    notice: bytes
    statics: list[StaticKey] | None
    messages: list[bytes] | None
    signatures: list[bytes] | None
    certificate: bytes | None

    @classmethod
    def of(cls, work: CeremonyWork) -> Self:
        ceremony, attempt = work.ceremony, work.attempt
        certified, first = work.finished(State.CERTIFY), work.finished(State.ROUND1)
        return cls(
            id=ceremony.id,
            state=ceremony.state,
            attempt=ceremony.attempt,
            terms=ceremony.terms,
            session=ceremony.session,
            roster=ceremony.roster,
            notice=ceremony.notice,
            statics=attempt.statics() if certified else None,
            messages=attempt.bodies("round1") if first else None,
            signatures=attempt.bodies("round2") if work.finished(State.ROUND2) else None,
            certificate=ceremony.certificate,
        )


class RequestWorkView(Struct, frozen=True, kw_only=True):
    """`commitment_receipt` is the caller's own, null until the log holds it."""

    id: UUID
    body: bytes
    box_receipt: str
    request_receipt: str
    commitment_receipt: str | None

    @classmethod
    def of(cls, work: RequestWork) -> Self:
        return cls(
            id=work.id,
            body=work.body,
            box_receipt=work.box_receipt,
            request_receipt=work.request_receipt,
            commitment_receipt=work.commitment_receipt,
        )


class WorkView(Struct, frozen=True, kw_only=True):
    """`entries` are the tick leaves from the caller's size up to the checkpoint's."""

    now: datetime
    tick_seconds: float
    checkpoint: str
    entries: list[bytes]
    ceremonies: list[CeremonyWorkView]
    amendments: list[AmendmentWorkView]
    requests: list[RequestWorkView]

    @classmethod
    def of(
        cls, work: Work, amendments: list[AmendmentWork], now: datetime, tick_seconds: float
    ) -> Self:
        return cls(
            now=now,
            tick_seconds=tick_seconds,
            checkpoint=work.checkpoint,
            entries=work.entries,
            ceremonies=[CeremonyWorkView.of(each) for each in work.ceremonies],
            amendments=[AmendmentWorkView.of(each) for each in amendments],
            requests=[RequestWorkView.of(each) for each in work.requests],
        )


class CeremonyView(Struct, frozen=True, kw_only=True):
    """An attempt as the tender's side sees it; `culprit` is an index where the fault is plain."""

    id: UUID
    envelope: str
    attempt: int
    state: str
    failure: str | None
    culprit: int | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, ceremony: Ceremony) -> Self:
        return cls(
            id=ceremony.id,
            envelope=ceremony.envelope,
            attempt=ceremony.attempt,
            state=ceremony.state,
            failure=ceremony.failure,
            culprit=ceremony.culprit,
            created_at=ceremony.created_at,
            expires_at=ceremony.expires_at,
            ended_at=ceremony.ended_at,
        )


class ContributionView(Struct, frozen=True):
    """Where the ceremony is after the contribution was taken."""

    state: str


class CertificateView(Struct, frozen=True):
    """`receipt` proves that the log holds the certificate; null until enough cosigners have it."""

    certificate: bytes
    receipt: str | None

    @classmethod
    def of(cls, logged: LoggedCertificate) -> Self:
        return cls(certificate=logged.certificate, receipt=logged.receipt)


class PresenceView(Struct, frozen=True):
    name: str
    seen_at: datetime

    @classmethod
    def of(cls, presence: Presence) -> Self:
        return cls(name=presence.name, seen_at=presence.seen_at)
