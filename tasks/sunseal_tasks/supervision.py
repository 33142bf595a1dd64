"""The rules' rounds, alerts on their way out, and what two people agreed that the worker does."""

from uuid import UUID

from sunseal.confirmations.service import ANNOUNCE
from sunseal.custody import service as custody
from sunseal.database import Role
from sunseal.factors import service as factors
from sunseal.kit import mail
from sunseal.supervision import senders, service
from sunseal.supervision.rules import RULES
from sunseal_tasks.workshop import Workshop

SWEEP = "supervision.sweep"
BREAK_GLASS = "supervision.break_glass"


def sweep(shop: Workshop, _: UUID) -> None:
    """Each rule in a unit of its own: one that fails keeps no other from looking."""
    channels = senders.channels(shop.settings)
    failed: list[Exception] = []
    for rule in RULES:
        try:
            with shop.work.unit_as(Role.WORKER) as uow:
                service.apply(uow, rule, shop.roster, channels)
        except Exception as error:
            failed.append(error)
    with shop.work.unit_as(Role.WORKER) as uow:
        service.empty_old(uow)
        service.forget_old(uow)
        factors.forget_old(uow)
    if failed:
        raise ExceptionGroup("rules failed", failed)


def alert(shop: Workshop, alert_id: UUID) -> None:
    """Sent at least once: it is settled after it went out."""
    with shop.work.unit_as(Role.WORKER) as uow:
        message, now = service.waiting(uow, alert_id), uow.now
        readers = {"email": service.supervisors, custody.CENTRE: custody.clerks}
        to = readers[message.channel](uow) if message and message.channel in readers else None
    if message is None:
        return
    if to is not None:
        mailer = mail.configured(shop.settings)
        if mailer is not None:
            mailer.send(to, message.subject, message.body, str(alert_id))
    else:
        senders.post(shop.settings, message.body, message.occasion, alert_id, now)
    with shop.work.unit_as(Role.WORKER) as uow:
        service.sent(uow, alert_id)


def announce(shop: Workshop, proposal_id: UUID) -> None:
    with shop.work.unit_as(Role.WORKER) as uow:
        service.announce(uow, proposal_id, senders.channels(shop.settings))


def break_glass(shop: Workshop, proposal_id: UUID) -> None:
    with shop.work.unit_as(Role.WORKER) as uow:
        service.prepare(uow, proposal_id)


JOBS = {SWEEP: sweep, service.SEND: alert, ANNOUNCE: announce, BREAK_GLASS: break_glass}
