from typing import Any

from litestar import Controller, Request, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.database import Credential, Database
from sunseal.screening import person_ids, service
from sunseal.screening.schemas import ListHistoryView, ListView, SnapshotView
from sunseal.settings import Settings

# The largest public list has some ten thousand entries; this is room for ten times as many.
MAX_LIST_BYTES = 32 << 20
# What a list may come as, by its media type; anything else is taken for CSV.
FORMS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel": "xlsx",
    "application/x-ndjson": "jsonl",
}


class ScreeningController(Controller):
    path = "/api/v1/screening"
    tags = ("screening",)

    @get("/lists", operation_id="listHealth", sync_to_thread=True)
    def lists(
        self, desk: NamedDependency[Database], credential: NamedDependency[Credential | None]
    ) -> list[ListView]:
        """Which lists there are, and whether they are in age."""
        with desk.unit_of_work(credential) as uow:
            return [ListView.of(each) for each in service.health(uow)]

    @get("/lists/{source:str}", operation_id="listHistory", sync_to_thread=True)
    def history(
        self,
        source: FromPath[str],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> ListHistoryView:
        """A list's snapshots, and how it was last fetched: at most 100 of each, newest first."""
        with desk.unit_of_work(credential) as uow:
            return ListHistoryView.of(*service.history(uow, source))

    @post("/lists/{source:str}", operation_id="importList", request_max_body_size=MAX_LIST_BYTES)
    async def import_list(
        self,
        request: Request[Any, Any, Any],
        source: FromPath[str],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> SnapshotView:
        """Put a new list in force: CSV, a workbook or JSON lines, and all of it or nothing."""
        data = await request.body()
        form = FORMS.get(request.content_type[0], "csv")

        def take() -> SnapshotView:
            ring = person_ids.find(settings.keys)
            with desk.unit_of_work(credential) as uow:
                return SnapshotView.of(service.import_list(uow, source, data, form, ring))

        return await sync_to_thread(take)


CONTROLLERS: list[type[Controller]] = [ScreeningController]
