"""Practising by a program: the same in two requests, and then the API that everybody uses."""

from uuid import UUID

from litestar import Controller, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.database import Database
from sunseal.practice import service
from sunseal.practice.pages import made_up
from sunseal.practice.schemas import BegunView, PreparationView
from sunseal.settings import Settings
from sunseal_crypto.roster import Roster


class PracticeController(Controller):
    path = "/api/v1/practices"
    tags = ("practice",)

    @post(operation_id="beginPractice")
    async def begin(
        self,
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> BegunView:
        """Make up a firm and a tender, whose key the custodians begin to make."""
        tender = await sync_to_thread(service.begin, desk, settings, roster)
        issued = await made_up(box)
        return BegunView(tender, issued.token)

    @post(
        "/{tender_id:uuid}/prepare",
        operation_id="preparePractice",
        sync_to_thread=True,
        status_code=200,
    )
    def prepare(
        self, tender_id: FromPath[UUID], desk: NamedDependency[Database]
    ) -> PreparationView:
        """Publish as soon as the key is made; ask each second until the state is `ready`."""
        return PreparationView(service.go_on(desk, tender_id).state)


CONTROLLERS: list[type[Controller]] = [PracticeController]
