"""Questions and answers over HTTP.

What was published is read as a visitor, even by callers with a token, as a tender is.
"""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.clarifications import service
from sunseal.clarifications.schemas import (
    AskQuestion,
    ClarificationView,
    OwnQuestionView,
    PublishClarification,
    QuestionView,
)
from sunseal.database import Credential, Database
from sunseal.settings import Settings


class QuestionController(Controller):
    path = "/api/v1/tenders/{tender_id:uuid}/questions"
    tags = ("clarifications",)

    @post(operation_id="askQuestion", sync_to_thread=True)
    def ask(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[AskQuestion],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> OwnQuestionView:
        """Ask the tendering party; nobody at a desk learns who asks, nor when."""
        with box.unit_of_work(credential) as uow:
            return OwnQuestionView.of(service.ask(uow, tender_id, data.text, named=data.named))

    @get("/own", operation_id="listOwnQuestions", sync_to_thread=True)
    def own(
        self,
        tender_id: FromPath[UUID],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[OwnQuestionView]:
        """Your firm's questions, and what became of them."""
        with box.unit_of_work(credential) as uow:
            return [OwnQuestionView.of(each) for each in service.own(uow, tender_id)]

    @get(operation_id="listQuestions", sync_to_thread=True)
    def questions(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[QuestionView]:
        """What was asked, for the tendering party and its agent, in daily batches. Logged."""
        with desk.unit_of_work(credential) as uow:
            return [QuestionView.of(each) for each in service.questions(uow, tender_id)]


class ClarificationController(Controller):
    path = "/api/v1"
    tags = ("clarifications",)

    @get(
        "/tenders/{tender_id:uuid}/clarifications",
        operation_id="listClarifications",
        sync_to_thread=True,
    )
    def of_tender(
        self, tender_id: FromPath[UUID], desk: NamedDependency[Database]
    ) -> list[ClarificationView]:
        """What was published in answer, by number; for anyone."""
        with desk.unit_of_work(None) as uow:
            return [ClarificationView.of(each) for each in service.of_tender(uow, tender_id)]

    @post(
        "/tenders/{tender_id:uuid}/clarifications",
        operation_id="publishClarification",
        sync_to_thread=True,
    )
    def publish(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[PublishClarification],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> ClarificationView:
        """Publish an answer for everybody, which is never changed; the tendering side only."""
        with desk.unit_of_work(credential) as uow:
            made = service.publish(
                uow, settings.origin, tender_id, data.question, data.answer, data.questions
            )
            return ClarificationView.of(made)

    @get(
        "/clarifications/{clarification_id:uuid}",
        operation_id="getClarification",
        sync_to_thread=True,
    )
    def download(
        self, clarification_id: FromPath[UUID], desk: NamedDependency[Database]
    ) -> Response[bytes]:
        """The exact bytes, for anyone: no token is looked at and no tender is named."""
        with desk.unit_of_work(None) as uow:
            made = service.get(uow, clarification_id)
        name = f'attachment; filename="clarification-{made.number}.json"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return Response(made.body, media_type="application/json", headers=headers)


CONTROLLERS: list[type[Controller]] = [QuestionController, ClarificationController]
