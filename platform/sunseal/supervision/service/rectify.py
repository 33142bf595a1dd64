"""Ordering a rectification (责令改正): a notice whose digest is in the log, and its PDF."""

import base64
import hashlib
from datetime import UTC, datetime
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.supervision import pdf
from sunseal.supervision.errors import DeadlinePast, NoSuchNotice, NoticeNotLogged
from sunseal.supervision.models import Notice
from sunseal.supervision.order import VERSION, Order, Position
from sunseal.supervision.repository import FindingRepository
from sunseal.supervision.rules import TITLES
from sunseal.supervision.rules.base import BEIJING
from sunseal.supervision.service.desk import Case, load, take
from sunseal.supervision.states import State
from sunseal_crypto import canonical


def order(
    uow: UnitOfWork,
    finding_id: UUID,
    *,
    addressee: str,
    demand: str,
    deadline: datetime,
    reason: str,
) -> Case:
    """Raises Forbidden, NoSuchFinding, NoSuchStep, StepTaken, DeadlinePast."""
    if deadline <= uow.now:
        raise DeadlinePast(deadline)
    found = take(uow, finding_id, State.RECTIFICATION_ORDERED, reason)
    repository = FindingRepository(uow.session)
    evidence = found.finding.evidence
    ordered = Order(
        version=VERSION,
        reference=reference_of(finding_id, uow.now),
        finding=str(finding_id),
        rule=TITLES.get(found.finding.rule, found.finding.rule),
        tender=repository.reference(found.finding.tender_id),
        facts=found.finding.sentence,
        entries=evidence["entries"],
        ticks=evidence["ticks"],
        addressee=addressee,
        demand=demand,
        deadline=deadline.astimezone(UTC),
        ordered_at=uow.now,
        authority=repository.authority_of(uow.person_id),
    )
    body = canonical.encode(ordered)
    entry = audit.record(
        uow,
        "finding.rectification",
        f"finding/{finding_id}",
        reason=reason,
        tender_id=found.finding.tender_id,
        data={
            "notice": base64.b64encode(hashlib.sha256(body).digest()).decode(),
            "reference": ordered.reference,
        },
    )
    notice = Notice(
        finding_id=finding_id, reference=ordered.reference, body=body, entry_id=entry.id
    )
    repository.add(notice)
    return Case(found.finding, found.steps, notice)


def document(uow: UnitOfWork, finding_id: UUID, origin: str) -> bytes:
    """The notice as PDF, the same bytes each time.

    Raises Forbidden, NoSuchFinding, NoSuchNotice, NoticeNotLogged.
    """
    uow.require(Role.SUPERVISOR)
    notice = load(uow, finding_id).notice
    if notice is None:
        raise NoSuchNotice(finding_id)
    place = FindingRepository(uow.session).place(notice.entry_id)
    if place.tick is None:
        raise NoticeNotLogged(finding_id)
    audit.record(uow, "finding.document", f"finding/{finding_id}")
    position = Position(
        tick=place.tick,
        slot=place.slot,
        index=place.leaf,
        commitment=bytes(place.commitment),
        digest=hashlib.sha256(notice.body).digest(),
    )
    return pdf.write(canonical.decode(Order, notice.body), position, origin)


def reference_of(finding_id: UUID, now: datetime) -> str:
    """By the finding's own id: a running number would say how many there were."""
    return f"整改〔{now.astimezone(BEIJING).year}〕{finding_id.hex[:8].upper()}"
