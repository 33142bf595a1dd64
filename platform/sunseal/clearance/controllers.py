from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.clearance import service
from sunseal.database import Credential, Database
from sunseal.keys import Keys
from sunseal.settings import Settings

NOT_KEPT = {"Cache-Control": "no-store"}
JSON, PDF = "application/json", "application/pdf"


class OwnClearanceController(Controller):
    path = "/api/v1/screening/me/certificate"
    tags = ("screening",)

    @get(operation_id="ownCertificate", sync_to_thread=True)
    def own(
        self,
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> Response[bytes]:
        """Your firm's clearance certificate, signed, if it is clear now."""
        with box.unit_of_work(credential) as uow:
            made = service.own(uow, settings.origin, keys)
        return Response(made, media_type=JSON, headers=NOT_KEPT)

    @get("/paper", operation_id="ownCertificatePaper", sync_to_thread=True)
    def own_paper(
        self,
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> Response[bytes]:
        """The same as PDF; the signed certificate is attached to it."""
        with box.unit_of_work(credential) as uow:
            made = service.own(uow, settings.origin, keys)
        return Response(service.on_paper(made, keys), media_type=PDF, headers=NOT_KEPT)


class ClearanceController(Controller):
    path = "/api/v1/screening/organizations/{organization_id:uuid}"
    tags = ("screening",)

    @get("/certificate", operation_id="certificateOf", sync_to_thread=True)
    def certificate(
        self,
        organization_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> Response[bytes]:
        """How a firm stands now, signed; supervisors only. Read `result`: it may not be clear."""
        with desk.unit_of_work(credential) as uow:
            made = service.of_firm(uow, settings.origin, keys, organization_id)
        return Response(made, media_type=JSON, headers=NOT_KEPT)

    @get("/certificate/paper", operation_id="certificateOfPaper", sync_to_thread=True)
    def certificate_paper(
        self,
        organization_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> Response[bytes]:
        """The same as PDF; the signed statement is attached to it."""
        with desk.unit_of_work(credential) as uow:
            made = service.of_firm(uow, settings.origin, keys, organization_id)
        return Response(service.on_paper(made, keys), media_type=PDF, headers=NOT_KEPT)

    @get("/evidence", operation_id="screeningEvidence", sync_to_thread=True)
    def evidence(
        self,
        organization_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Response[bytes]:
        """The stored result of a firm's last check, whose SHA-256 its certificate names."""
        with desk.unit_of_work(credential) as uow:
            made = service.evidence(uow, organization_id)
        return Response(made, media_type=JSON, headers=NOT_KEPT)


CONTROLLERS: list[type[Controller]] = [OwnClearanceController, ClearanceController]
