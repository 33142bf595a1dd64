"""What can go wrong with a second factor.

Unauthenticated
└── WrongCode
SunsealError, 429
└── TooManyGuesses
NotFound
└── NoSuchFactor
Refused
└── LastFactor
"""

from uuid import UUID

from sunseal.errors import NotFound, Refused, SunsealError, Unauthenticated


class WrongCode(Unauthenticated):
    logged = True

    def __init__(self) -> None:
        super().__init__(
            "The code is wrong, was used already, or is older than half a minute. "
            "Wait for the next one; a recovery code counts once."
        )


class TooManyGuesses(SunsealError):
    status_code = 429

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(
            f"Too many wrong tries from browsers that are not known here: wait {minutes} minutes, "
            "or sign in from a browser in which you have signed in before."
        )


class NoSuchFactor(NotFound):
    def __init__(self, factor_id: UUID) -> None:
        self.factor_id = factor_id
        super().__init__(f"You have no second factor {factor_id}.")


class LastFactor(Refused):
    def __init__(self) -> None:
        super().__init__("Your role needs a second factor: add another one before you remove this.")
