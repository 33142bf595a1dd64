from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from sunseal.clearance import service
from sunseal.database import Credential, Database
from sunseal.keys import Keys
from sunseal.settings import Settings

NOT_KEPT = {"Cache-Control": "no-store"}


def own_certificate(
    box: NamedDependency[Database],
    credential: NamedDependency[Credential | None],
    settings: NamedDependency[Settings],
    keys: NamedDependency[Keys],
) -> bytes:
    with box.unit_of_work(credential) as uow:
        return service.own(uow, settings.origin, keys)


def certificate_of(
    organization_id: FromPath[UUID],
    desk: NamedDependency[Database],
    credential: NamedDependency[Credential | None],
    settings: NamedDependency[Settings],
    keys: NamedDependency[Keys],
) -> bytes:
    with desk.unit_of_work(credential) as uow:
        return service.of_firm(uow, settings.origin, keys, organization_id)


class OwnClearanceController(Controller):
    path = "/api/v1/screening/me/certificate"
    tags = ("screening",)
    dependencies = {"made": Provide(own_certificate, sync_to_thread=True)}  # noqa: RUF012

    @get(operation_id="ownCertificate", sync_to_thread=False)
    def own(self, made: NamedDependency[bytes]) -> Response[bytes]:
        """Your firm's clearance certificate, signed, if it is clear now."""
        return _json(made)

    @get("/paper", operation_id="ownCertificatePaper", sync_to_thread=True)
    def own_paper(
        self, made: NamedDependency[bytes], keys: NamedDependency[Keys]
    ) -> Response[bytes]:
        """The same as PDF; the signed certificate is attached to it."""
        return _paper(made, keys)


class ClearanceController(Controller):
    path = "/api/v1/screening/organizations/{organization_id:uuid}"
    tags = ("screening",)
    dependencies = {"made": Provide(certificate_of, sync_to_thread=True)}  # noqa: RUF012

    @get("/certificate", operation_id="certificateOf", sync_to_thread=False)
    def certificate(self, made: NamedDependency[bytes]) -> Response[bytes]:
        """How a firm stands now, signed; supervisors only. Read `result`: it may not be clear."""
        return _json(made)

    @get("/certificate/paper", operation_id="certificateOfPaper", sync_to_thread=True)
    def certificate_paper(
        self, made: NamedDependency[bytes], keys: NamedDependency[Keys]
    ) -> Response[bytes]:
        """The same as PDF; the signed statement is attached to it."""
        return _paper(made, keys)

    @get("/evidence", operation_id="screeningEvidence", sync_to_thread=True)
    def evidence(
        self,
        organization_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Response[bytes]:
        """The stored result of a firm's last check, whose SHA-256 its certificate names."""
        with desk.unit_of_work(credential) as uow:
            return _json(service.evidence(uow, organization_id))


def _json(made: bytes) -> Response[bytes]:
    return Response(made, media_type="application/json", headers=NOT_KEPT)


def _paper(made: bytes, keys: Keys) -> Response[bytes]:
    paper = service.on_paper(made, keys)
    return Response(paper, media_type="application/pdf", headers=NOT_KEPT)


CONTROLLERS: list[type[Controller]] = [OwnClearanceController, ClearanceController]
