"""One message to one address: read, sent, and what became of it written down.

No transaction is open while a stranger's server answers. A worker that dies in between sends it
again, under the same id: at least once, and the receiver knows a repeated one.
"""

import secrets as random
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import msgspec

from sunseal import outbox
from sunseal.database import Database, Role, UnitOfWork
from sunseal.kit import outbound, webhook
from sunseal.kit.mail import Mailer
from sunseal.kit.outbound import Reach, Target, Undelivered
from sunseal.webhooks import rules, secrets
from sunseal.webhooks.models import FIRMS, STAFF, Delivery, Side, Webhook
from sunseal.webhooks.repository import WebhookRepository, side_of_delivery
from sunseal_crypto.age import Identity

DELIVER = "webhooks.deliver"
NOTIFY = "webhooks.notify"
# Every body has this length, so that nobody who watches the wire tells a receipt from a notice.
BODY_BYTES = 512
# Of a worker's threads, for each side: receivers that are slow keep no opening waiting, and how
# busy the bidders' are delays nothing on the desk's side.
AT_ONCE = 2
SOON = timedelta(seconds=5)
_slots = {side: threading.BoundedSemaphore(AT_ONCE) for side in (STAFF, FIRMS)}

SUBJECT = "阳光封标：消息推送已停用 / Sunseal: a webhook was switched off"
LETTER = """贵单位登记的一个推送地址长时间未能接收消息，平台已停用该地址。
请以管理员身份登录，在“消息推送”页面查看原因并重新启用。

An address that your organization registered has not taken messages for long and was
switched off. Sign in as administrator and look at the page "Webhooks".
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is sent, taken out of the database before anything leaves."""

    side: Side
    id: UUID
    target: Target
    keys: list[bytes] = field(repr=False)
    body: bytes


def deliver(work: Database, identity: Identity, reach: Reach, delivery_id: UUID) -> None:
    """Sends what is still to be sent; asked for again, it does nothing."""
    with work.unit_as(Role.WORKER) as uow:
        side = side_of_delivery(uow.session, delivery_id)
    if side is None:
        return
    # Outside of a unit, which may fail when it ends: nobody would give the place back then.
    if not _slots[side].acquire(blocking=False):
        with work.unit_as(Role.WORKER) as uow:
            outbox.add(uow, DELIVER, delivery_id, uow.now + SOON)
        return
    try:
        _deliver(work, identity, reach, side, delivery_id)
    finally:
        _slots[side].release()


def _deliver(
    work: Database, identity: Identity, reach: Reach, side: Side, delivery_id: UUID
) -> None:
    with work.unit_as(Role.WORKER) as uow:
        outgoing, now = _take(uow, identity, side, delivery_id), uow.now
    if outgoing is None:
        return
    headers = webhook.headers(outgoing.keys, f"msg_{delivery_id.hex}", outgoing.body, now)
    fault: Undelivered | None = None
    try:
        outbound.post(outgoing.target, headers, outgoing.body, reach)
    except Undelivered as error:
        fault = error
    with work.unit_as(Role.WORKER) as uow:
        _note(uow, side, delivery_id, fault)


def _take(uow: UnitOfWork, identity: Identity, side: Side, delivery_id: UUID) -> Outgoing | None:
    """None where nothing is to be sent, or not yet."""
    repository = WebhookRepository(uow.session, side)
    row = repository.lock(delivery_id)
    if row is None or not (row.is_waiting or row.is_asked_for):
        return None
    hook = repository.get(row.webhook_id)
    assert hook is not None, "a foreign key says so"
    if hook.disabled_at is not None or hook.removed_at is not None:
        row.abandoned_at = row.abandoned_at or uow.now
        row.asked_at = None
        return None
    if hook.retry_at is not None and hook.retry_at > uow.now and not row.is_asked_for:
        outbox.add(uow, DELIVER, delivery_id, hook.retry_at)
        return None
    sealed = [hook.secret]
    if hook.previous is not None and hook.previous_until and hook.previous_until > uow.now:
        sealed.append(hook.previous)
    keys = [secrets.unseal(identity, hook.id, each) for each in sealed]
    return Outgoing(side, row.id, Target.parse(hook.url), keys, body_of(row))


def body_of(row: Delivery) -> bytes:
    """Ids and the kind of event alone: what it says is read from the API, by whoever may."""
    said = {
        "type": row.event,
        "timestamp": row.at.isoformat(),
        "data": {rules.ABOUT[row.event]: str(row.subject)},
        "padding": "",
    }
    missing = BODY_BYTES - len(msgspec.json.encode(said))
    return msgspec.json.encode(said | {"padding": "0" * missing})


def _note(uow: UnitOfWork, side: Side, delivery_id: UUID, fault: Undelivered | None) -> None:
    repository = WebhookRepository(uow.session, side)
    row = repository.lock(delivery_id)
    hook = repository.get(row.webhook_id) if row is not None else None
    assert row is not None
    assert hook is not None
    # One that was asked for is beside the schedule, which goes on by itself.
    asked = row.is_asked_for
    row.attempts, row.last_at = row.attempts + 1, uow.now
    if fault is None:
        row.last_status = row.last_fault = None
        row.delivered_at, row.abandoned_at = uow.now, None
        hook.failing_since = hook.retry_at = None
        return
    row.last_status, row.last_fault = fault.status, fault.fault
    _failed(uow, row, hook, fault, asked=asked)


def _failed(
    uow: UnitOfWork, row: Delivery, hook: Webhook, fault: Undelivered, *, asked: bool
) -> None:
    """Tried again later, given up, or the whole address switched off."""
    hook.failing_since = hook.failing_since or uow.now
    follows = rules.after_failure(
        row.attempts, hook.failing_since, fault.status, uow.now, random.SystemRandom().random()
    )
    hook.retry_at = follows.leave_until
    if follows.disabled_because is not None and hook.disabled_at is None:
        hook.disabled_at, hook.disabled_because = uow.now, follows.disabled_because
        outbox.add(uow, NOTIFY, hook.id)
    if asked:
        return
    if follows.again_at is None:
        row.abandoned_at = uow.now
    else:
        outbox.add(uow, DELIVER, row.id, follows.again_at)


def write(work: Database, mailer: Mailer, webhook_id: UUID) -> None:
    """A letter to the administrators of whose address was switched off; it names no address."""
    with work.unit_as(Role.WORKER) as uow:
        to: list[str] = []
        for side in (STAFF, FIRMS):
            repository = WebhookRepository(uow.session, side)
            hook = repository.get(webhook_id)
            if hook is not None and hook.disabled_at is not None:
                to = repository.administrators(hook.organization_id)
    mailer.send(to, SUBJECT, LETTER, f"webhook-{webhook_id}")
