from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.confirmations import service
from sunseal.confirmations.rules import Matter
from sunseal.confirmations.schemas import Confirm, ProposalView, Propose
from sunseal.database import Credential, Database


class ConfirmationController(Controller):
    path = "/api/v1/confirmations"
    tags = ("confirmations",)

    @get(operation_id="listProposals", sync_to_thread=True)
    def listed(
        self, desk: NamedDependency[Database], credential: NamedDependency[Credential | None]
    ) -> list[ProposalView]:
        """What was proposed, newest first, and what became of it."""
        with desk.unit_of_work(credential) as uow:
            return [ProposalView.of(*each) for each in service.listed(uow)]

    @post(operation_id="propose", sync_to_thread=True)
    def propose(
        self,
        data: JSONBody[Propose],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> ProposalView:
        """Propose what needs two people; operators only."""
        with desk.unit_of_work(credential) as uow:
            made = service.propose(uow, Matter(data.matter), data.object, data.reason)
            return ProposalView.of(made, None)

    @post("/{proposal_id:uuid}/confirm", operation_id="confirmProposal", sync_to_thread=True)
    def confirm(
        self,
        proposal_id: FromPath[UUID],
        data: JSONBody[Confirm],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> ProposalView:
        """Confirm what an operator proposed; supervisors only, within a day."""
        with desk.unit_of_work(credential) as uow:
            confirmation = service.confirm(uow, proposal_id, data.reason)
            return ProposalView.of(service.get(uow, proposal_id), confirmation)


CONTROLLERS: list[type[Controller]] = [ConfirmationController]
