from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.audit import service
from sunseal.audit.schemas import Cosign
from sunseal.database import Credential, Database, Role
from sunseal_crypto.roster import Roster

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NOT_KEPT = {"Cache-Control": "no-store"}


class LogController(Controller):
    """The public log as c2sp.org/tlog-tiles has it."""

    path = "/api/v1/log"
    tags = ("log",)

    @get("/checkpoint", operation_id="checkpoint", sync_to_thread=True, media_type="text/plain")
    def checkpoint(self, desk: NamedDependency[Database]) -> Response[str]:
        """The newest checkpoint that a quorum of cosigners stands behind."""
        with desk.unit_as(Role.PUBLIC) as uow:
            return Response(service.checkpoint_note(uow), headers=NOT_KEPT)

    @get("/tile/{path:path}", operation_id="tile", sync_to_thread=True)
    def tile(self, path: FromPath[str], desk: NamedDependency[Database]) -> Response[bytes]:
        """A hash tile, or a bundle of tick leaves."""
        with desk.unit_as(Role.PUBLIC) as uow:
            data = service.tile(uow, "tile" + path)
        return Response(data, media_type="application/octet-stream", headers=FOREVER)

    @post("/cosignatures", operation_id="cosign", sync_to_thread=True, status_code=204)
    def cosign(
        self,
        data: JSONBody[Cosign],
        desk: NamedDependency[Database],
        roster: NamedDependency[Roster],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """A cosigner's line on the checkpoint of a size."""
        with desk.unit_of_work(credential) as uow:
            service.cosign(uow, roster, data.size, data.line)


CONTROLLERS: list[type[Controller]] = [LogController]
