"""The bidder's door, on the box login alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from sunseal.bids import service
from sunseal.bids.schemas import Commit, Join, JoiningView, SubmissionView
from sunseal.bids.uploads import UploadController
from sunseal.database import Credential, Database, UnitOfWork
from sunseal.errors import Invalid, Refused, SunsealError, TooLarge
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal.storage import Storage

PLACE = "/tenders/{tender_id:uuid}/envelopes/{envelope:str}"


@contextmanager
def refusals_logged(
    box: Database, credential: Credential | None, record: Callable[[UnitOfWork, SunsealError], None]
) -> Iterator[None]:
    """Writes into the log what the box refused, after the refused unit was rolled back."""
    try:
        yield
    except (Invalid, Refused, TooLarge) as error:
        with box.unit_of_work(credential) as uow:
            record(uow, error)
        raise


class BidController(Controller):
    path = "/api/v1"
    tags = ("bids",)

    @post(f"{PLACE}/joinings", operation_id="join", sync_to_thread=True)
    def join(
        self,
        tender_id: FromPath[UUID],
        envelope: FromPath[str],
        data: JSONBody[Join],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> JoiningView:
        """Join an envelope under a pseudonym that your organization's key signed."""
        record = partial(service.record_refusal, "bid.join", tender_id, envelope)
        with refusals_logged(box, credential, record), box.unit_of_work(credential) as uow:
            signed = data.signed()
            joined = service.join(uow, settings.origin, tender_id, envelope, signed)
            return JoiningView.of(joined)

    @get(f"{PLACE}/joinings", operation_id="getJoining", sync_to_thread=True)
    def joining(
        self,
        tender_id: FromPath[UUID],
        envelope: FromPath[str],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> JoiningView:
        """Your organization's own joining."""
        with box.unit_of_work(credential) as uow:
            return JoiningView.of(service.joining(uow, tender_id, envelope))

    @post(f"{PLACE}/submissions", operation_id="commit", sync_to_thread=True)
    def commit(
        self,
        tender_id: FromPath[UUID],
        envelope: FromPath[str],
        data: JSONBody[Commit],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> SubmissionView:
        """Commit to a bid before uploading it, or withdraw the one that stands."""
        record = partial(service.record_refusal, "bid.commit", tender_id, envelope)
        with refusals_logged(box, credential, record), box.unit_of_work(credential) as uow:
            place = (tender_id, envelope)
            submission = service.commit(uow, settings, keys, *place, data.signed())
            return SubmissionView.of(submission)

    @post(
        "/submissions/{submission_id:uuid}/finalise",
        operation_id="finalise",
        status_code=200,
        sync_to_thread=True,
    )
    def finalise(
        self,
        submission_id: FromPath[UUID],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
        storage: NamedDependency[Storage],
    ) -> SubmissionView:
        """Hand the bid in: the moment that counts. The answer is the platform's promise."""
        record = partial(service.record_refused_finalise, submission_id)
        with refusals_logged(box, credential, record), box.unit_of_work(credential) as uow:
            done = service.finalise(uow, settings, keys, storage, submission_id)
            return SubmissionView.of(done)

    @get("/submissions/{submission_id:uuid}", operation_id="getSubmission", sync_to_thread=True)
    def submission(
        self,
        submission_id: FromPath[UUID],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> SubmissionView:
        """One of your statements, with its promise and, once complete, its receipt."""
        with box.unit_of_work(credential) as uow:
            return SubmissionView.of(*service.submission(uow, submission_id))

    @get("/submissions", operation_id="listSubmissions", sync_to_thread=True)
    def submissions(
        self,
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        tender: FromQuery[UUID | None] = None,
        envelope: FromQuery[str | None] = None,
    ) -> list[SubmissionView]:
        """Your own statements, in the order in which you committed them."""
        with box.unit_of_work(credential) as uow:
            found = service.submissions(uow, tender, envelope)
            return [SubmissionView.of(*one) for one in found]


CONTROLLERS: list[type[Controller]] = [BidController, UploadController]
