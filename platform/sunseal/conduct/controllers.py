from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from sunseal.conduct import service
from sunseal.conduct.schemas import FactView, JudgeFact, NoteView, ObjectToFact
from sunseal.database import Credential, Database


class ConductController(Controller):
    path = "/api/v1/conduct"
    tags = ("conduct",)

    @get(operation_id="listConduct", sync_to_thread=True)
    def listed(
        self,
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        organization: FromQuery[UUID | None] = None,
        kind: FromQuery[str | None] = None,
    ) -> list[FactView]:
        """Integrity facts, for supervisors. The question is logged."""
        with desk.unit_of_work(credential) as uow:
            return [FactView.of(each) for each in service.everything(uow, organization, kind)]

    @post("/{fact_id:uuid}/judgements", operation_id="judgeConduct", sync_to_thread=True)
    def judge(
        self,
        fact_id: FromPath[UUID],
        data: JSONBody[JudgeFact],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> NoteView:
        """Let a fact stand, or strike it, which a second supervisor has to say as well."""
        with desk.unit_of_work(credential) as uow:
            return NoteView.of(service.judge(uow, fact_id, data.word, data.reason))

    @get("/me", operation_id="ownConduct", sync_to_thread=True)
    def own(
        self, box: NamedDependency[Database], credential: NamedDependency[Credential | None]
    ) -> list[FactView]:
        """What is kept about your firm."""
        with box.unit_of_work(credential) as uow:
            return [FactView.of(each) for each in service.own(uow)]

    @post("/{fact_id:uuid}/objections", operation_id="objectToConduct", sync_to_thread=True)
    def object_to(
        self,
        fact_id: FromPath[UUID],
        data: JSONBody[ObjectToFact],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> NoteView:
        """Object to a fact about your firm."""
        with box.unit_of_work(credential) as uow:
            return NoteView.of(service.object_to(uow, fact_id, data.grounds))


class TenderConductController(Controller):
    path = "/api/v1/tenders/{tender_id:uuid}/conduct"
    tags = ("conduct",)

    @get(operation_id="tenderConduct", sync_to_thread=True)
    def of_tender(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[FactView]:
        """Facts about the firms that the opening named, for the tender's parties, after it."""
        with desk.unit_of_work(credential) as uow:
            return [FactView.of(each) for each in service.of_tender(uow, tender_id)]


CONTROLLERS: list[type[Controller]] = [ConductController, TenderConductController]
