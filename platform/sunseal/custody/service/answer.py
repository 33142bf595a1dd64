"""What custodians say to a release request: first a commitment, then the answer, or a refusal.

The answer is encrypted to the opening worker, so all that this side sees of it is its envelope; its
signature and proof are verified where it is opened. Whoever posted it is known either way.
"""

import base64
from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from sunseal.audit import service as audit
from sunseal.custody import rules
from sunseal.custody.errors import (
    BadContribution,
    CommitFirst,
    NoSuchRequest,
    NoSuchStep,
    SaidOtherwise,
)
from sunseal.custody.models import ReleaseAnswer, ReleaseRequest
from sunseal.custody.repository import CeremonyRepository, ReleaseRepository
from sunseal.custody.service.seat import name_of_caller
from sunseal.database import UnitOfWork
from sunseal_crypto import release
from sunseal_crypto import roster as rosters
from sunseal_crypto.age import header
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.roster import Roster

COMMITMENT_BYTES = 32


def post_to_request(
    uow: UnitOfWork, request_id: UUID, step: str, custodian: int, body: bytes
) -> None:
    """Takes a custodian's word; the same bytes may come again.

    Raises Forbidden, NotFound, Refused, BadContribution.
    """
    if step not in STEPS:
        raise NoSuchStep(step, tuple(STEPS))
    name = name_of_caller(uow)
    request = ReleaseRepository(uow.session).get(request_id)
    if request is None:
        raise NoSuchRequest(request_id)
    roster = roster_of(uow, request)
    rules.check_seat(roster, name, custodian)
    said = _said(uow, request.id, custodian)
    try:
        STEPS[step](uow, request, roster, said, body)
    except CryptoError as error:
        raise BadContribution(step, str(error)) from None
    said.updated_at = uow.now


def roster_of(uow: UnitOfWork, request: ReleaseRequest) -> Roster:
    """The roster under which the requested key was made. Raises NoSuchRequest."""
    ceremony = CeremonyRepository(uow.session).completed(request.tender_id, request.envelope)
    if ceremony is None:
        raise NoSuchRequest(request.id)
    return rosters.parse(ceremony.roster)


def _said(uow: UnitOfWork, request_id: UUID, custodian: int) -> ReleaseAnswer:
    answers = ReleaseRepository(uow.session)
    said = answers.answer_with_body(request_id, custodian)
    if said is None:
        said = ReleaseAnswer(request_id=request_id, custodian=custodian, updated_at=uow.now)
        try:
            answers.add(said)
        except IntegrityError as error:
            raise SaidOtherwise(custodian, "word at this very moment") from error
    return said


def _commit(
    uow: UnitOfWork, request: ReleaseRequest, _: Roster, said: ReleaseAnswer, body: bytes
) -> None:
    if said.commitment is not None:
        _check_same(said, "commitment", said.commitment, body)
        return
    if len(body) != COMMITMENT_BYTES:
        raise BadContribution("commitment", f"it has {COMMITMENT_BYTES} bytes")
    said.commitment = body
    said.commitment_entry = _log(
        uow, request, "release.answer", said.custodian, {"commitment": _base64(body)}
    )


def _answer(
    _: UnitOfWork, request: ReleaseRequest, __: Roster, said: ReleaseAnswer, body: bytes
) -> None:
    if said.commitment is None:
        raise CommitFirst(request.id)
    if said.answer is not None:
        _check_same(said, "answer", said.answer, body)
        return
    # What is inside, only the worker can see; that it is an age file, everybody can.
    header.parse(body[: header.LIMIT])
    said.answer = body


def _refuse(
    uow: UnitOfWork, request: ReleaseRequest, roster: Roster, said: ReleaseAnswer, body: bytes
) -> None:
    if said.refusal == body:
        return
    if said.answer is not None or said.refused_rule not in (None, *rules.PASSING):
        raise SaidOtherwise(said.custodian, "answer or refusal")
    identity = roster.custodians[said.custodian - 1].identity
    refusal = release.open_refusal(body, identity, said.custodian, request.digest)
    said.refusal = body
    said.refused_rule = refusal.rule
    _log(uow, request, "release.refusal", said.custodian, {"rule": refusal.rule})


Step = Callable[[UnitOfWork, ReleaseRequest, Roster, ReleaseAnswer, bytes], None]
STEPS: Mapping[str, Step] = {"commitment": _commit, "answer": _answer, "refusal": _refuse}


def _check_same(said: ReleaseAnswer, step: str, first: bytes, body: bytes) -> None:
    if first != body:
        raise SaidOtherwise(said.custodian, step)


def _log(
    uow: UnitOfWork, request: ReleaseRequest, action: str, custodian: int, data: dict[str, str]
) -> UUID:
    entry = audit.record(
        uow,
        action,
        f"tender/{request.tender_id}/envelope/{request.envelope}",
        tender_id=request.tender_id,
        data={"request": _base64(request.digest), "custodian": str(custodian), **data},
        public=True,
    )
    return entry.id


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
