"""What an organization's administrator does with its webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sunseal import outbox
from sunseal.audit import service as log
from sunseal.database import Role, UnitOfWork
from sunseal.kit import webhook as standard
from sunseal.organizations.errors import NotAdministrator
from sunseal.webhooks import rules, secrets
from sunseal.webhooks.errors import NoSuchDelivery, NoSuchWebhook, WebhookOff
from sunseal.webhooks.models import Delivery, Webhook, side_of
from sunseal.webhooks.repository import WebhookRepository
from sunseal.webhooks.service.deliver import DELIVER

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Made:
    """`secret` is shown this once; nothing on this side can read it back."""

    webhook: Webhook
    secret: str = field(repr=False)


def register(
    uow: UnitOfWork, recipient: str, url: str, events: Sequence[str], *, loopback: bool
) -> Made:
    """`recipient` is the worker's, from the roster. Messages are of what happens from now on.

    Raises Forbidden, NotAdministrator, UnusableAddress, UnusableEvents, TooManyWebhooks.
    """
    webhooks = _administered(uow)
    rules.check_url(url, loopback=loopback)
    wanted = rules.check_events(uow.actor.role, events)
    rules.check_count(len(webhooks.of(uow.organization_id)))
    name, secret = uuid4(), standard.new_secret()
    made = side_of(uow.actor.role).webhook(
        id=name,
        organization_id=uow.organization_id,
        url=url,
        events=wanted,
        secret=secrets.seal(recipient, name, secret),
        created_by=uow.person_id,
        created_at=uow.now,
    )
    webhooks.add(made)
    _log(uow, "webhook.add", made)
    return Made(made, standard.shown(secret))


def listed(uow: UnitOfWork) -> Sequence[Webhook]:
    """Raises Forbidden, NotAdministrator."""
    return _administered(uow).of(uow.organization_id)


def one(uow: UnitOfWork, webhook_id: UUID) -> Webhook:
    """Raises Forbidden, NotAdministrator, NoSuchWebhook."""
    found = _administered(uow).get(webhook_id)
    if found is None or found.removed_at or found.organization_id != uow.organization_id:
        raise NoSuchWebhook(webhook_id)
    return found


def rotate(uow: UnitOfWork, recipient: str, webhook_id: UUID) -> Made:
    """A new secret; messages carry the old one's signature beside it for a day.

    Raises Forbidden, NotAdministrator, NoSuchWebhook.
    """
    found, secret = one(uow, webhook_id), standard.new_secret()
    found.previous, found.previous_until = found.secret, uow.now + rules.BOTH_SECRETS
    found.secret = secrets.seal(recipient, webhook_id, secret)
    _log(uow, "webhook.rotate", found)
    return Made(found, standard.shown(secret))


def switch_on(uow: UnitOfWork, webhook_id: UUID) -> Webhook:
    """After it was switched off for its failures. Raises as `one`."""
    found = one(uow, webhook_id)
    found.disabled_at = found.disabled_because = None
    found.failing_since = found.retry_at = None
    _log(uow, "webhook.on", found)
    return found


def remove(uow: UnitOfWork, webhook_id: UUID) -> None:
    """Nothing is sent there any more, not even what waits. Raises as `one`."""
    found = one(uow, webhook_id)
    found.removed_at = uow.now
    _log(uow, "webhook.remove", found)


def test(uow: UnitOfWork, webhook_id: UUID) -> UUID:
    """A message about nothing, at once. Raises as `one`, AskedTooSoon, WebhookOff."""
    found, name = _switched_on(uow, webhook_id), uuid4()
    repository = WebhookRepository(uow.session, side_of(uow.actor.role))
    rules.check_pause(repository.newest_test(webhook_id), uow.now)
    repository.add_test(name, found, uow.now)
    outbox.add(uow, DELIVER, name)
    return name


def deliveries(uow: UnitOfWork, webhook_id: UUID) -> Sequence[Delivery]:
    """The newest messages, and what became of them. Raises as `one`."""
    one(uow, webhook_id)
    repository = WebhookRepository(uow.session, side_of(uow.actor.role))
    return repository.deliveries(webhook_id, SHOWN)


def ask_again(uow: UnitOfWork, delivery_id: UUID) -> Delivery:
    """Sends a message once more, under its own id.

    Raises as `one`, NoSuchDelivery, AskedTooSoon, WebhookOff.
    """
    found = _administered(uow).delivery(delivery_id)
    if found is None or found.organization_id != uow.organization_id:
        raise NoSuchDelivery(delivery_id)
    _switched_on(uow, found.webhook_id)
    rules.check_pause(found.asked_at, uow.now)
    found.asked_at = uow.now
    outbox.add(uow, DELIVER, delivery_id)
    return found


def _switched_on(uow: UnitOfWork, webhook_id: UUID) -> Webhook:
    found = one(uow, webhook_id)
    if found.disabled_at is not None:
        raise WebhookOff(webhook_id)
    return found


def _administered(uow: UnitOfWork) -> WebhookRepository:
    uow.require(*rules.SUBSCRIBERS)
    if not uow.actor.administrator:
        raise NotAdministrator
    return WebhookRepository(uow.session, side_of(uow.actor.role))


def _log(uow: UnitOfWork, action: str, webhook: Webhook) -> None:
    """What a bidder does with its account is in no log that staff reads."""
    if uow.actor.role is not Role.BIDDER:
        log.record(uow, action, f"webhook/{webhook.id}")
