"""Supplied bytes by tus 1.0: core, creation with upload, expiration. Nobody has to sign in."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, route
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.exceptions import ClientException, HTTPException
from litestar.params import FromPath

from sunseal.bids import tus
from sunseal.bids.errors import BadUpload, BytesBeyondLength
from sunseal.bids.intake import SEGMENT_BYTES
from sunseal.bids.service.store import UploadState
from sunseal.bids.uploads import TusController
from sunseal.database import Database, Role
from sunseal.opening.service import supply
from sunseal.storage import Storage

Call = Request[Any, Any, Any]
EXTENSIONS = "creation,creation-with-upload,expiration"


class Delivery:
    """The bytes of one request on their way into the store, at most one piece in memory.

    Without an `upload` there is nothing yet: the first bytes have to begin it.
    """

    def __init__(
        self,
        desk: Database,
        storage: Storage,
        length: int,
        wanted_id: UUID | None,
        upload: UploadState | None,
    ) -> None:
        self._desk = desk
        self._storage = storage
        self._length = length
        self._wanted_id = wanted_id
        self._id = upload.id if upload else None
        self._offset = upload.offset if upload else 0
        self._held = bytearray()

    async def take(self, request: Call) -> UUID:
        """Everything that the request brings; what arrived before a client left is kept."""
        try:
            async for chunk in request.stream():
                await self._add(chunk)
            return await self._finish()
        except HTTPException as gone:
            if self._id is not None:
                await self._finish()
            raise ClientException("the connection was lost") from gone

    async def _add(self, chunk: bytes) -> None:
        if self._offset + len(self._held) + len(chunk) > self._length:
            raise BytesBeyondLength(self._length)
        self._held += chunk
        # Nothing is stored, and hardly anything held, of bytes that are not the bid's.
        if self._id is None and len(self._held) >= supply.first_bytes(self._length):
            await sync_to_thread(self._begin)
        while len(self._held) >= SEGMENT_BYTES:
            await sync_to_thread(self._store, SEGMENT_BYTES)

    async def _finish(self) -> UUID:
        if self._id is None:
            await sync_to_thread(self._begin)
        if self._held:
            await sync_to_thread(self._store, len(self._held))
        assert self._id is not None
        return self._id

    def _begin(self) -> None:
        assert self._wanted_id is not None
        with self._desk.unit_as(Role.PUBLIC) as uow:
            self._id = supply.begin(uow, self._wanted_id, self._length, bytes(self._held)).id

    def _store(self, size: int) -> None:
        assert self._id is not None
        with self._desk.unit_as(Role.PUBLIC) as uow:
            name = supply.announce(uow, self._id, self._offset, size)
        self._storage.put(name, bytes(self._held[:size]))
        with self._desk.unit_as(Role.PUBLIC) as uow:
            supply.keep(uow, self._id, self._offset, size)
        del self._held[:size]
        self._offset += size


class SupplyController(TusController):
    path = "/api/v1/supplies"
    tags = ("opening",)

    # OPTIONS stands beside the other methods: alone, it loses its path to the framework's own.
    @route(
        "/",
        http_method=[HttpMethod.OPTIONS, HttpMethod.POST],
        status_code=201,
        operation_id=lambda _, method, __: (
            "createSupply" if method == HttpMethod.POST else "supplyAbilities"
        ),
        request_max_body_size=None,
    )
    async def create(
        self, request: Call, desk: NamedDependency[Database], storage: NamedDependency[Storage]
    ) -> Response[None]:
        """Supply a missing bid, named in Upload-Metadata; the request brings its first bytes."""
        if request.method == "OPTIONS":
            return _abilities()
        tus.check_version(request.headers)
        tus.check_content_type(request.headers)
        wanted_id = tus.named_id(request.headers, "wanted")
        length = tus.number(request.headers, "Upload-Length")
        delivery = Delivery(desk, storage, length, wanted_id, None)
        supply_id = await delivery.take(request)
        upload = await sync_to_thread(_look, desk, supply_id)
        return tus.answer(201, upload, Location=f"{self.path}/{supply_id}")

    @route(
        "/{supply_id:uuid}",
        http_method=[HttpMethod.OPTIONS, HttpMethod.HEAD, HttpMethod.PATCH, HttpMethod.POST],
        status_code=200,
        operation_id=lambda _, method, __: f"{method.lower()}Supply",
        request_max_body_size=None,
    )
    async def supply(
        self,
        request: Call,
        supply_id: FromPath[UUID],
        desk: NamedDependency[Database],
        storage: NamedDependency[Storage],
    ) -> Response[None]:
        """Ask how far a supply is (HEAD), or continue it (PATCH)."""
        if request.method == "OPTIONS":
            return _abilities()
        tus.check_version(request.headers)
        method = request.headers.get("x-http-method-override", request.method)
        upload = await sync_to_thread(_look, desk, supply_id)
        if method == "HEAD":
            return tus.answer(200, upload, Upload_Length=str(upload.length))
        if method != "PATCH":
            raise BadUpload(f"there is no {method[:10]} of a supply")
        tus.check_content_type(request.headers)
        tus.check_offset(request.headers, upload)
        await Delivery(desk, storage, upload.length, None, upload).take(request)
        return tus.answer(204, await sync_to_thread(_look, desk, supply_id))


def _look(desk: Database, supply_id: UUID) -> UploadState:
    with desk.unit_as(Role.PUBLIC) as uow:
        return supply.look(uow, supply_id)


def _abilities() -> Response[None]:
    return tus.answer(204, Tus_Version=tus.VERSION, Tus_Extension=EXTENSIONS)
