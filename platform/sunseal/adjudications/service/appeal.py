"""A firm's appeal against a verdict about it, judged by a third person.

Upholding it clears nobody by itself: it proposes the contrary verdict, and somebody else
confirms that, as with any hit that is cleared.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Row

from sunseal.adjudications import rules
from sunseal.adjudications.errors import (
    AlreadyAppealed,
    NoSuchAdjudication,
)
from sunseal.adjudications.models import VerdictAppeal, VerdictRuling
from sunseal.adjudications.repository import AdjudicationRepository
from sunseal.adjudications.service.decide import add_proposal, check_reviewer
from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.kit.appeals import AlreadyRuled, NoSuchAppeal
from sunseal.screening import person_ids
from sunseal.screening.rules import Decision

Outcome = Literal["upheld", "dismissed"]


def own_standing(uow: UnitOfWork) -> list[Row[tuple[object, ...]]]:
    """The hits about the caller's firm that two people confirmed; nothing else is told to it."""
    uow.require(Role.BIDDER)
    rows = AdjudicationRepository(uow.session).own(uow.organization_id)
    latest = {bytes(row.scope): row for row in rows}
    return [row for row in latest.values() if row.verdict == Decision.HIT]


def appeal(uow: UnitOfWork, adjudication_id: UUID, grounds: str) -> VerdictAppeal:
    """The firm's own, against a confirmed hit; it stays until somebody has judged.

    Raises Forbidden, NoSuchAdjudication, AlreadyAppealed.
    """
    uow.require(Role.BIDDER)
    if adjudication_id not in {row.id for row in own_standing(uow)}:
        raise NoSuchAdjudication(adjudication_id)
    repository = AdjudicationRepository(uow.session)
    if repository.appeal_against(adjudication_id) is not None:
        raise AlreadyAppealed(adjudication_id)
    filed = VerdictAppeal(
        id=uuid4(),
        adjudication_id=adjudication_id,
        organization_id=uow.organization_id,
        grounds=person_ids.redact(grounds),
        filed_by=uow.person_id,
        filed_at=uow.now,
    )
    repository.file(filed)
    _log(uow, uow.organization_id, "appealed")
    return filed


def appeals(uow: UnitOfWork) -> Sequence[Row[tuple[object, ...]]]:
    """Those that wait first. Raises Forbidden."""
    uow.require(Role.CENTRE, Role.SUPERVISOR)
    return AdjudicationRepository(uow.session).appeals()


def rule(uow: UnitOfWork, appeal_id: UUID, outcome: Outcome, reason: str) -> VerdictRuling:
    """By a supervisor who had no hand in the verdict.

    Raises Forbidden, PartyToATender, NoSuchAppeal, SamePerson, AlreadyRuled.
    """
    uow.require(Role.SUPERVISOR)
    check_reviewer(uow)
    repository = AdjudicationRepository(uow.session)
    filed = repository.appeal(appeal_id)
    verdict = repository.adjudication(filed.adjudication_id) if filed else None
    if filed is None or verdict is None:
        raise NoSuchAppeal(appeal_id)
    confirmed = repository.confirmation(verdict.id)
    rules.check_another(
        uow.person_id, {verdict.proposed_by, confirmed.confirmed_by if confirmed else None}
    )
    if repository.ruling(appeal_id) is not None:
        raise AlreadyRuled(appeal_id)
    ruling = VerdictRuling(
        appeal_id=appeal_id,
        outcome=outcome,
        reason=person_ids.redact(reason),
        ruled_by=uow.person_id,
        ruled_at=uow.now,
    )
    repository.rule(ruling)
    _log(uow, verdict.organization_id, outcome)
    if outcome == "upheld":
        add_proposal(
            uow,
            verdict.organization_id,
            verdict.source,
            verdict.reference,
            bytes(verdict.scope),
            Decision.CLEAR,
            ruling.reason,
        )
    return ruling


def _log(uow: UnitOfWork, organization_id: UUID, step: str) -> None:
    audit.record(uow, "screening.appeal", f"organization/{organization_id}", data={"step": step})
