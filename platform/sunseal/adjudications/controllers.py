from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from sunseal.adjudications import service
from sunseal.adjudications.schemas import (
    AdjudicationView,
    AppealView,
    FileVerdictAppeal,
    Propose,
    QueueView,
    Reject,
    RuleOnVerdict,
    SideView,
    StandingView,
)
from sunseal.adjudications.service import QueueWish
from sunseal.database import Credential, Database
from sunseal.screening.rules import Decision

MOST = 200
Which = Literal["clear", "hit", "needs_review"] | None
# The framework keeps the plain name for itself.
InState = Annotated[Literal["open", "proposed", "decided"] | None, QueryParameter(name="state")]


class CandidateController(Controller):
    path = "/api/v1/screening/candidates"
    tags = ("screening",)

    @get(operation_id="listCandidates", sync_to_thread=True)
    def queue(
        self,
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        decision: FromQuery[Which] = None,
        in_state: InState = None,
        source: FromQuery[str | None] = None,
        organization: FromQuery[UUID | None] = None,
        after: FromQuery[str | None] = None,
    ) -> QueueView:
        """What people have to look at, by name: at most 200, and `next` to read on."""
        wish = QueueWish(decision, in_state, source, organization, after, MOST)
        with desk.unit_of_work(credential) as uow:
            return QueueView.of(list(service.queue(uow, wish)), MOST)

    @get("/{candidate:str}", operation_id="getCandidate", sync_to_thread=True)
    def candidate(
        self,
        candidate: FromPath[str],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> SideView:
        """A firm's subject beside an entry, field by field, with all that was decided before."""
        with desk.unit_of_work(credential) as uow:
            return SideView.of(service.candidate(uow, candidate))


class AdjudicationController(Controller):
    path = "/api/v1/screening/adjudications"
    tags = ("screening",)

    @post(operation_id="proposeAdjudication", sync_to_thread=True)
    def propose(
        self,
        data: JSONBody[Propose],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[AdjudicationView]:
        """Propose whether an entry concerns a firm; somebody else must confirm it."""
        with desk.unit_of_work(credential) as uow:
            verdict = Decision(data.verdict)
            made = service.propose(
                uow, data.organization_id, data.source, data.reference, verdict, data.reason
            )
            return [AdjudicationView.of(each) for each in made]

    @post(
        "/{adjudication_id:uuid}/confirm", operation_id="confirmAdjudication", sync_to_thread=True
    )
    def confirm(
        self,
        adjudication_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> AdjudicationView:
        """Confirm a colleague's proposal; from then on it counts."""
        with desk.unit_of_work(credential) as uow:
            return AdjudicationView.of(service.confirm(uow, adjudication_id))

    @post("/{adjudication_id:uuid}/reject", operation_id="rejectAdjudication", sync_to_thread=True)
    def reject(
        self,
        adjudication_id: FromPath[UUID],
        data: JSONBody[Reject],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> AdjudicationView:
        """Refuse a proposal, with the reason; the candidate is open again."""
        with desk.unit_of_work(credential) as uow:
            return AdjudicationView.of(service.reject(uow, adjudication_id, data.reason))

    @post("/{adjudication_id:uuid}/appeal", operation_id="appealAdjudication", sync_to_thread=True)
    def appeal(
        self,
        adjudication_id: FromPath[UUID],
        data: JSONBody[FileVerdictAppeal],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> StandingView:
        """Appeal against a decision about your firm; it stays until somebody has judged."""
        with box.unit_of_work(credential) as uow:
            service.appeal(uow, adjudication_id, data.grounds)
            return StandingView.of(service.own_standing(uow))

    @get("/appeals", operation_id="listVerdictAppeals", sync_to_thread=True)
    def appeals(
        self, desk: NamedDependency[Database], credential: NamedDependency[Credential | None]
    ) -> list[AppealView]:
        """Firms' appeals against decisions, those that wait first."""
        with desk.unit_of_work(credential) as uow:
            return [AppealView.of(row) for row in service.appeals(uow)]

    @post("/appeals/{appeal_id:uuid}/ruling", operation_id="ruleOnVerdict", sync_to_thread=True)
    def rule(
        self,
        appeal_id: FromPath[UUID],
        data: JSONBody[RuleOnVerdict],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> RuleOnVerdict:
        """Judge an appeal. Upholding it proposes to clear, which somebody else confirms."""
        with desk.unit_of_work(credential) as uow:
            ruling = service.rule(uow, appeal_id, data.outcome, data.reason)
            return RuleOnVerdict(data.outcome, ruling.reason)


class StandingController(Controller):
    path = "/api/v1/screening/me"
    tags = ("screening",)

    @get(operation_id="ownScreening", sync_to_thread=True)
    def own(
        self, box: NamedDependency[Database], credential: NamedDependency[Credential | None]
    ) -> StandingView:
        """What has been decided about your firm."""
        with box.unit_of_work(credential) as uow:
            return StandingView.of(service.own_standing(uow))


CONTROLLERS: list[type[Controller]] = [
    CandidateController,
    AdjudicationController,
    StandingController,
]
