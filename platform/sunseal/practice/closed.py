"""What a practice instance has no door for, although its code is the real one's.

Somebody who lures people here must not get a password, a name or an id-card number out of them;
whoever practises must not tell by registering who is about to bid; and a firm that anybody has with
a click must not make this machine send messages to addresses of its choice. Nobody sits here who
could help.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from sunseal.practice.errors import NotInPractice

# Each with all that lies below it.
PATHS = (
    "/sign-in",
    "/register",
    "/invitations",
    "/help",
    "/firm/people",
    "/firm/practitioners",
    "/account/webhooks",
    "/api/v1/organizations",
    "/api/v1/people",
    "/api/v1/practitioners",
    "/api/v1/help",
    "/api/v1/webhooks",
)


def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Raises NotInPractice."""
    path = connection.scope["path"].rstrip("/") + "/"
    if path.startswith(tuple(f"{closed}/" for closed in PATHS)):
        raise NotInPractice()
