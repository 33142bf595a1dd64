from uuid import UUID

from sunseal.errors import Forbidden, Invalid, NotFound, Refused, Unauthenticated, Unavailable
from sunseal.screening.person_ids import redact


class InvalidUscc(Invalid):
    def __init__(self, uscc: str, reason: str) -> None:
        self.uscc = uscc
        self.reason = reason
        super().__init__(
            f"{redact(uscc)!r} is no unified social credit code: {reason}. "
            "Check it against the licence."
        )


class UnknownIdentity(Invalid):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The firm cannot be told from others: {reason}.")


class InvalidPersonId(Invalid):
    """Its words do not repeat what was typed: they end up in logs and on screens."""

    def __init__(self) -> None:
        super().__init__(
            "A person's number is not valid: check it, digit by digit, against the document."
        )


class NumberInText(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "An id-card number stands where others read it. Give it in the field made for it."
        )


class AlreadyRegistered(Refused):
    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"This {what} is already registered. "
            "Sign in, or ask your firm's administrator for an account."
        )


class WeakPassword(Invalid):
    def __init__(self, least: int) -> None:
        self.least = least
        super().__init__(f"The password is too short: use at least {least} characters.")


class WrongCredentials(Unauthenticated):
    logged = True

    def __init__(self) -> None:
        super().__init__("E-mail address and password do not belong together. Check both.")


class NotAdministrator(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only your firm's administrator can do this.")


class KeyRefused(Invalid):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"This signing key cannot be enrolled: {reason}.")


class TooManySignIns(Unavailable):
    def __init__(self) -> None:
        super().__init__("Too many people are signing in at this moment. Try again in a second.")


class NoSuchSession(NotFound):
    def __init__(self, session_id: UUID) -> None:
        super().__init__(f"You have no session {session_id}.")


class NoSuchPractitioner(NotFound):
    def __init__(self, practitioner_id: UUID) -> None:
        super().__init__(f"Your firm has declared no practitioner {practitioner_id}.")
