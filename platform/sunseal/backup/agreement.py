"""Exporting the sealed zone: what two people agreed on is done once, and to exactly those readers.

Whoever has the superuser's login can copy the database without this program; that copy shows who
bids, never what. What is enforced here is that the way an installation makes backups leaves a trace
that its operator cannot take back, and that nobody alone chooses who can read them.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.audit.repository import LogRepository
from sunseal.backup.errors import NotAgreed
from sunseal.confirmations import service as confirmations
from sunseal.confirmations.errors import NoSuchProposal
from sunseal.confirmations.rules import Matter
from sunseal.confirmations.service import ANNOUNCE
from sunseal.database import Database, Role, UnitOfWork
from sunseal_crypto.age import X25519Recipient

BEGUN = "backup.create"
MADE = "backup.made"
COUNTS_FOR = timedelta(hours=24)

USED = text("""
    select exists (select from audit.entry where action = :action
        and convert_from(detail, 'UTF8')::jsonb -> 'data' ->> 'proposal' = :proposal)
""")


def object_of(recipients: Sequence[X25519Recipient]) -> str:
    """What an operator proposes: an export that exactly these can read."""
    names = "\n".join(sorted(map(str, recipients)))
    return f"backup/{hashlib.sha256(names.encode()).hexdigest()}"


def use(database: Database, proposal_id: UUID, recipients: Sequence[X25519Recipient]) -> None:
    """Takes an agreement, once. Raises NotAgreed."""
    with database.unit_as(Role.WORKER) as uow:
        # Two runs at one moment would both find the agreement unused.
        LogRepository(uow.session).lock_head()
        _check(uow, proposal_id, recipients)
        named = object_of(recipients)
        audit.record(uow, BEGUN, named, data={"proposal": str(proposal_id)})
        outbox.add(uow, ANNOUNCE, proposal_id)


def made(database: Database, proposal_id: UUID, digest: str, size: int) -> None:
    with database.unit_as(Role.WORKER) as uow:
        data = {"proposal": str(proposal_id), "sha256": digest, "size": str(size)}
        audit.record(uow, MADE, f"backup/{digest}", data=data)


def _check(uow: UnitOfWork, proposal_id: UUID, recipients: Sequence[X25519Recipient]) -> None:
    try:
        proposal = confirmations.get(uow, proposal_id)
    except NoSuchProposal as error:
        raise NotAgreed(str(error)) from None
    if proposal.matter != Matter.EXPORT_SEALED or proposal.object != object_of(recipients):
        raise NotAgreed(f"The proposal is not about {object_of(recipients)}.")
    confirmation = confirmations.confirmation_of(uow, proposal_id)
    if confirmation is None:
        raise NotAgreed("Nobody has confirmed this proposal: one person alone exports nothing.")
    if confirmation.confirmed_at + COUNTS_FOR < uow.now:
        raise NotAgreed("It was confirmed more than a day ago: propose it again.")
    used = {"action": BEGUN, "proposal": str(proposal_id)}
    if uow.session.execute(USED, used).scalar_one():
        raise NotAgreed("A backup was made, or begun, under this proposal: propose another one.")
