"""What a poll is answered: the log's news, and everything that waits for this custodian.

Until not-before nothing in it depends on bids; from then on, the requests do.
"""

from dataclasses import dataclass
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.custody import rules
from sunseal.custody.models import Ceremony, ReleaseRequest
from sunseal.custody.protocol import Attempt
from sunseal.custody.repository import CeremonyRepository, PresenceRepository, ReleaseRepository
from sunseal.custody.rules import State
from sunseal.custody.service.ceremony import attempt_of
from sunseal.custody.service.seat import name_of_caller
from sunseal.database import UnitOfWork
from sunseal_crypto import notes
from sunseal_crypto import roster as rosters
from sunseal_crypto import terms as agreements
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.roster import Roster

MAX_ENTRIES = 4096


@dataclass(frozen=True, slots=True)
class CeremonyWork:
    ceremony: Ceremony
    attempt: Attempt

    def finished(self, step: State) -> bool:
        """Whether everybody's part of `step` is there to be shown.

        Nobody sees anybody's part before: the last to speak must not choose by what others said.
        """
        return rules.has_passed(self.ceremony.state, step)


@dataclass(frozen=True, slots=True)
class RequestWork:
    id: UUID
    body: bytes
    box_receipt: str
    request_receipt: str
    commitment_receipt: str | None


@dataclass(frozen=True, slots=True)
class Work:
    checkpoint: str
    entries: list[bytes]
    ceremonies: list[CeremonyWork]
    requests: list[RequestWork]


def work(uow: UnitOfWork, have: int, roster: Roster) -> Work:
    """For the caller, which holds `have` leaves of the log. Raises Forbidden, NoCheckpoint."""
    name = name_of_caller(uow)
    rules.check_listed(roster, name)
    PresenceRepository(uow.session).see(name, uow.now)
    checkpoint = audit.latest_checkpoint(uow)
    size = Checkpoint.parse(notes.parse(checkpoint.encode()).text).size
    return Work(
        checkpoint=checkpoint,
        entries=audit.leaves(uow, have, min(size, have + MAX_ENTRIES)) if have < size else [],
        ceremonies=_ceremonies(uow, name),
        requests=_requests(uow, name),
    )


def _ceremonies(uow: UnitOfWork, name: str) -> list[CeremonyWork]:
    ceremonies = CeremonyRepository(uow.session)
    shown = ceremonies.shown(uow.now - rules.SHOWN_AFTER_END)
    listed = [CeremonyWork(each, attempt_of(ceremonies, each)) for each in shown]
    return [each for each in listed if rules.seat_of(each.attempt.roster, name) is not None]


def _requests(uow: UnitOfWork, name: str) -> list[RequestWork]:
    found = []
    for request in ReleaseRepository(uow.session).open_requests():
        ceremony = CeremonyRepository(uow.session).completed(request.tender_id, request.envelope)
        if ceremony is None:
            continue
        custodian = rules.seat_of(rosters.parse(ceremony.roster), name)
        if custodian is not None:
            quorum = agreements.parse(ceremony.terms).q
            found += _request(uow, request, custodian, quorum)
    return found


def _request(
    uow: UnitOfWork, request: ReleaseRequest, custodian: int, quorum: int
) -> list[RequestWork]:
    """Nothing once it is answered or refused for good, nor before both receipts are complete."""
    requests = ReleaseRepository(uow.session)
    said = requests.answer(request.id, custodian)
    if said is not None and (
        said.refused_rule not in (None, *rules.PASSING) or requests.answered(request.id, custodian)
    ):
        return []
    box = audit.receipt(uow, request.box_entry, quorum)
    asked = audit.receipt(uow, request.request_entry, quorum)
    if box is None or asked is None:
        return []
    committed = None
    if said is not None and said.commitment_entry is not None:
        committed = audit.receipt(uow, said.commitment_entry, quorum)
    return [RequestWork(request.id, requests.body(request.id), box, asked, committed)]
