"""Custody over HTTP: for custodians and witnesses, and what a tender's side asks of them."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from sunseal.amendments import service as amendments
from sunseal.custody import service
from sunseal.custody.schemas import (
    CeremonyView,
    CertificateView,
    Contribution,
    ContributionView,
    PresenceView,
    WorkView,
)
from sunseal.database import Credential, Database
from sunseal.settings import Settings
from sunseal.tenders.controllers import as_visitor_first, view
from sunseal.tenders.schemas import TenderView
from sunseal_crypto import canonical
from sunseal_crypto.release import MAX_ANSWER_BYTES
from sunseal_crypto.roster import Roster
from sunseal_crypto.spelling import MAX_NUMBER

Have = Annotated[int, QueryParameter(ge=0, le=MAX_NUMBER)]
MAX_CONTRIBUTION = 1 << 20
# In base64, and with the age header.
MAX_REPLY = 2 * MAX_ANSWER_BYTES
NOT_KEPT = {"Cache-Control": "no-store"}


class CustodyController(Controller):
    path = "/api/v1/custody"
    tags = ("custody",)

    @get("/work", operation_id="custodyWork", sync_to_thread=True)
    def work(
        self,
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
        have: Have = 0,
    ) -> Response[WorkView]:
        """Everything that waits for a custodian that has `have` leaves of the log."""
        with desk.unit_of_work(credential) as uow:
            work = service.work(uow, have, roster)
            asked = amendments.work(uow)
            answer = WorkView.of(work, asked, uow.now, settings.tick_seconds)
        return Response(answer, headers=NOT_KEPT)

    @post(
        "/ceremonies/{ceremony_id:uuid}/{step:str}",
        operation_id="postToCeremony",
        sync_to_thread=True,
        status_code=200,
        request_max_body_size=MAX_CONTRIBUTION,
    )
    def post_to_ceremony(
        self,
        ceremony_id: FromPath[UUID],
        step: FromPath[str],
        data: JSONBody[Contribution],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> ContributionView:
        """Contribute to a step of a ceremony: certify, round1, round2, confirm or complaint."""
        with desk.unit_of_work(credential) as uow:
            ceremony = service.post(uow, ceremony_id, step, data.custodian, data.body)
            return ContributionView(ceremony.state)

    @post(
        "/requests/{request_id:uuid}/{step:str}",
        operation_id="postToRequest",
        sync_to_thread=True,
        status_code=204,
        request_max_body_size=MAX_REPLY,
    )
    def post_to_request(
        self,
        request_id: FromPath[UUID],
        step: FromPath[str],
        data: JSONBody[Contribution],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """Say to a release request: a commitment, the answer, or a refusal."""
        with desk.unit_of_work(credential) as uow:
            service.post_to_request(uow, request_id, step, data.custodian, data.body)

    @get("/presence", operation_id="custodyPresence", sync_to_thread=True)
    def presence(self, desk: NamedDependency[Database]) -> list[PresenceView]:
        """When each custodian and witness was last heard of."""
        with desk.unit_of_work(None) as uow:
            return [PresenceView.of(presence) for presence in service.presences(uow)]


class TenderKeyController(Controller):
    path = "/api/v1/tenders/{tender_id:uuid}"
    tags = ("tenders",)

    @post("/ceremony", operation_id="startCeremony", sync_to_thread=True)
    def start(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        roster: NamedDependency[Roster],
    ) -> list[CeremonyView]:
        """Fix the notice and have the custodians make a key for each envelope, or try again."""
        with desk.unit_of_work(credential) as uow:
            return [CeremonyView.of(each) for each in service.start(uow, tender_id, roster)]

    @get("/ceremonies", operation_id="listCeremonies", sync_to_thread=True)
    def attempts(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[CeremonyView]:
        """All attempts at this tender's keys."""
        found = as_visitor_first(desk, credential, lambda uow: service.attempts(uow, tender_id))
        return [CeremonyView.of(each) for each in found]

    @post("/publish", operation_id="publishTender", sync_to_thread=True, status_code=202)
    def publish(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> TenderView:
        """Ask for publication; the tender is `publishing` until its box has been opened."""
        with desk.unit_of_work(credential) as uow:
            service.publish(uow, tender_id)
            return view(uow, tender_id)

    @get(
        "/envelopes/{name:str}/certificate",
        operation_id="getCertificate",
        sync_to_thread=True,
    )
    def certificate(
        self,
        tender_id: FromPath[UUID],
        name: FromPath[str],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> CertificateView:
        """Why a bidder may trust the envelope's key, and the proof that the log holds it."""
        found = as_visitor_first(
            desk, credential, lambda uow: service.certificate(uow, tender_id, name)
        )
        return CertificateView.of(found)


class RosterController(Controller):
    path = "/api/v1/roster"
    tags = ("custody",)

    @get(operation_id="getRoster", sync_to_thread=False)
    def read(self, roster: NamedDependency[Roster]) -> Response[bytes]:
        """The platform's copy of the roster: trust the one you got elsewhere."""
        return Response(canonical.encode(roster), media_type="application/json")


CONTROLLERS: list[type[Controller]] = [
    CustodyController,
    TenderKeyController,
    RosterController,
]
