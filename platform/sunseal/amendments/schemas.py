"""The shapes of the amendments' API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.amendments.models import Amendment, Confirmation
from sunseal.amendments.service.show import History, Shown, Word, Work
from sunseal_crypto.amendment import ShownAmendment, parse

Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]


class Propose(Struct, forbid_unknown_fields=True):
    """`amendment` is canonical; `signature` is by the key that the terms name first."""

    amendment: bytes
    signature: Signature


class Confirm(Struct, forbid_unknown_fields=True):
    """By the key that the terms name second, over the bytes that were proposed."""

    signature: Signature


class ProposalView(Struct, frozen=True, kw_only=True):
    """What another person is asked to confirm; the times are also inside `amendment`."""

    id: UUID
    number: int
    amendment: bytes
    signature: bytes
    deadline: datetime
    not_before: datetime
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: Amendment) -> Self:
        return cls(
            id=row.id,
            number=row.number,
            amendment=row.body,
            signature=row.signature,
            deadline=row.deadline,
            not_before=row.not_before,
            reason=parse(row.body).reason,
            proposed_by=row.proposed_by,
            proposed_at=row.proposed_at,
            expires_at=row.expires_at,
        )


class ConfirmationView(Struct, frozen=True):
    """Confirmed, and in force only once enough custodians have acknowledged it."""

    id: UUID
    confirmed_by: UUID
    confirmed_at: datetime

    @classmethod
    def of(cls, row: Confirmation) -> Self:
        return cls(row.amendment_id, row.confirmed_by, row.confirmed_at)


class WordView(Struct, frozen=True):
    """`receipt` proves a custodian's acknowledgement; null until enough cosigners have it."""

    custodian: int
    receipt: str | None

    @classmethod
    def of(cls, word: Word) -> Self:
        return cls(word.custodian, word.receipt)


class AmendmentView(Struct, frozen=True, kw_only=True):
    """`state` is confirmed, in_force or lapsed, as the platform says; the rest proves it."""

    id: UUID
    number: int
    state: str
    amendment: bytes
    signatures: list[bytes]
    deadline: datetime
    not_before: datetime
    reason: str
    confirmed_at: datetime
    in_force_since: datetime | None
    acknowledgements: list[WordView]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        row, confirmation = shown.found.row, shown.found.confirmation
        return cls(
            id=row.id,
            number=row.number,
            state=shown.state.value,
            amendment=row.body,
            signatures=[row.signature, confirmation.signature],
            deadline=row.deadline,
            not_before=row.not_before,
            reason=parse(row.body).reason,
            confirmed_at=confirmation.confirmed_at,
            in_force_since=shown.found.since,
            acknowledgements=[WordView.of(word) for word in shown.words],
        )


class HistoryView(Struct, frozen=True, kw_only=True):
    """The timetable in force, the one announced in the notice, and every step between them.

    `amenders` are the two keys that the terms name, or none; `needed` custodians put an amendment
    in force.
    """

    deadline: datetime
    not_before: datetime
    announced_deadline: datetime
    announced_not_before: datetime
    amenders: list[bytes]
    needed: int
    amendments: list[AmendmentView]

    @classmethod
    def of(cls, history: History) -> Self:
        agreed = history.agreed
        return cls(
            deadline=history.deadline,
            not_before=history.not_before,
            announced_deadline=agreed.deadline,
            announced_not_before=agreed.not_before,
            amenders=agreed.amenders,
            needed=agreed.n - agreed.t + 1,
            amendments=[AmendmentView.of(each) for each in history.amendments],
        )


class AmendmentWorkView(Struct, frozen=True, kw_only=True):
    """A SignedAmendment to acknowledge; `earlier` are those before it, with their proofs."""

    id: UUID
    body: bytes
    earlier: list[ShownAmendment]

    @classmethod
    def of(cls, work: Work) -> Self:
        return cls(id=work.id, body=work.body, earlier=work.earlier)
