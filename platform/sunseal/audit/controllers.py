from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from sunseal.audit import service
from sunseal.audit.errors import BadPage
from sunseal.audit.rules import MAX_PAGE
from sunseal.audit.schemas import Cosign, EntriesView
from sunseal.audit.service import Query
from sunseal.database import Credential, Database, Role
from sunseal.settings import Settings
from sunseal_crypto.roster import Roster

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NOT_KEPT = {"Cache-Control": "no-store"}
BLOCK = 1 << 20


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


class SupervisorController(Controller):
    path = "/api/v1/audit"
    tags = ("audit",)

    @get("/entries", operation_id="auditEntries", sync_to_thread=True)
    def entries(
        self,
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        tender: FromQuery[UUID | None] = None,
        actor: FromQuery[str | None] = None,
        pseudonym: FromQuery[str | None] = None,
        role: FromQuery[str | None] = None,
        action: FromQuery[str | None] = None,
        outcome: FromQuery[str | None] = None,
        since: FromQuery[datetime | None] = None,
        until: FromQuery[datetime | None] = None,
        after: FromQuery[UUID | None] = None,
        limit: FromQuery[int] = 100,
    ) -> EntriesView:
        """Who did what, newest first, as far as it is not sealed. The question is logged too."""
        if not 1 <= limit <= MAX_PAGE:
            raise BadPage(limit, MAX_PAGE)
        query = Query(tender, actor, pseudonym, role, action, outcome, since, until, after)
        with desk.unit_of_work(credential) as uow:
            return EntriesView.of(service.entries(uow, query, limit + 1), limit)

    @get("/tenders/{tender_id:uuid}/bundle", operation_id="auditBundle", sync_to_thread=True)
    def bundle(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
        credential: NamedDependency[Credential | None],
    ) -> Stream:
        """All evidence about a tender in one file, for `sunseal-audit verify`."""
        return download_bundle(desk, credential, tender_id, settings.roster_bytes())


def download_bundle(
    desk: Database, credential: Credential | None, tender_id: UUID, roster: bytes
) -> Stream:
    """Made on disk, because it may be larger than the memory. Raises what the service raises."""
    file = TemporaryFile()  # noqa: SIM115 - closed when the last block is sent
    try:
        with desk.unit_of_work(credential) as uow:
            service.bundle(uow, file, tender_id, roster)
    except BaseException:
        file.close()
        raise
    name = f'attachment; filename="{tender_id}.sunseal-bundle"'
    headers = {**NOT_KEPT, "Content-Disposition": name}
    return Stream(_blocks(file), media_type="application/zip", headers=headers)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


CONTROLLERS: list[type[Controller]] = [LogController, SupervisorController]
