"""Amendments over HTTP: for everybody to read, for two to sign, for custodians to acknowledge."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.amendments import service
from sunseal.amendments.schemas import (
    Confirm,
    ConfirmationView,
    HistoryView,
    ProposalView,
    Propose,
)
from sunseal.custody.schemas import Contribution
from sunseal.database import Credential, Database


class AmendmentController(Controller):
    path = "/api/v1/tenders/{tender_id:uuid}/envelopes/{name:str}/amendments"
    tags = ("amendments",)

    @get(operation_id="getTimetable", sync_to_thread=True)
    def history(
        self, tender_id: FromPath[UUID], name: FromPath[str], desk: NamedDependency[Database]
    ) -> HistoryView:
        """The timetable in force and every confirmed amendment, with what proves it."""
        with desk.unit_of_work(None) as uow:
            return HistoryView.of(service.history(uow, tender_id, name))

    @post(operation_id="proposeAmendment", sync_to_thread=True)
    def propose(
        self,
        tender_id: FromPath[UUID],
        name: FromPath[str],
        data: JSONBody[Propose],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> ProposalView:
        """Propose to postpone deadline and opening; the tendering side only."""
        with desk.unit_of_work(credential) as uow:
            made = service.propose(uow, tender_id, name, data.amendment, data.signature)
            return ProposalView.of(made)

    @get("/proposals", operation_id="listAmendmentProposals", sync_to_thread=True)
    def proposals(
        self,
        tender_id: FromPath[UUID],
        name: FromPath[str],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[ProposalView]:
        """What waits for the centre's confirmation."""
        with desk.unit_of_work(credential) as uow:
            return [ProposalView.of(each) for each in service.proposals(uow, tender_id, name)]


class AmendmentConfirmationController(Controller):
    path = "/api/v1/amendments/{amendment_id:uuid}"
    tags = ("amendments",)

    @post("/confirm", operation_id="confirmAmendment", sync_to_thread=True)
    def confirm(
        self,
        amendment_id: FromPath[UUID],
        data: JSONBody[Confirm],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> ConfirmationView:
        """Confirm what the tendering side proposed; the centre only, within a day."""
        with desk.unit_of_work(credential) as uow:
            return ConfirmationView.of(service.confirm(uow, amendment_id, data.signature))


class AcknowledgementController(Controller):
    path = "/api/v1/custody/amendments/{amendment_id:uuid}"
    tags = ("custody",)

    @post(
        "/acknowledgement",
        operation_id="acknowledgeAmendment",
        sync_to_thread=True,
        status_code=204,
    )
    def acknowledge(
        self,
        amendment_id: FromPath[UUID],
        data: JSONBody[Contribution],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """A custodian's signed word that it keeps to the later time."""
        with desk.unit_of_work(credential) as uow:
            service.acknowledge(uow, amendment_id, data.custodian, data.body)


CONTROLLERS: list[type[Controller]] = [
    AmendmentController,
    AmendmentConfirmationController,
    AcknowledgementController,
]
