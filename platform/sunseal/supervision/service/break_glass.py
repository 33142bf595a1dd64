"""A look at the box's states when something in it must be mended, and two people agreed to it.

It shows where each statement stands and how far its upload is, by pseudonym. Sizes, times, digests,
names, objects, headers and keys are not read at all, so they cannot be shown.
"""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import text

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.confirmations import service as confirmations
from sunseal.confirmations.models import Proposal
from sunseal.confirmations.rules import Matter
from sunseal.confirmations.service import ANNOUNCE
from sunseal.database import Role, UnitOfWork
from sunseal.supervision.errors import NothingToRead
from sunseal.supervision.service.alert import tell
from sunseal.tenders import service as tenders

# What of the stored bytes is there, in tenths: a finer share of an unknown size would narrow it.
STATES = text("""
    select encode(j.pseudonym, 'base64') as pseudonym, s.action, s.sequence, s.state,
           s.promise is not null as promised,
           exists (select from sealed.event e
                   where e.id = s.entry_id and e.tick is not null) as logged,
           least(100, coalesce(sum(p.size), 0) * 10 / nullif(s.size, 0) * 10)::int as stored_percent
    from sealed.joining j left join sealed.submission s on s.joining_id = j.id
    left join sealed.upload u on u.submission_id = s.id
    left join sealed.segment p on p.upload_id = u.id
    where j.tender_id = :tender group by j.id, s.id order by j.pseudonym, s.sequence
""")
GATES = text("select envelope, state from sealed.gate where tender_id = :tender order by envelope")
ADD = text("""
    insert into supervision.glimpse (proposal_id, body) values (:id, cast(:body as jsonb))
    on conflict (proposal_id) do nothing
""")
EXPORTED = text("""
    select exists (select from audit.entry where action = 'backup.create'
        and convert_from(detail, 'UTF8')::jsonb -> 'data' ->> 'proposal' = :id)
""")
MADE = text("select read_at from supervision.glimpse where proposal_id = :id")
READ = text("select supervision.read_once(:id)")
EMPTY_OLD = text("""
    update supervision.glimpse set body = null
    where read_at is null and made_at < :now - interval '1 hour'
""")


def propose(uow: UnitOfWork, tender_id: UUID, reason: str) -> Proposal:
    """An operator asks; nothing is shown yet. Raises Forbidden, NoSuchTender."""
    uow.require(Role.OPERATOR)
    tenders.get(uow, tender_id)
    object_ = f"tender/{tender_id}"
    return confirmations.propose(uow, Matter.BREAK_GLASS, object_, reason, tender_id)


def prepare(uow: UnitOfWork, proposal_id: UUID) -> None:
    """The worker's part, once; without a confirmation the database refuses the row."""
    uow.require(Role.WORKER)
    if uow.session.execute(MADE, {"id": proposal_id}).one_or_none() is not None:
        return
    proposal = confirmations.get(uow, proposal_id)
    tender = UUID(proposal.object.removeprefix("tender/"))
    body = {"tender": str(tender), "envelopes": _rows(uow, GATES, tender)}
    body["statements"] = _rows(uow, STATES, tender)
    uow.session.execute(ADD, {"id": proposal_id, "body": json.dumps(body)})
    data = {"proposal": str(proposal_id)}
    audit.record(uow, "break-glass.made", proposal.object, tender_id=tender, data=data)


def read(uow: UnitOfWork, proposal_id: UUID) -> dict[str, Any]:
    """What was made, once, for the proposer. Raises Forbidden, NothingToRead."""
    uow.require(Role.OPERATOR)
    body: dict[str, Any] | None = uow.session.execute(READ, {"id": proposal_id}).scalar_one()
    if body is None:
        raise NothingToRead(proposal_id)
    tender, data = UUID(body["tender"]), {"proposal": str(proposal_id)}
    audit.record(uow, "break-glass.read", f"tender/{tender}", tender_id=tender, data=data)
    outbox.add(uow, ANNOUNCE, proposal_id)
    return body


def empty_old(uow: UnitOfWork) -> None:
    """What nobody fetched in time is gone."""
    uow.session.execute(EMPTY_OLD, {"now": uow.now})


def announce(uow: UnitOfWork, proposal_id: UUID, channels: tuple[str, ...]) -> None:
    """Tells the supervisors how far a matter of two people is, each stage once."""
    proposal = confirmations.get(uow, proposal_id)
    stages = ["proposed"]
    if confirmations.confirmation_of(uow, proposal_id) is not None:
        stages.append("confirmed")
    glimpse = uow.session.execute(MADE, {"id": proposal_id}).one_or_none()
    if glimpse is not None and glimpse.read_at is not None:
        stages.append("read")
    if uow.session.execute(EXPORTED, {"id": str(proposal_id)}).scalar_one():
        stages.append("exported")
    for stage in stages:
        facts = {"matter": proposal.matter, "proposal": str(proposal_id)}
        subject = f"双人事项 · two people: {proposal.matter}, {stage}"
        tell(uow, channels, proposal_id, stage, subject, facts)


def _rows(uow: UnitOfWork, query: Any, tender: UUID) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in uow.session.execute(query, {"tender": tender})]
