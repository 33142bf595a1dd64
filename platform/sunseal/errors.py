"""Every error that reaches a caller.

SunsealError                  500
├── Invalid                   422  the payload is not what the route takes
├── Unauthenticated           401  no session, or one that has ended
├── Forbidden                 403  the role says no; logged as a refused access
├── NotFound                  404
├── Refused                   409  the law, the timetable or the state says no
├── TooLarge                  413
└── Unavailable               503  something we depend on is down; try again

Each room adds subclasses, one per fact, in its own errors.py.
"""

import re
from typing import ClassVar


class SunsealError(Exception):
    """A fact the caller must hear: subclasses keep its ids and write its sentence."""

    status_code: ClassVar[int] = 500
    logged: ClassVar[bool] = False  # whether the refusal itself belongs into the access log

    @classmethod
    def slug(cls) -> str:
        """The name of this error in the API: `DeadlinePassed` is `deadline-passed`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class Invalid(SunsealError):
    status_code = 422


class Unauthenticated(SunsealError):
    status_code = 401

    def __init__(
        self, sentence: str = "Sign in first: there is no session, or it has ended."
    ) -> None:
        super().__init__(sentence)


class Forbidden(SunsealError):
    status_code = 403
    logged = True

    def __init__(
        self, sentence: str = "Your role does not allow this. The attempt was logged."
    ) -> None:
        super().__init__(sentence)


class NotFound(SunsealError):
    status_code = 404


class Refused(SunsealError):
    status_code = 409


class TooLarge(SunsealError):
    status_code = 413


class Unavailable(SunsealError):
    status_code = 503
