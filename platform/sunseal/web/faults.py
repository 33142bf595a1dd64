"""Errors as readers see them: a page that says what happened, whether bids are safe, what to do.

Programs that ask under /api get problem details, with the same sentences when they ask for them.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from sunseal.errors import SunsealError, Unauthenticated
from sunseal.web import sentences
from sunseal.web.language import COOKIE, TAGS
from sunseal.web.page import language_of, provide

Caller = Request[Any, Any, Any]
Handler = Callable[[Any, Any], Response[Any]]
API = "/api/"
SIGN_IN = "/sign-in"


def pages_too(handlers: ExceptionHandlersMap) -> ExceptionHandlersMap:
    """The API's handlers for the API, and pages for everything else."""
    return {kind: _told(handler) for kind, handler in handlers.items()}


def _told(handler: Any) -> Handler:
    def told(request: Caller, error: Exception) -> Response[Any]:
        answer: Response[Any] = handler(request, error)
        if request.scope["path"].startswith(API):
            return _in_language(request, error, answer)
        if isinstance(error, Unauthenticated) and request.scope["path"] != SIGN_IN:
            return _to_sign_in(request)
        return _page(request, error, answer.status_code or 500)

    return told


def _in_language(
    request: Caller, error: Exception, answer: Response[Any]
) -> Response[dict[str, Any]]:
    """For the scripts of our pages, and programs that ask for a language: a sentence to show.

    With `safe` and `next`, which say whether bids are safe and what to do. Others keep English.
    """
    accept = request.headers.get("accept-language", "")
    if not isinstance(error, SunsealError) or not (accept or COOKIE in request.cookies):
        return answer
    spoken = language_of(request.cookies, accept)
    told = sentences.of_error(spoken, error)
    said = {"detail": told.what, "safe": told.safe, "next": told.next}
    answer.content = {**answer.content, **said}
    answer.headers["Content-Language"] = TAGS[spoken]
    answer.headers["Vary"] = "Accept-Language, Cookie"
    return answer


def _page(request: Caller, error: Exception, status: int) -> Response[str]:
    page = provide(request)
    if isinstance(error, SunsealError):
        told = sentences.of_error(page.language, error)
    else:
        told = sentences.of_status(page.language, status)
    answer = page.show("web/problem.html", status=status, told=told, code=status)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _to_sign_in(request: Caller) -> Response[Any]:
    """Back to the page afterwards, unless it was a form, whose answer is no page of its own."""
    page = provide(request)
    wanted = request.scope["path"] if request.method == "GET" else "/"
    path = f"{SIGN_IN}?next={quote(wanted, safe='/')}"
    if not page.is_partial:
        return page.redirect(path)
    # A script that put the sign-in page into the middle of another one would help nobody.
    return Response("", status_code=401, headers={"HX-Redirect": path})
