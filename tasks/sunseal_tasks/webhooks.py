"""Messages to organizations' own addresses; each takes the id that its outbox row carries."""

from uuid import UUID

from sunseal.database import Role
from sunseal.kit import mail
from sunseal.kit.outbound import Reach
from sunseal.webhooks import service
from sunseal_tasks.workshop import Workshop

TELL = "webhooks.tell"


def tell(shop: Workshop, _: UUID) -> None:
    with shop.work.unit_as(Role.WORKER) as uow:
        service.tell(uow)


def deliver(shop: Workshop, delivery_id: UUID) -> None:
    reach = Reach.LOOPBACK if shop.settings.webhook_loopback else Reach.PUBLIC
    service.deliver(shop.work, shop.keys.worker, reach, delivery_id)


def notify(shop: Workshop, webhook_id: UUID) -> None:
    """By mail, where there is any; the page says it as well."""
    mailer = mail.configured(shop.settings)
    if mailer is not None:
        service.write(shop.work, mailer, webhook_id)


JOBS = {TELL: tell, service.DELIVER: deliver, service.NOTIFY: notify}
