"""Over HTTP: the annex for supervisors, custodians' last words, and what is deleted when."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.custody.schemas import Contribution
from sunseal.database import Credential, Database, Role
from sunseal.opening.schemas import EndingView
from sunseal.opening.service import annexes, erase

MAX_STATEMENT = 64 << 10


class EndingController(Controller):
    path = "/api/v1"
    tags = ("opening",)

    @get("/audit/tenders/{tender_id:uuid}/annex", operation_id="annex", sync_to_thread=True)
    def annex(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Response[bytes]:
        """Headers of revoked bids, as an age file for the supervisors' identity."""
        with desk.unit_of_work(credential) as uow:
            body = annexes.read(uow, tender_id)
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{tender_id}.annex.age"',
        }
        return Response(body, media_type="application/octet-stream", headers=headers)

    @post(
        "/custody/tenders/{tender_id:uuid}/envelopes/{envelope:str}/erasures",
        operation_id="postErasure",
        sync_to_thread=True,
        status_code=204,
        request_max_body_size=2 * MAX_STATEMENT,
    )
    def erasure(
        self,
        tender_id: FromPath[UUID],
        envelope: FromPath[str],
        data: JSONBody[Contribution],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """A custodian's signed statement that its part of this envelope's key is erased."""
        with desk.unit_of_work(credential) as uow:
            erase.post(uow, tender_id, envelope, data.custodian, data.body)

    @get("/tenders/{tender_id:uuid}/endings", operation_id="listEndings", sync_to_thread=True)
    def endings(
        self, tender_id: FromPath[UUID], desk: NamedDependency[Database]
    ) -> list[EndingView]:
        """What is deleted once an opening is over, when it is, and which custodians erased."""
        with desk.unit_as(Role.PUBLIC) as uow:
            return [EndingView.of(each) for each in erase.endings(uow, tender_id)]
