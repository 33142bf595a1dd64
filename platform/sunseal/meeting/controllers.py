"""The meeting over HTTP. Those who run it come by the desk's login, bidders by their own."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.database import Credential, Database, Role
from sunseal.kit.typeface import carried
from sunseal.meeting import paper, service
from sunseal.meeting.acts import (
    Attendance,
    Correction,
    Minutes,
    Objection,
    Period,
    Reading,
    Reply,
    Signature,
)
from sunseal.meeting.schemas import (
    AskForObjections,
    Attend,
    Correct,
    MeetingView,
    RaiseObjection,
    ReadOut,
    ReplyTo,
    SignMinutes,
)
from sunseal.organizations.entering import side_of
from sunseal.settings import Settings
from sunseal_crypto import canonical

NOT_KEPT = {"Cache-Control": "no-store"}


class ChairController(Controller):
    """What those do who run the meeting."""

    path = "/api/v1/tenders/{tender_id:uuid}/meeting"
    tags = ("meeting",)

    @post("/readings", operation_id="readOut", sync_to_thread=True)
    def read_out(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[ReadOut],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Reading:
        """Mark a bid as read out."""
        with desk.unit_of_work(credential) as uow:
            return service.read_out(uow, tender_id, data.envelope, data.position)

    @post("/periods", operation_id="askForObjections", sync_to_thread=True)
    def ask(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[AskForObjections],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> Period:
        """Ask for objections; from now on bidders can raise them, for so many minutes."""
        minutes = data.minutes or settings.objection_minutes
        with desk.unit_of_work(credential) as uow:
            return service.ask_for_objections(uow, tender_id, minutes)

    @post("/objections/{objection_id:uuid}/reply", operation_id="reply", sync_to_thread=True)
    def reply(
        self,
        tender_id: FromPath[UUID],
        objection_id: FromPath[UUID],
        data: JSONBody[ReplyTo],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Reply:
        """Reply to an objection, on the spot and once."""
        with desk.unit_of_work(credential) as uow:
            return service.reply(uow, tender_id, objection_id, data.text)

    @post("/corrections", operation_id="correct", sync_to_thread=True)
    def correct(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[Correct],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Correction:
        """Put right what was said wrongly; what was said stays."""
        with desk.unit_of_work(credential) as uow:
            return service.correct(uow, tender_id, data.text)

    @post("/minutes", operation_id="writeMinutes", sync_to_thread=True)
    def write(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Minutes:
        """Fix everything so far, to be signed; when there are minutes already, a supplement."""
        with desk.unit_of_work(credential) as uow:
            return service.write_minutes(uow, tender_id)


class MeetingController(Controller):
    """What everybody may do who has a word in the meeting."""

    path = "/api/v1/tenders/{tender_id:uuid}/meeting"
    tags = ("meeting",)

    @get(operation_id="getMeeting", sync_to_thread=True)
    def look(
        self,
        tender_id: FromPath[UUID],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> MeetingView:
        """The meeting as far as it has come, with who is there."""
        with side_of(credential, desk, box).unit_of_work(credential) as uow:
            return MeetingView.of(service.look(uow, tender_id))

    @post("/attendance", operation_id="attend", sync_to_thread=True)
    def attend(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[Attend],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Attendance:
        """Enter who is there; who does not run the meeting enters himself."""
        with side_of(credential, desk, box).unit_of_work(credential) as uow:
            return service.attend(uow, tender_id, data.attendee, data.unit, data.capacity)

    @post("/objections", operation_id="raiseObjection", sync_to_thread=True)
    def raise_objection(
        self,
        tender_id: FromPath[UUID],
        data: JSONBody[RaiseObjection],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Objection:
        """Object to the opening, while objections are asked for. The hall shows it at once."""
        with side_of(credential, desk, box).unit_of_work(credential) as uow:
            return service.raise_objection(uow, tender_id, data.text, data.organization)

    @post("/minutes/{number:int}/signatures", operation_id="signMinutes", sync_to_thread=True)
    def sign(
        self,
        tender_id: FromPath[UUID],
        number: FromPath[int],
        data: JSONBody[SignMinutes],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Signature:
        """Say that you have read the minutes with this digest."""
        with side_of(credential, desk, box).unit_of_work(credential) as uow:
            return service.sign(uow, tender_id, number, data.digest, data.signature)

    @get("/minutes/{number:int}", operation_id="getMinutes", sync_to_thread=True)
    def minutes(
        self,
        tender_id: FromPath[UUID],
        number: FromPath[int],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> Response[bytes]:
        """The minutes, byte for byte as they are signed."""
        with side_of(credential, desk, box).unit_of_work(credential) as uow:
            found = service.minutes(uow, tender_id, number)
        body = canonical.encode(found.edition.minutes)
        return Response(body, media_type="application/json", headers=NOT_KEPT)

    @get("/minutes/{number:int}/paper", operation_id="getMinutesPaper", sync_to_thread=True)
    def paper(
        self,
        tender_id: FromPath[UUID],
        number: FromPath[int],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> Response[bytes]:
        """The minutes as PDF, with all bids, objections, signatures, and lines for ink."""
        side = side_of(credential, desk, box)
        return printed(side, desk, credential, settings, tender_id, number)


def printed(
    side: Database,
    desk: Database,
    credential: Credential | None,
    settings: Settings,
    tender_id: UUID,
    number: int,
) -> Response[bytes]:
    """The PDF of an edition, for whom `side` lets read it; its places in the log are public."""
    with side.unit_of_work(credential) as uow:
        found = service.minutes(uow, tender_id, number)
    entries = [found.edition.entry_id, *(shown.entry_id for shown in found.records)]
    with desk.unit_as(Role.PUBLIC) as uow:
        places = service.positions(uow, entries)
    link = f"{settings.public_url}/tenders/{tender_id}/minutes/{number}"
    name = f"opening-record-{number}.pdf"
    headers = {**NOT_KEPT, "Content-Disposition": f'inline; filename="{name}"'}
    body = paper.write(found, places, settings.origin, link, carried(settings.font))
    return Response(body, media_type="application/pdf", headers=headers)


CONTROLLERS: list[type[Controller]] = [ChairController, MeetingController]
