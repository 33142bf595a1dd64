"""Writing an entry: in the transaction of the deed it is about, so neither is without the other."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sunseal.audit.repository import LogRepository
from sunseal.database import Actor, Role, UnitOfWork
from sunseal.errors import SunsealError
from sunseal.kit import request
from sunseal_crypto import event
from sunseal_crypto.event import LogEvent, Outcome
from sunseal_crypto.tick import NONCE_BYTES, commitment


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that waits for its tick. Nonce and detail are what its subject is promised."""

    id: UUID
    nonce: bytes
    detail: bytes
    commitment: bytes


def record(
    uow: UnitOfWork,
    action: str,
    object_: str,
    *,
    outcome: Outcome = "done",
    reason: str = "",
    tender_id: UUID | None = None,
    data: Mapping[str, str] | None = None,
    public: bool = False,
    first: bool = False,
) -> Entry:
    """An entry of staff, operator, custodians or the public side; `public` ones anyone may open."""
    actor = str(uow.actor.person_id or uow.actor.role.value)
    role = uow.actor.role.value
    made = _event(uow, actor, role, action, object_, outcome, reason, data)
    nonce, detail = secrets.token_bytes(NONCE_BYTES), event.encode(made)
    entry = LogRepository(uow.session).record(
        {
            "tender": tender_id,
            "public": public,
            "first": first,
            "nonce": nonce,
            "detail": detail,
        }
    )
    return Entry(entry, nonce, detail, commitment(nonce, detail))


def record_sealed(
    uow: UnitOfWork,
    action: str,
    object_: str,
    *,
    tender_id: UUID,
    envelope: str,
    organization_id: UUID | None,
    actor: str,
    outcome: Outcome = "done",
    reason: str = "",
    data: Mapping[str, str] | None = None,
    first: bool = False,
) -> Entry:
    """An entry about the box, hidden until the opening. `actor` is a pseudonym or `worker`."""
    made = _event(uow, actor, uow.actor.role.value, action, object_, outcome, reason, data)
    nonce, detail = secrets.token_bytes(NONCE_BYTES), event.encode(made)
    entry = Entry(uuid4(), nonce, detail, commitment(nonce, detail))
    LogRepository(uow.session).record_sealed(
        {
            "id": entry.id,
            "tender": tender_id,
            "envelope": envelope,
            "organization": organization_id,
            "nonce": nonce,
            "detail": detail,
            "commitment": entry.commitment,
            "first": first,
            "at": uow.now,
        }
    )
    return entry


def log_refusal(uow: UnitOfWork, error: SunsealError) -> None:
    """The trace of a refused access, in a transaction of its own after the rollback.

    Supervisors read it at once, so of a bidder it says neither who nor where: its path could name
    a tender whose box it has to do with.
    """
    what = request.current.get() or "-"
    if uow.actor.role is Role.BIDDER:
        uow, what = replace(uow, actor=Actor(Role.BIDDER)), "box"
    record(uow, "access.refused", what, outcome="refused", reason=error.slug())


def log_firms_refusal(uow: UnitOfWork, error: SunsealError) -> None:
    """The same on the box's login, where whoever stands at the door is a firm's."""
    log_refusal(replace(uow, actor=replace(uow.actor, person_id=None)), error)


def _event(
    uow: UnitOfWork,
    actor: str,
    role: str,
    action: str,
    object_: str,
    outcome: Outcome,
    reason: str,
    data: Mapping[str, str] | None,
) -> LogEvent:
    return LogEvent(
        version="sunseal/event/v1",
        id=str(uuid4()),
        at=uow.now,
        actor=actor,
        role=role,
        action=action,
        object=object_,
        outcome=outcome,
        reason=reason,
        data=dict(data or {}),
    )
