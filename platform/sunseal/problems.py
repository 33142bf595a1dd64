"""Errors as callers see them: RFC 9457 problem details, never a stack trace."""

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import OperationalError

from sunseal.errors import SunsealError, Unavailable

MEDIA_TYPE = "application/problem+json"
logger = structlog.get_logger()

Caller = Request[Any, Any, Any]


def of_sunseal(_: Caller, error: SunsealError) -> Response[dict[str, Any]]:
    title = type(error).slug().replace("-", " ").capitalize()
    return _problem(error.status_code, type(error).slug(), title, str(error))


def of_http(_: Caller, error: HTTPException) -> Response[dict[str, Any]]:
    """What the framework refuses: unknown routes, wrong methods, payloads of the wrong shape."""
    extra = {"errors": error.extra} if isinstance(error, ValidationException) else {}
    slug = {400: "malformed", 404: "not-found", 405: "method-not-allowed"}.get(
        error.status_code, "http-error"
    )
    return _problem(
        error.status_code, slug, slug.replace("-", " ").capitalize(), error.detail, extra
    )


def of_database(request: Caller, _: OperationalError) -> Response[dict[str, Any]]:
    return of_sunseal(
        request,
        Unavailable("The database is not reachable. Nothing was stored: try again shortly."),
    )


def of_anything(request: Caller, error: Exception) -> Response[dict[str, Any]]:
    """A fault of ours. The log line names the route's template, never its tender or caller."""
    route = request.scope.get("path_template", "")
    logger.error("unhandled", route=route, kind=type(error).__name__, exc_info=error)
    sentence = "Something failed on our side. What was confirmed to you before stands."
    return _problem(500, "internal", "Internal error", sentence)


HANDLERS: ExceptionHandlersMap = {
    SunsealError: of_sunseal,
    HTTPException: of_http,
    OperationalError: of_database,
    Exception: of_anything,
}


def _problem(
    status: int, slug: str, title: str, detail: str, extra: dict[str, Any] | None = None
) -> Response[dict[str, Any]]:
    body = {
        "type": f"urn:sunseal:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        **(extra or {}),
    }
    return Response(body, status_code=status, media_type=MEDIA_TYPE)
