"""Telling the supervisors. An alert leaves the house, so it holds fixed words, ids and a tender's
public reference, and nothing that anybody wrote or that a rule found: no bidder can be in it.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sunseal import outbox
from sunseal.database import Role, UnitOfWork
from sunseal.supervision.repository import AlertRepository

SEND = "supervision.alert"


@dataclass(frozen=True, slots=True)
class Message:
    id: UUID
    channel: str
    occasion: str
    subject: str
    body: str


def tell(
    uow: UnitOfWork,
    channels: tuple[str, ...],
    cause: UUID,
    occasion: str,
    subject: str,
    facts: dict[str, str],
) -> None:
    """One message on each channel, once, whatever is asked again."""
    uow.require(Role.WORKER)
    lines = [f"{name}: {value}" for name, value in facts.items() if value]
    for channel in channels:
        row = {
            "id": uuid4(),
            "cause": cause,
            "occasion": occasion,
            "channel": channel,
            "subject": subject,
            "body": "\n".join([subject, *lines, f"time: {uow.now.isoformat()}"]),
            "at": uow.now,
        }
        if AlertRepository(uow.session).add(row):
            outbox.add(uow, SEND, row["id"])  # type: ignore[arg-type]


def waiting(uow: UnitOfWork, alert_id: UUID) -> Message | None:
    """What is still to be sent; None once it was."""
    row = AlertRepository(uow.session).waiting(alert_id)
    if row is None:
        return None
    return Message(row.id, row.channel, row.occasion, row.subject, row.body)


def supervisors(uow: UnitOfWork) -> list[str]:
    """The addresses of those who are to be told."""
    return AlertRepository(uow.session).supervisors()


def sent(uow: UnitOfWork, alert_id: UUID) -> None:
    AlertRepository(uow.session).sent(alert_id, uow.now)
