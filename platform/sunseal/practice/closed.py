"""What a practice instance has no door for, although its code is the real one's.

Somebody who lures people here must not get a password, a name or an id-card number out of them, and
whoever practises must not tell by registering who is about to bid.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from sunseal.practice.errors import NotInPractice

PATHS = frozenset(
    {
        "/sign-in",
        "/register",
        "/firm/people",
        "/firm/practitioners",
        "/api/v1/organizations",
        "/api/v1/people",
        "/api/v1/practitioners",
        # Nor does it ask addresses that somebody without a name types.
        "/account/webhooks",
        "/api/v1/webhooks",
    }
)


def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Raises NotInPractice."""
    if connection.scope["path"].rstrip("/") in PATHS:
        raise NotInPractice()
