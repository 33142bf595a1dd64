"""What follows from the blacklist's decisions: the list in force, letters, the public notice."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping

from sunseal import outbox
from sunseal.blacklist.models import Penalty
from sunseal.blacklist.repository import BlacklistRepository
from sunseal.database import Database, Role, UnitOfWork
from sunseal.kit.mail import Mailer
from sunseal.screening import rules
from sunseal.screening.repository import ListRepository
from sunseal.screening.service.imports import switch
from sunseal.screening.sources.connectors import Fetched
from sunseal.screening.sources.entries import Row

DISTRICT = "district"
NOTIFY = "screening.notify"
SUBJECTS: Mapping[str, str] = {
    "listed": "您已被列入本区信用惩戒名单 / You have been listed",
    "upheld": "申诉成立，已移出名单 / Your appeal was upheld",
    "dismissed": "申诉不成立 / Your appeal was dismissed",
}


@dataclass(frozen=True, slots=True)
class Letter:
    to: list[str]
    subject: str
    text: str


def publish_blacklist(uow: UnitOfWork, entry_id: UUID) -> None:
    """The list as it is now takes the old one's place, and whom the entry concerns is written to.

    No check of its length: two people have decided on each entry that is gone.
    """
    uow.require(Role.WORKER)
    lists = ListRepository(uow.session)
    source = lists.source(DISTRICT)
    assert source is not None
    lists.lock(source)
    blacklist = BlacklistRepository(uow.session)
    rows = [_row(penalty) for penalty in blacklist.counting(rules.today(uow.now))]
    digest = hashlib.sha256(msgspec.json.encode([repr(row) for row in rows])).digest()
    snapshot = switch(uow, source, Fetched(rows, digest, uow.now), None)
    blacklist.copy_digests(snapshot.id)
    outbox.add(uow, NOTIFY, entry_id)


def write(database: Database, mailer: Mailer, entry_id: UUID) -> None:
    """Tells the party once of each step. Raises OSError, and then nothing counts as sent."""
    for occasion in SUBJECTS:
        with database.unit_as(Role.WORKER) as uow:
            letter = _letter(uow, entry_id, occasion)
            if letter is not None and letter.to:
                mailer.send(letter.to, letter.subject, letter.text, f"{entry_id}.{occasion}")


def notices(uow: UnitOfWork) -> Sequence[RowMapping]:
    """The public notice: what is in force today, for anybody."""
    return BlacklistRepository(uow.session).notices()


def _letter(uow: UnitOfWork, entry_id: UUID, occasion: str) -> Letter | None:
    """None when it is not due, was sent, or the party is not registered here."""
    blacklist = BlacklistRepository(uow.session)
    penalty = blacklist.penalty(entry_id)
    if penalty is None or penalty.organization_id is None:
        return None
    appeal = blacklist.appeal_against(entry_id)
    ruling = blacklist.ruling(appeal.id) if appeal else None
    if blacklist.confirmation(entry_id) is None:
        return None
    if occasion != "listed" and (ruling is None or ruling.outcome != occasion):
        return None
    if not blacklist.first_letter(entry_id, occasion, uow.now):
        return None
    text = _text(penalty) if ruling is None or occasion == "listed" else ruling.reason
    return Letter(blacklist.addresses(penalty.organization_id), SUBJECTS[occasion], text)


def _text(penalty: Penalty) -> str:
    return (
        f"{penalty.name}：根据{penalty.authority}{penalty.decision_number}，"
        f"自{penalty.effective_from}至{penalty.effective_to}列入名单。\n"
        f"等级：{penalty.severity}。事由：{penalty.reason}\n"
        "如有异议，可在平台提出申诉；申诉期间名单效力不停止。\n\n"
        f"Listed from {penalty.effective_from} to {penalty.effective_to} by decision "
        f"{penalty.decision_number} of {penalty.authority}. You may appeal on the platform; the "
        "entry stays in force until the appeal is decided.\n"
    )


def _row(penalty: Penalty) -> Row:
    return Row(
        reference=str(penalty.id),
        subject="company" if penalty.subject == "company" else "person",
        name=penalty.name,
        identifier=penalty.identifier,
        severity=penalty.severity,
        reason=penalty.reason,
        effective_from=penalty.effective_from,
        effective_to=penalty.effective_to,
        mask=penalty.mask,
    )
