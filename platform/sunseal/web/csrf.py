"""Only our own pages may change anything with a reader's cookie.

Two checks, because each has a gap: browsers say where a request comes from, but a neighbouring
subdomain may count as the same site to an old one; a form's token is known to our own pages alone,
but a visitor who has not signed in has no session to bind it to. What carries a session needs both.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from sunseal.web import cookies
from sunseal.web.errors import CrossSite

FIELD = "csrf"
HEADER = "x-csrf-token"
LABEL = b"sunseal/csrf/v1"
READING = ("GET", "HEAD", "OPTIONS")


def token_of(session: str | None) -> str:
    """What this session's forms carry. It is made from the session, so nothing is stored for it."""
    if not session:
        return ""
    digest = hmac.digest(session.encode(), LABEL, hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def is_token(session: str, given: str) -> bool:
    return hmac.compare_digest(token_of(session).encode(), given.encode())


def check_origin(headers: dict[str, str]) -> None:
    """Raises CrossSite. A browser that says neither where from is older than the pages support."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise CrossSite()
        return
    origin = headers.get("origin")
    if origin is None or urlsplit(origin).netloc != headers.get("host"):
        raise CrossSite()


async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Stands before every page. Raises CrossSite."""
    request = Request[Any, Any, Any](connection.scope, connection.receive)
    if request.method in READING:
        return
    headers = {name.lower(): value for name, value in request.headers.items()}
    check_origin(headers)
    session = cookies.read(request.cookies, cookies.SESSION, headers.get("host", ""))
    if session is None:
        return
    given = headers.get(HEADER) or str((await request.form()).get(FIELD) or "")
    if not is_token(session, given):
        raise CrossSite()


def session_of_script(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The session of our own page's script, which asks the API with the page's token; or none."""
    given = request.headers.get(HEADER)
    if given is None:
        return ""
    session = cookies.read(request.cookies, cookies.SESSION, request.headers.get("host", ""))
    return session if session and is_token(session, given) else ""
