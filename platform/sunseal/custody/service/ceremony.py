"""Carrying a ceremony forward as custodians post, and ending it when they cannot."""

import base64
import hashlib
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.custody import protocol, rules
from sunseal.custody.errors import BadContribution, NoSuchCeremony, SaidOtherwise
from sunseal.custody.models import Ceremony, CeremonyMessage
from sunseal.custody.protocol import Attempt
from sunseal.custody.repository import CeremonyRepository
from sunseal.custody.rules import State
from sunseal.custody.service.seat import name_of_caller
from sunseal.database import Role, UnitOfWork
from sunseal_crypto.errors import CryptoError


def post(uow: UnitOfWork, ceremony_id: UUID, step: str, custodian: int, body: bytes) -> Ceremony:
    """Takes a contribution, and takes the ceremony further when it was the last one missing.

    The same bytes may come again at any time; other bytes for the same step never count.
    Raises Forbidden, NotFound, Refused, BadContribution.
    """
    name = name_of_caller(uow)
    ceremonies = CeremonyRepository(uow.session)
    ceremony = ceremonies.lock(ceremony_id)
    if ceremony is None:
        raise NoSuchCeremony(ceremony_id)
    attempt = attempt_of(ceremonies, ceremony)
    # 1. From the sender's own seat.
    rules.check_seat(attempt.roster, name, custodian)
    # 2. Once: what was said first stands.
    said = attempt.posted.get(step, {}).get(custodian)
    if said is not None:
        if said != body:
            raise SaidOtherwise(custodian, step)
        return ceremony
    # 3. In its turn, and in time.
    rules.check_step(ceremony.id, ceremony.state, step, ceremony.expires_at, uow.now)
    # 4. And such that the others can go on with it.
    try:
        protocol.check(attempt, step, custodian, body)
    except CryptoError as error:
        raise BadContribution(step, str(error)) from None
    message = CeremonyMessage(
        ceremony_id=ceremony.id, step=step, custodian=custodian, body=body, received_at=uow.now
    )
    ceremonies.add_message(message)
    _proceed(uow, ceremony, _with(attempt, step, custodian, body), step, custodian)
    return ceremony


def expire(uow: UnitOfWork, ceremony_id: UUID) -> None:
    """The worker ends an attempt whose time is up and names who is missing; again is harmless."""
    uow.require(Role.WORKER)
    ceremonies = CeremonyRepository(uow.session)
    ceremony = ceremonies.lock(ceremony_id)
    if ceremony is None or rules.is_over(ceremony.state) or uow.now < ceremony.expires_at:
        return
    attempt = attempt_of(ceremonies, ceremony)
    missing = _missing(attempt, ceremony.state)
    failure = rules.failure_by_expiry(attempt.roster, ceremony.state, missing)
    _fail(uow, ceremony, failure, missing[0] if len(missing) == 1 else None)


def attempt_of(ceremonies: CeremonyRepository, ceremony: Ceremony) -> Attempt:
    return Attempt(
        terms_bytes=ceremony.terms,
        session=ceremony.session,
        roster_bytes=ceremony.roster,
        posted=ceremonies.messages(ceremony.id),
    )


def _with(attempt: Attempt, step: str, custodian: int, body: bytes) -> Attempt:
    posted = {**attempt.posted, step: {**attempt.posted.get(step, {}), custodian: body}}
    return Attempt(attempt.terms_bytes, attempt.session, attempt.roster_bytes, posted)


def _missing(attempt: Attempt, step: str) -> list[int]:
    posted = attempt.posted.get(step, {})
    return [index for index in range(1, attempt.terms.n + 1) if index not in posted]


def _proceed(
    uow: UnitOfWork, ceremony: Ceremony, attempt: Attempt, step: str, custodian: int
) -> None:
    if step == rules.COMPLAINT:
        if not rules.is_over(ceremony.state):
            _complain(uow, ceremony, attempt, custodian)
    elif not _missing(attempt, step):
        _finish_step(uow, ceremony, attempt)


def _finish_step(uow: UnitOfWork, ceremony: Ceremony, attempt: Attempt) -> None:
    if ceremony.state == State.ROUND2:
        try:
            ceremony.certificate = protocol.assemble(attempt)
        except CryptoError as error:
            _fail(uow, ceremony, f"No certificate came of it: {error}.", None)
            return
    ceremony.state = rules.NEXT[State(ceremony.state)].value
    if ceremony.state == State.COMPLETE:
        _complete(uow, ceremony)


def _complete(uow: UnitOfWork, ceremony: Ceremony) -> None:
    """Logs the certificate: only now, because clients believe the first one that the log holds."""
    assert ceremony.certificate is not None
    digest = hashlib.sha256(ceremony.certificate).digest()
    entry = audit.record(
        uow,
        "ceremony.certificate",
        # The envelope, not the ceremony: a second certificate for it must be told apart.
        f"tender/{ceremony.tender_id}/envelope/{ceremony.envelope}",
        tender_id=ceremony.tender_id,
        data={"certificate": base64.b64encode(digest).decode()},
        public=True,
    )
    ceremony.certificate_entry = entry.id
    ceremony.ended_at = uow.now


def _complain(uow: UnitOfWork, ceremony: Ceremony, attempt: Attempt, custodian: int) -> None:
    body = attempt.posted[rules.COMPLAINT][custodian]
    complaint = protocol.read_complaint(attempt, custodian, body)
    failure = rules.failure_by_complaint(
        attempt.roster, custodian, complaint.reason, complaint.culprit
    )
    # A complaint proves nothing against the accused, so no culprit is entered.
    _fail(uow, ceremony, failure, None)


def _fail(uow: UnitOfWork, ceremony: Ceremony, failure: str, culprit: int | None) -> None:
    ceremony.state = State.FAILED.value
    ceremony.failure = failure
    ceremony.culprit = culprit
    ceremony.ended_at = uow.now
    audit.record(
        uow,
        "ceremony.failed",
        f"ceremony/{ceremony.id}",
        reason=failure,
        tender_id=ceremony.tender_id,
    )
