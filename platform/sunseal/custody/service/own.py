"""What a custodian's or witness's people see of their own part: all of it the caller's alone.

Until not-before nothing of it depends on bids. From then on requests do, as the program knows too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row

from sunseal.custody import rules
from sunseal.custody.models import Ceremony, Contact, Presence, ReleaseRequest
from sunseal.custody.rules import State
from sunseal.custody.service.seat import name_of_caller
from sunseal.custody.watch_repository import WatchRepository
from sunseal.database import UnitOfWork
from sunseal_crypto import roster as rosters
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.roster import Roster

Said = Literal["asked", "committed", "answered", "refused"]
Erased = Mapping[tuple[UUID, str, int], datetime]
ENDED = ("opened", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class OwnCeremony:
    """`waits_for` is the step at which this custodian's part is missing."""

    tender_id: UUID
    envelope: str
    attempt: int
    state: str
    waits_for: str | None
    failure: str | None
    began_at: datetime
    erased_at: datetime | None
    may_erase: bool


@dataclass(frozen=True, slots=True)
class OwnRequest:
    tender_id: UUID
    envelope: str
    number: int
    said: Said
    rule: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """`seat` counts from 1 in the platform's roster, and is None for a witness."""

    name: str
    seat: int | None
    presence: Presence | None
    cosigned: Row[Any] | None
    contact: Contact | None
    ceremonies: list[OwnCeremony]
    requests: list[OwnRequest]
    tenders: dict[UUID, Row[Any]]


def own(uow: UnitOfWork, roster: Roster) -> Own:
    """Raises Forbidden, NotInRoster."""
    name = name_of_caller(uow)
    rules.check_listed(roster, name)
    repository = WatchRepository(uow.session)
    seated = [
        (each, seat)
        for each in repository.ceremonies()
        if (seat := rules.seat_of(rosters.parse(each.roster), name)) is not None
    ]
    tenders = repository.tenders(sorted({each.tender_id for each, _ in seated}))
    over = {tender for tender, row in tenders.items() if row.status in ENDED}
    erased = repository.erased()
    return Own(
        name=name,
        seat=rules.seat_of(roster, name),
        presence=repository.presences().get(name),
        cosigned=_cosigned(repository, roster, name),
        contact=repository.contacts().get(name),
        ceremonies=[_ceremony(repository, each, seat, erased, over) for each, seat in seated],
        requests=_requests(repository, seated),
        tenders=tenders,
    )


def _cosigned(repository: WatchRepository, roster: Roster, name: str) -> Row[Any] | None:
    """The newest checkpoint with a line in the caller's name, and when that came."""
    [party] = [each for each in rules.listed(roster) if each.name == name]
    return repository.cosigned(VerifierKey.parse(party.cosigner, COSIGNATURE).name)


def _ceremony(
    repository: WatchRepository, each: Ceremony, seat: int, erased: Erased, over: set[UUID]
) -> OwnCeremony:
    wanted = None if rules.is_over(each.state) else each.state
    if wanted is not None and wanted in repository.posted(each.id, seat):
        wanted = None
    gone = erased.get((each.tender_id, each.envelope, seat))
    has_part = each.state == State.COMPLETE
    return OwnCeremony(
        tender_id=each.tender_id,
        envelope=each.envelope,
        attempt=each.attempt,
        state=each.state,
        waits_for=wanted,
        failure=each.failure,
        began_at=each.created_at,
        erased_at=gone if has_part else None,
        may_erase=has_part and gone is None and each.tender_id in over,
    )


def _requests(
    repository: WatchRepository, seated: Sequence[tuple[Ceremony, int]]
) -> list[OwnRequest]:
    seats = {
        (each.tender_id, each.envelope): seat
        for each, seat in seated
        if each.state == State.COMPLETE
    }
    return [
        _request(request, repository.answer(request.id, seat))
        for request in repository.requests()
        if (seat := seats.get((request.tender_id, request.envelope))) is not None
    ]


def _request(request: ReleaseRequest, row: Row[Any] | None) -> OwnRequest:
    said: Said = "asked"
    if row is not None and row.answered:
        said = "answered"
    elif row is not None and row.refused_rule is not None:
        said = "refused"
    elif row is not None and row.commitment is not None:
        said = "committed"
    return OwnRequest(
        tender_id=request.tender_id,
        envelope=request.envelope,
        number=request.number,
        said=said,
        rule=row.refused_rule if row is not None and said == "refused" else None,
        at=row.updated_at if row is not None else request.created_at,
    )
