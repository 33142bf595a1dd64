"""Errors as callers see them: RFC 9457 problem details, never a stack trace."""

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DataError, OperationalError

from sunseal.errors import Invalid, SunsealError, Unavailable
from sunseal.kit import faults
from sunseal.screening.person_ids import redact

MEDIA_TYPE = "application/problem+json"
logger = structlog.get_logger()

Caller = Request[Any, Any, Any]


def of_sunseal(_: Caller, error: SunsealError) -> Response[dict[str, Any]]:
    return _problem(error.status_code, type(error).slug(), str(error))


def of_http(_: Caller, error: HTTPException) -> Response[dict[str, Any]]:
    """What the framework refuses: unknown routes, wrong methods, payloads of the wrong shape."""
    extra = {"errors": _told(error.extra)} if isinstance(error, ValidationException) else {}
    slug = {400: "malformed", 404: "not-found", 405: "method-not-allowed"}.get(
        error.status_code, "http-error"
    )
    return _problem(error.status_code, slug, error.detail, extra)


def of_database(request: Caller, _: OperationalError) -> Response[dict[str, Any]]:
    return of_sunseal(
        request,
        Unavailable("The database is not reachable. Nothing was stored: try again shortly."),
    )


def of_value(request: Caller, _: DataError) -> Response[dict[str, Any]]:
    """A zero character, a number beyond all bounds: nothing that a row could hold."""
    return of_sunseal(
        request, Invalid("A value cannot be stored: leave out control characters and huge numbers.")
    )


def of_body(request: Caller, _: Exception) -> Response[dict[str, Any]]:
    """JSON that goes too deep, or text in another encoding."""
    return of_sunseal(request, Invalid("The body is no UTF-8, or is nested too deeply."))


def of_anything(request: Caller, error: Exception) -> Response[dict[str, Any]]:
    """A fault of ours. The log line names the route's template, never its tender or caller."""
    logger.error("unhandled", route=request.scope.get("path_template", ""), **faults.told(error))
    sentence = "Something failed on our side. What was confirmed to you before stands."
    return _problem(500, "internal-error", sentence)


HANDLERS: ExceptionHandlersMap = {
    SunsealError: of_sunseal,
    HTTPException: of_http,
    OperationalError: of_database,
    DataError: of_value,
    RecursionError: of_body,
    UnicodeDecodeError: of_body,
    Exception: of_anything,
}


def _told(faults: Any) -> Any:
    """A name that no form has may be an id-card number that slipped into the wrong place."""
    if not isinstance(faults, list):
        return faults
    return [
        {key: redact(said) if isinstance(said, str) else said for key, said in fault.items()}
        for fault in faults
        if isinstance(fault, dict)
    ]


def body(status: int, slug: str, detail: str) -> dict[str, Any]:
    """RFC 9457's members, the title being the slug in words."""
    title = slug.replace("-", " ").capitalize()
    return {
        "type": f"urn:sunseal:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
    }


def _problem(
    status: int, slug: str, detail: str, extra: dict[str, Any] | None = None
) -> Response[dict[str, Any]]:
    said = body(status, slug, detail) | (extra or {})
    return Response(said, status_code=status, media_type=MEDIA_TYPE)
