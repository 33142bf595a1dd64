"""Sealed uploads by tus 1.0: core, creation, checksum, termination, expiration."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, route
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.exceptions import ClientException, HTTPException
from litestar.params import FromPath

from sunseal import problems
from sunseal.bids import errors, tus
from sunseal.bids.intake import Intake, pieces_to_come
from sunseal.bids.schemas import upload_path
from sunseal.bids.service import store
from sunseal.bids.service.store import Announced, UploadState
from sunseal.database import Credential, Database
from sunseal.errors import SunsealError
from sunseal.settings import Settings
from sunseal.storage import Storage

Call = Request[Any, Any, Any]


def tus_problem(request: Call, error: SunsealError) -> Response[Any]:
    """A problem with the protocol's own headers, and how to go on where that is known."""
    more = {}
    if isinstance(error, errors.OffsetDiffers):
        more["Upload-Offset"] = str(error.offset)
    if isinstance(error, errors.NotTus):
        more["Tus-Version"] = tus.VERSION
    return tus.with_common(problems.of_sunseal(request, error), **more)


def http_problem(request: Call, error: HTTPException) -> Response[Any]:
    return tus.with_common(problems.of_http(request, error))


class TusController(Controller):
    """Whatever answers tus requests says also in the protocol's headers what went wrong."""

    exception_handlers = {  # noqa: RUF012 - Litestar reads it from the class
        SunsealError: tus_problem,
        HTTPException: http_problem,
    }


class UploadController(TusController):
    path = "/api/v1/uploads"
    tags = ("bids",)

    # OPTIONS stands beside the other methods: alone, it loses its path to the framework's own.
    @route(
        "/",
        http_method=[HttpMethod.OPTIONS, HttpMethod.POST],
        status_code=201,
        operation_id=lambda _, method, __: (
            "createUpload" if method == HttpMethod.POST else "uploadAbilities"
        ),
        sync_to_thread=True,
    )
    def create(
        self,
        request: Call,
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        settings: NamedDependency[Settings],
    ) -> Response[None]:
        """The upload of a committed statement; Upload-Metadata names its submission."""
        if request.method == "OPTIONS":
            return _abilities(settings)
        tus.check_version(request.headers)
        submission_id = tus.named_id(request.headers)
        length = tus.number(request.headers, "Upload-Length")
        with box.unit_of_work(credential) as uow:
            upload = store.create(uow, settings, submission_id, length)
        return tus.answer(201, upload, Location=upload_path(upload.id))

    @route(
        "/{upload_id:uuid}",
        http_method=[
            HttpMethod.OPTIONS,
            HttpMethod.HEAD,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.POST,
        ],
        status_code=200,
        operation_id=lambda _, method, __: f"{method.lower()}Upload",
        request_max_body_size=None,
    )
    async def upload(
        self,
        request: Call,
        upload_id: FromPath[UUID],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
        storage: NamedDependency[Storage],
        settings: NamedDependency[Settings],
    ) -> Response[None]:
        """Ask how far an upload is (HEAD), continue it (PATCH), or end it (DELETE)."""
        if request.method == "OPTIONS":
            return _abilities(settings)
        tus.check_version(request.headers)
        # Some proxies know neither PATCH nor DELETE; tus lets a client say what it means.
        method = request.headers.get("x-http-method-override", request.method)
        match method:
            case "HEAD":
                return await sync_to_thread(_look, box, credential, upload_id)
            case "DELETE":
                return await sync_to_thread(_terminate, box, credential, upload_id)
            case "PATCH":
                return await _append(request, upload_id, box, credential, storage)
            case _:
                raise errors.BadUpload(f"there is no {method[:10]} of an upload")


def _abilities(settings: Settings) -> Response[None]:
    return tus.answer(
        204,
        Tus_Version=tus.VERSION,
        Tus_Extension=tus.EXTENSIONS,
        Tus_Max_Size=str(settings.max_bid_bytes),
        Tus_Checksum_Algorithm=",".join(tus.ALGORITHMS),
    )


def _look(box: Database, credential: Credential | None, upload_id: UUID) -> Response[None]:
    with box.unit_of_work(credential) as uow:
        upload = store.look(uow, upload_id)
    return tus.answer(200, upload, Upload_Length=str(upload.length))


def _terminate(box: Database, credential: Credential | None, upload_id: UUID) -> Response[None]:
    with box.unit_of_work(credential) as uow:
        store.terminate(uow, upload_id)
    return tus.answer(204)


async def _append(
    request: Call,
    upload_id: UUID,
    box: Database,
    credential: Credential | None,
    storage: Storage,
) -> Response[None]:
    # 1. What the headers say, before a byte of the body is read.
    tus.check_content_type(request.headers)
    offset = tus.number(request.headers, "Upload-Offset")
    checksum = tus.checksum(request.headers)

    announced = None
    if "content-length" in request.headers:
        announced = tus.number(request.headers, "Content-Length")

    def begin() -> tuple[UploadState, list[Announced]]:
        with box.unit_of_work(credential) as uow:
            upload = store.begin(uow, upload_id, offset)
            # One commit for this and what most requests will store.
            count = pieces_to_come(offset, announced or 0)
            return upload, [store.announce(uow) for _ in range(count)]

    upload, names = await sync_to_thread(begin)
    if announced is not None and offset + announced > upload.length:
        raise errors.BytesBeyondLength(upload.length)
    # 2. The body, piece by piece; a unit of work for each.
    intake = Intake(box, credential, storage, upload, checksum, names)
    arrived = await _receive(request, intake)
    return tus.answer(204, replace(upload, offset=arrived))


async def _receive(request: Call, intake: Intake) -> int:
    try:
        async for chunk in request.stream():
            await intake.take(chunk)
        return await intake.finish()
    except HTTPException as gone:
        # How the framework tells that the client went away in the middle.
        await intake.break_off()
        raise ClientException("the connection was lost") from gone
    except BaseException:
        await intake.discard()
        raise
