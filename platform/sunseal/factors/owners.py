"""Whose factors a page is about, as the browser's cookies say."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from sunseal.database import Credential, Database
from sunseal.errors import Unauthenticated
from sunseal.factors import secrets
from sunseal.factors.authenticator import RelyingParty
from sunseal.factors.managing import Owner
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal.web import cookies
from sunseal.web.page import Page


def owner(
    page: NamedDependency[Page],
    desk: NamedDependency[Database],
    box: NamedDependency[Database],
    keys: NamedDependency[Keys],
    settings: NamedDependency[Settings],
) -> Owner:
    """Whoever has signed in."""
    return Owner(desk, box, keys, party(settings), page.credential)


def newcomer(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    desk: NamedDependency[Database],
    box: NamedDependency[Database],
    keys: NamedDependency[Keys],
    settings: NamedDependency[Settings],
) -> Owner:
    """Whoever knew the password and has no factor yet."""
    return Owner(desk, box, keys, party(settings), half_of(request, page))


def party(settings: Settings) -> RelyingParty:
    return RelyingParty.at(settings.public_url)


def half_of(request: Request[Any, Any, Any], page: Page) -> Credential:
    """The session that waits for a second factor. Raises Unauthenticated."""
    token = cookies.read(request.cookies, cookies.HALF, page.host)
    if token is None:
        raise Unauthenticated()
    return Credential(secrets.digest(token))
