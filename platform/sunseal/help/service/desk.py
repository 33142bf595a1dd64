"""The desk's side: a queue of pseudonyms, and answers that are logged like all that staff does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.help import rules
from sunseal.help.errors import NoSuchTicket
from sunseal.help.models import Ticket, Word
from sunseal.help.repository import HelpRepository
from sunseal_crypto.spelling import base64_text

READERS = (Role.CENTRE, Role.SUPERVISOR)
MOST = 200
# After the last word. A number to call back is of no use any more, and then nor is the ticket.
PHONE_KEPT, TICKET_KEPT = timedelta(days=7), timedelta(days=180)
SOURCE_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Case:
    """`phone` is for who calls back, and nobody else is shown it."""

    ticket: Ticket
    words: Sequence[Word]
    phone: str | None


def queue(uow: UnitOfWork, *, closed: bool = False) -> Sequence[Row[Any]]:
    """Tickets by pseudonym. Raises Forbidden."""
    uow.require(*READERS)
    audit.record(uow, "help.queue", "help")
    return HelpRepository(uow.session).queue(closed=closed, limit=MOST)


def read(uow: UnitOfWork, number: str) -> Case:
    """One ticket; that it was read is logged. Raises Forbidden, NoSuchTicket."""
    uow.require(*READERS)
    repository, ticket = HelpRepository(uow.session), _ticket(uow, number)
    audit.record(uow, "help.read", f"help/{ticket.number}")
    calls_back = uow.actor.role is Role.CENTRE
    phone = repository.phone(ticket) if calls_back else None
    return Case(ticket, repository.words(ticket), phone)


def answer(uow: UnitOfWork, number: str, said: str) -> None:
    """A clerk's. Raises Forbidden, NoSuchTicket, NamesSomebody."""
    _say(uow, number, "answer", said)


def close(uow: UnitOfWork, number: str, said: str = "") -> None:
    """Until somebody asks on. Raises Forbidden, NoSuchTicket, NamesSomebody."""
    _say(uow, number, "closing", said)


def forget_old(uow: UnitOfWork) -> None:
    """The worker's."""
    now = uow.now
    HelpRepository(uow.session).forget(now - PHONE_KEPT, now - TICKET_KEPT, now - SOURCE_KEPT)


def _say(uow: UnitOfWork, number: str, kind: str, said: str) -> None:
    uow.require(Role.CENTRE)
    repository, ticket = HelpRepository(uow.session), _ticket(uow, number)
    rules.check_names(said, repository.shut())
    word = Word(ticket_id=ticket.id, kind=kind, text=said, said_by=uow.person_id)
    repository.add(word)
    data = {"text": base64_text(sha256(said.encode()).digest())}
    audit.record(uow, f"help.{kind}", f"help/{ticket.number}", data=data)


def _ticket(uow: UnitOfWork, number: str) -> Ticket:
    found = HelpRepository(uow.session).ticket(number)
    if found is None:
        raise NoSuchTicket()
    return found
