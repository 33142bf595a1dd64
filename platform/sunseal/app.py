"""The web service: which rooms it opens, on which logins, and how it refuses."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from anyio import to_thread
from litestar import Controller, Litestar, get
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp, Receive, Scope, Send

from sunseal import problems
from sunseal.adjudications.controllers import CONTROLLERS as ADJUDICATIONS
from sunseal.adjudications.pages import PAGES as ADJUDICATION_PAGES
from sunseal.administration.pages import PAGES as ADMINISTRATION_PAGES
from sunseal.amendments.controllers import CONTROLLERS as AMENDMENTS
from sunseal.audit.controllers import CONTROLLERS as AUDIT
from sunseal.audit.service import log_firms_refusal, log_refusal
from sunseal.bids.controllers import CONTROLLERS as BIDS
from sunseal.bids.pages import PAGES as BID_PAGES
from sunseal.blacklist.controllers import CONTROLLERS as BLACKLIST
from sunseal.clarifications.controllers import CONTROLLERS as CLARIFICATIONS
from sunseal.clarifications.pages import PAGES as CLARIFICATION_PAGES
from sunseal.clearance.controllers import CONTROLLERS as CLEARANCE
from sunseal.conduct.controllers import CONTROLLERS as CONDUCT
from sunseal.conduct.pages import PAGES as CONDUCT_PAGES
from sunseal.confirmations.controllers import CONTROLLERS as CONFIRMATIONS
from sunseal.confirmations.pages import PAGES as CONFIRMATION_PAGES
from sunseal.custody.controllers import CONTROLLERS as CUSTODY
from sunseal.custody.desk_pages import PAGES as WATCH_PAGES
from sunseal.custody.pages import PAGES as CUSTODY_PAGES
from sunseal.database import Credential, Database
from sunseal.factors.controllers import CONTROLLERS as FACTORS
from sunseal.factors.pages import PAGES as FACTOR_PAGES
from sunseal.help.controllers import CONTROLLERS as HELP
from sunseal.help.pages import PAGES as HELP_PAGES
from sunseal.idempotency import IdempotencyMiddleware
from sunseal.keys import Keys
from sunseal.kit import request as current_request
from sunseal.meeting.controllers import CONTROLLERS as MEETING
from sunseal.meeting.pages import PAGES as MEETING_PAGES
from sunseal.opening.controllers import CONTROLLERS as OPENING
from sunseal.opening.hall import Halls
from sunseal.opening.pages import PAGES as OPENING_PAGES
from sunseal.organizations.controllers import CONTROLLERS as ORGANIZATIONS
from sunseal.organizations.pages import PAGES as ORGANIZATION_PAGES
from sunseal.practice import closed
from sunseal.practice.controllers import CONTROLLERS as PRACTICE
from sunseal.practice.pages import PAGES as PRACTICE_PAGES
from sunseal.public.pages import PAGES as PUBLIC_PAGES
from sunseal.reference import document as reference
from sunseal.reference.pages import PAGES as REFERENCE_PAGES
from sunseal.screening.controllers import CONTROLLERS as SCREENING
from sunseal.settings import Settings
from sunseal.storage import Storage
from sunseal.supervision.controllers import CONTROLLERS as SUPERVISION
from sunseal.supervision.pages import PAGES as SUPERVISION_PAGES
from sunseal.tenders.controllers import CONTROLLERS as TENDERS
from sunseal.tenders.pages import PAGES as TENDER_PAGES
from sunseal.web import csrf, faults, site
from sunseal.webhooks.controllers import CONTROLLERS as WEBHOOKS
from sunseal.webhooks.pages import PAGES as WEBHOOK_PAGES
from sunseal_crypto.roster import Roster
from sunseal_crypto.roster import parse as parse_roster

ROOMS: list[list[type[Controller]]] = [
    ORGANIZATIONS,
    FACTORS,
    TENDERS,
    CUSTODY,
    AMENDMENTS,
    CLARIFICATIONS,
    BIDS,
    BLACKLIST,
    SCREENING,
    ADJUDICATIONS,
    CLEARANCE,
    CONDUCT,
    HELP,
    OPENING,
    MEETING,
    AUDIT,
    CONFIRMATIONS,
    SUPERVISION,
    WEBHOOKS,
]
# What people see, in the same rooms. A room's pages call the services that its controllers call.
PAGES: list[list[type[Controller]]] = [
    PUBLIC_PAGES,
    ORGANIZATION_PAGES,
    FACTOR_PAGES,
    BID_PAGES,
    OPENING_PAGES,
    MEETING_PAGES,
    TENDER_PAGES,
    CUSTODY_PAGES,
    WATCH_PAGES,
    SUPERVISION_PAGES,
    CONFIRMATION_PAGES,
    ADMINISTRATION_PAGES,
    ADJUDICATION_PAGES,
    CONDUCT_PAGES,
    CLARIFICATION_PAGES,
    HELP_PAGES,
    WEBHOOK_PAGES,
    REFERENCE_PAGES,
]
# Where a practice instance differs from a real one, which has none of these.
PRACTISING: list[list[type[Controller]]] = [PRACTICE]
PRACTISING_PAGES: list[list[type[Controller]]] = [PRACTICE_PAGES]
# Documents and sealed files are streamed and have limits of their own.
MAX_BODY = 1 << 20


@dataclass(frozen=True)
class Parts:
    """What handlers ask for by name."""

    settings: Settings
    desk: Database
    box: Database
    storage: Storage
    keys: Keys
    roster: Roster
    halls: Halls

    @classmethod
    def of(cls, settings: Settings) -> "Parts":
        desk = Database(settings.desk_url, pool_size=settings.pool_size, log_refusal=log_refusal)
        return cls(
            settings=settings,
            desk=desk,
            box=Database(
                settings.box_url, pool_size=settings.pool_size, log_refusal=log_firms_refusal
            ),
            storage=Storage(settings.storage_url),
            keys=Keys(settings.keys, settings.origin),
            roster=parse_roster(settings.roster_bytes()),
            halls=Halls(desk),
        )


@get("/health", sync_to_thread=False, include_in_schema=False)
def health() -> dict[str, str]:
    return {"status": "ok"}


def create_app(settings: Settings) -> Litestar:
    """The whole service for one process."""
    parts = Parts.of(settings)
    rooms = ROOMS + PRACTISING * settings.practice
    pages = PAGES + PRACTISING_PAGES * settings.practice

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        # As many threads as connections: nobody ever waits for one while holding the other.
        to_thread.current_default_thread_limiter().total_tokens = settings.pool_size
        yield
        parts.halls.close()
        parts.desk.close()
        parts.box.close()

    def idempotency(app: ASGIApp) -> ASGIApp:
        return IdempotencyMiddleware(app, parts.desk, MAX_BODY)

    return Litestar(
        route_handlers=[
            health,
            *(controller for room in rooms for controller in room),
            site.router(pages, problems.HANDLERS),
        ],
        guards=[closed.guard] if settings.practice else [],
        state=State({"practice": settings.practice, "practice_url": settings.practice_url}),
        dependencies={
            name: Provide(_constant(getattr(parts, name)), sync_to_thread=False)
            for name in ("settings", "desk", "box", "storage", "keys", "roster", "halls")
        }
        | {"credential": Provide(credential, sync_to_thread=False)},
        middleware=[name_request, idempotency],
        exception_handlers=faults.pages_too(problems.HANDLERS),
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(
            title="Sunseal (practice)" if settings.practice else "Sunseal",
            version="1",
            path=reference.PATH,
            use_handler_docstrings=True,
            render_plugins=[reference.CompleteDocument()],
        ),
        logging_config=None,  # ours is structlog; the framework's would log request lines
        request_max_body_size=MAX_BODY,
    )


def credential(request: ASGIConnection) -> Credential | None:  # type: ignore[type-arg]
    """SHA-256 of the bearer token; None for a visitor.

    A cookie counts only beside the token of our own pages: a browser adds the cookie to what
    another site's page makes it send, and that page can add no header of ours.
    """
    header = request.headers.get("authorization", "")
    token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
    token = token or csrf.session_of_script(request)
    return Credential(hashlib.sha256(token.encode()).digest()) if token else None


def name_request(app: ASGIApp) -> ASGIApp:
    """Notes method and path for the access log of this request alone."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            method = scope.get("method", "")
            current_request.current.set(f"{method} {scope['path']}")
        await app(scope, receive, send)

    return named


def _constant(value: object) -> "Constant":
    return Constant(value)


class Constant:
    """A dependency that is made once."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __call__(self) -> object:
        return self._value
