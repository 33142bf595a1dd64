from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from sunseal.confirmations.schemas import ProposalView
from sunseal.database import Credential, Database
from sunseal.settings import Settings
from sunseal.supervision import service
from sunseal.supervision.schemas import (
    BreakGlass,
    CaseView,
    FindingView,
    GlimpseView,
    OrderRectification,
    TakeStep,
)
from sunseal.supervision.service import FindingQuery
from sunseal.supervision.states import State

NOT_KEPT = {"Cache-Control": "no-store"}
PAGE = 500
# The framework keeps the plain name for itself.
InState = Annotated[str | None, QueryParameter(name="state")]


class FindingController(Controller):
    path = "/api/v1/supervision/findings"
    tags = ("supervision",)

    @get(operation_id="listFindings", sync_to_thread=True)
    def listed(
        self,
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        rule: FromQuery[str | None] = None,
        in_state: InState = None,
        tender: FromQuery[UUID | None] = None,
        since: FromQuery[datetime | None] = None,
    ) -> list[FindingView]:
        """What the rules found, newest first, at most 500. The question is logged too."""
        with desk.unit_of_work(credential) as uow:
            rows = service.findings(uow, FindingQuery(rule, in_state, tender, since), PAGE)
            return [FindingView.of(row, row.state) for row in rows]

    @get("/{finding_id:uuid}", operation_id="getFinding", sync_to_thread=True)
    def case(
        self,
        finding_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> CaseView:
        """A finding with its evidence and every step taken."""
        with desk.unit_of_work(credential) as uow:
            return CaseView.of(service.case(uow, finding_id))

    @post("/{finding_id:uuid}/steps", operation_id="takeStep", sync_to_thread=True)
    def step(
        self,
        finding_id: FromPath[UUID],
        data: JSONBody[TakeStep],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> CaseView:
        """Explain, close or reopen a finding, with the reason."""
        with desk.unit_of_work(credential) as uow:
            return CaseView.of(service.take(uow, finding_id, State(data.state), data.reason))

    @post(
        "/{finding_id:uuid}/rectification", operation_id="orderRectification", sync_to_thread=True
    )
    def order(
        self,
        finding_id: FromPath[UUID],
        data: JSONBody[OrderRectification],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> CaseView:
        """Order a rectification; once for each finding."""
        with desk.unit_of_work(credential) as uow:
            ordered = service.order(
                uow,
                finding_id,
                addressee=data.addressee,
                demand=data.demand,
                deadline=data.deadline,
                reason=data.reason,
            )
            return CaseView.of(ordered)

    @get(
        "/{finding_id:uuid}/rectification", operation_id="rectificationNotice", sync_to_thread=True
    )
    def document(
        self,
        finding_id: FromPath[UUID],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        credential: NamedDependency[Credential | None],
    ) -> Response[bytes]:
        """The rectification notice as PDF, once its entry is in the log."""
        with desk.unit_of_work(credential) as uow:
            data = service.document(uow, finding_id, settings.origin)
        return Response(data, media_type="application/pdf", headers=NOT_KEPT)


class BreakGlassController(Controller):
    path = "/api/v1/break-glass"
    tags = ("break-glass",)

    @post(operation_id="breakGlass", sync_to_thread=True)
    def propose(
        self,
        data: JSONBody[BreakGlass],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> ProposalView:
        """Ask for a look at a box's states; a supervisor confirms or does not."""
        with desk.unit_of_work(credential) as uow:
            return ProposalView.of(service.propose(uow, data.tender, data.reason), None)

    # Not a POST: those are answered again from what is kept of them, and this is shown once.
    @get("/{proposal_id:uuid}", operation_id="readGlimpse", sync_to_thread=True)
    def read(
        self,
        proposal_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Response[GlimpseView]:
        """The look itself: once, for whoever asked for it, within an hour."""
        with desk.unit_of_work(credential) as uow:
            seen = msgspec.convert(service.read(uow, proposal_id), GlimpseView)
        return Response(seen, headers=NOT_KEPT)


CONTROLLERS: list[type[Controller]] = [FindingController, BreakGlassController]
