"""Finding what there is to tell, and whom. Done again it tells nothing twice."""

import secrets
from datetime import timedelta

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.audit.errors import NoCheckpoint
from sunseal.database import Role, UnitOfWork
from sunseal.webhooks import rules
from sunseal.webhooks.facts import FACTS
from sunseal.webhooks.models import FIRMS, SIDES, Side
from sunseal.webhooks.repository import WebhookRepository
from sunseal.webhooks.rules import Event
from sunseal.webhooks.service.deliver import DELIVER
from sunseal_crypto import notes
from sunseal_crypto.checkpoint import Checkpoint

# Longer than any outage of the worker that nobody notices.
LOOKS_BACK = timedelta(days=3)


def tell(uow: UnitOfWork) -> int:
    """A message for each event and address that has none; returns how many that were."""
    uow.require(Role.WORKER)
    return sum(_tell(uow, side) for side in SIDES)


def _tell(uow: UnitOfWork, side: Side) -> int:
    repository = WebhookRepository(uow.session, side)
    if not repository.is_used():
        return 0
    known = {
        "since": uow.now - LOOKS_BACK,
        "now": uow.now,
        "near": rules.NEAR,
        "size": _vouched_size(uow) if side is FIRMS else 0,
    }
    repository.forget(uow.now - rules.KEPT)
    made = 0
    for event in FACTS:
        for delivery_id in repository.add_deliveries(event, known):
            outbox.add(uow, DELIVER, delivery_id, uow.now + _pause(event))
            made += 1
    return made


def _pause(event: Event) -> timedelta:
    """Of a firm's own events; what is public everybody hears at once."""
    if event not in rules.OWN[Role.BIDDER]:
        return timedelta(0)
    return rules.OWN_WITHIN * secrets.SystemRandom().random()


def _vouched_size(uow: UnitOfWork) -> int:
    """Of the newest checkpoint that a quorum stands behind: what a receipt is complete under."""
    try:
        note = notes.parse(audit.checkpoint_note(uow).encode())
    except NoCheckpoint:
        return 0
    return Checkpoint.parse(note.text).size
