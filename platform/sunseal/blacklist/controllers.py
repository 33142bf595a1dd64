from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.blacklist import service
from sunseal.blacklist.schemas import (
    AppealView,
    FileAppeal,
    NoticeView,
    OwnPenaltyView,
    PenaltyView,
    ProposePenalty,
    RuleOnAppeal,
)
from sunseal.database import Credential, Database
from sunseal.screening import person_ids
from sunseal.settings import Settings


class BlacklistController(Controller):
    path = "/api/v1/blacklist"
    tags = ("screening",)

    @post("/", operation_id="proposePenalty", sync_to_thread=True)
    def propose(
        self,
        data: JSONBody[ProposePenalty],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> PenaltyView:
        """Propose an entry from a penalty decision; somebody else must confirm it."""
        ring = person_ids.find(settings.keys)
        with desk.unit_of_work(credential) as uow:
            return PenaltyView.of(service.propose_penalty(uow, data.new(), ring))

    @post("/{entry_id:uuid}/confirm", operation_id="confirmPenalty", sync_to_thread=True)
    def confirm(
        self,
        entry_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> PenaltyView:
        """Confirm a colleague's entry; from then on it counts and is public."""
        with desk.unit_of_work(credential) as uow:
            return PenaltyView.of(service.confirm_penalty(uow, entry_id))

    @get("/me", operation_id="ownPenalties", sync_to_thread=True)
    def own(
        self, box: NamedDependency[Database], credential: NamedDependency[Credential | None]
    ) -> list[OwnPenaltyView]:
        """The entries about your firm and its people, and what became of your appeals."""
        with box.unit_of_work(credential) as uow:
            return [OwnPenaltyView.of(*each) for each in service.own_penalties(uow)]

    @post("/{entry_id:uuid}/appeal", operation_id="appealPenalty", sync_to_thread=True)
    def appeal(
        self,
        entry_id: FromPath[UUID],
        data: JSONBody[FileAppeal],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> AppealView:
        """Appeal against an entry about your firm; it stays in force until that is decided."""
        with box.unit_of_work(credential) as uow:
            return AppealView.of(service.appeal(uow, entry_id, data.grounds), None)

    @post("/appeals/{appeal_id:uuid}/ruling", operation_id="rulePenalty", sync_to_thread=True)
    def rule(
        self,
        appeal_id: FromPath[UUID],
        data: JSONBody[RuleOnAppeal],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> RuleOnAppeal:
        """Decide an appeal, as somebody who had no hand in the entry."""
        with desk.unit_of_work(credential) as uow:
            ruling = service.rule(uow, appeal_id, data.outcome, data.reason)
            return RuleOnAppeal(data.outcome, ruling.reason)


class NoticeController(Controller):
    path = "/notices"
    tags = ("notices",)

    @get("/blacklist", operation_id="blacklistNotice", sync_to_thread=True)
    def blacklist(
        self, desk: NamedDependency[Database], credential: NamedDependency[Credential | None]
    ) -> list[NoticeView]:
        """Who is on the district's blacklist today, for how long and why (通报)."""
        with desk.unit_of_work(credential) as uow:
            return [NoticeView.of(row) for row in service.notices(uow)]


CONTROLLERS: list[type[Controller]] = [BlacklistController, NoticeController]
