from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from sunseal.database import Credential, Database, Role
from sunseal.help import secrets, service
from sunseal.help.asking import asker, firm_asker
from sunseal.help.schemas import (
    AnswersView,
    AnswerTicket,
    AskOn,
    CaseView,
    CloseTicket,
    HeldView,
    OpenedView,
    OpenTicket,
    QueuedView,
)
from sunseal.keys import Keys
from sunseal.organizations.entering import Visitor


class TicketController(Controller):
    """A firm's own tickets, and opening one as anybody."""

    path = "/api/v1/help/tickets"
    tags = ("help",)

    @post(operation_id="openTicket", sync_to_thread=True)
    def open(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[OpenTicket],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> OpenedView:
        """Ask for help under a pseudonym, signed in or not."""
        who = asker(desk, box, keys, credential, Visitor.of(request))
        with box.unit_as(Role.PUBLIC) as uow:
            opened = service.open_ticket(uow, who, data.category, data.text, data.phone)
        return OpenedView.of(opened)

    @get(operation_id="listTickets", sync_to_thread=True)
    def held(
        self,
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> list[HeldView]:
        """Your firm's tickets, the newest first."""
        secret = firm_asker(box, keys, credential).secret
        with box.unit_as(Role.PUBLIC) as uow:
            return [HeldView.of(each) for each in service.held(uow, secret)]

    @get("/{number:str}", operation_id="getTicket", sync_to_thread=True)
    def words(
        self,
        number: FromPath[str],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> AnswersView:
        """What was said on one of your firm's tickets."""
        secret = firm_asker(box, keys, credential).secret
        with box.unit_as(Role.PUBLIC) as uow:
            return AnswersView.of(number, service.words(uow, secret, number))

    @post("/{number:str}/questions", operation_id="askOnTicket", sync_to_thread=True)
    def say(
        self,
        number: FromPath[str],
        data: JSONBody[AskOn],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """Ask on."""
        who = firm_asker(box, keys, credential)
        with box.unit_as(Role.PUBLIC) as uow:
            service.say(uow, keys.promise, who.secret, number, data.text, who.names)


class LinkController(Controller):
    """A ticket by its link, for whoever has not signed in."""

    path = "/api/v1/help/links/{link:str}"
    tags = ("help",)

    @get(operation_id="getLinkedTicket", sync_to_thread=True)
    def words(self, link: FromPath[str], box: NamedDependency[Database]) -> AnswersView:
        """What was said on the ticket."""
        secret = secrets.of_link(link)
        with box.unit_as(Role.PUBLIC) as uow:
            number = service.linked(uow, secret).number
            return AnswersView.of(number, service.words(uow, secret, number))

    @post("/questions", operation_id="askOnLinkedTicket", sync_to_thread=True)
    def say(
        self,
        link: FromPath[str],
        data: JSONBody[AskOn],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
    ) -> None:
        """Ask on."""
        secret = secrets.of_link(link)
        with box.unit_as(Role.PUBLIC) as uow:
            number = service.linked(uow, secret).number
            service.say(uow, keys.promise, secret, number, data.text)


class HelpDeskController(Controller):
    path = "/api/v1/help/queue"
    tags = ("help",)

    @get(operation_id="listHelpQueue", sync_to_thread=True)
    def queue(
        self,
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        closed: FromQuery[bool] = False,
    ) -> list[QueuedView]:
        """Tickets by pseudonym, those that wait first; for clerks and supervisors."""
        with desk.unit_of_work(credential) as uow:
            return [QueuedView.of(each) for each in service.queue(uow, closed=closed)]

    @get("/{number:str}", operation_id="getQueuedTicket", sync_to_thread=True)
    def read(
        self,
        number: FromPath[str],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> CaseView:
        """One ticket; that it was read is logged."""
        with desk.unit_of_work(credential) as uow:
            return CaseView.of(service.read(uow, number))

    @post("/{number:str}/answers", operation_id="answerTicket", sync_to_thread=True)
    def answer(
        self,
        number: FromPath[str],
        data: JSONBody[AnswerTicket],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """Answer; clerks only."""
        with desk.unit_of_work(credential) as uow:
            service.answer(uow, number, data.text)

    @post("/{number:str}/closing", operation_id="closeTicket", sync_to_thread=True)
    def close(
        self,
        number: FromPath[str],
        data: JSONBody[CloseTicket],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """Close; a further question opens it again."""
        with desk.unit_of_work(credential) as uow:
            service.close(uow, number, data.text)


CONTROLLERS: list[type[Controller]] = [TicketController, LinkController, HelpDeskController]
