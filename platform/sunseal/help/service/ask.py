"""Asking, and reading the answers: in the public role, by a secret."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from sunseal.audit import service as audit
from sunseal.database import UnitOfWork
from sunseal.help import rules, secrets
from sunseal.help.asking import Asker
from sunseal.help.errors import NoSuchTicket
from sunseal.help.repository import AskingRepository, HelpRepository
from sunseal.help.rules import Category
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text


@dataclass(frozen=True, slots=True)
class Opened:
    """`link` is a visitor's only way back to the ticket."""

    number: str
    link: str


def open_ticket(uow: UnitOfWork, asker: Asker, category: Category, said: str, phone: str) -> Opened:
    """Raises NamesSomebody, TooManyTickets."""
    rules.check_names(said, (*asker.names, *HelpRepository(uow.session).shut()))
    asking = AskingRepository(uow.session)
    lately = asking.lately(asker.source)
    rules.check_asked(lately, asker.limit)
    row = {
        "secret": asker.secret,
        "category": category,
        "text": said,
        "phone": phone,
        "turn": lately,
    }
    number = rules.number()
    while not asking.open({**row, "number": number}):
        number = rules.number()
    asking.count(asker.source)
    _log(uow, number, said)
    return Opened(number, asker.link)


def say(
    uow: UnitOfWork,
    key: SigningKey,
    secret: bytes,
    number: str,
    said: str,
    names: Iterable[str] = (),
) -> None:
    """Another question on a ticket, which opens it again. `names` are a firm's own.

    Raises NamesSomebody, NoSuchTicket, TooManyTickets.
    """
    rules.check_names(said, (*names, *HelpRepository(uow.session).shut()))
    asking = AskingRepository(uow.session)
    source = secrets.source(key, "ticket", number.encode())
    rules.check_asked(asking.lately(source), rules.ON_TICKET)
    if not asking.say(secret, number, said):
        raise NoSuchTicket()
    asking.count(source)
    _log(uow, number, said)


def held(uow: UnitOfWork, secret: bytes) -> Sequence[Row[Any]]:
    """The tickets that this secret reaches, the newest first."""
    return AskingRepository(uow.session).held(secret)


def linked(uow: UnitOfWork, secret: bytes) -> Row[Any]:
    """The one ticket that a link reaches. Raises NoSuchTicket."""
    found = held(uow, secret)
    if not found:
        raise NoSuchTicket()
    return found[0]


def words(uow: UnitOfWork, secret: bytes, number: str) -> Sequence[Row[Any]]:
    """What was said on a ticket, in order, and never by whom. Raises NoSuchTicket."""
    found = AskingRepository(uow.session).words(secret, number)
    if not found:
        raise NoSuchTicket()
    return found


def _log(uow: UnitOfWork, number: str, said: str) -> None:
    """So that supervisors miss a question that vanished, or was changed."""
    data = {"text": base64_text(sha256(said.encode()).digest())}
    audit.record(uow, "help.ask", f"help/{number}", data=data)
