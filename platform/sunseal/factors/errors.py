"""What can go wrong with a second factor or a passkey.

Unauthenticated
├── WrongCode
├── WrongPasskey
├── ChallengeOver
└── CounterWentBack
SunsealError, 429
└── TooManyGuesses
NotFound
└── NoSuchFactor
Refused
├── LastFactor
└── PasskeyKnown
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


class WrongPasskey(Unauthenticated):
    """One sentence for whatever does not hold: who tries is not told how far he came."""

    logged = True

    def __init__(self) -> None:
        super().__init__(
            "This passkey opens nothing here: it was removed, belongs to another account or "
            "another site, or was not confirmed by fingerprint, face or PIN. "
            "Sign in with your password instead."
        )


class ChallengeOver(Unauthenticated):
    logged = True

    def __init__(self) -> None:
        super().__init__(
            "This answer of a passkey was used already, came too late, or belongs to another "
            "page. Load the page again and press the button once more."
        )


class CounterWentBack(Unauthenticated):
    """Of an authenticator that counts its signatures: two of them hold the same key."""

    logged = True

    def __init__(self) -> None:
        super().__init__(
            "This passkey counted backward, so somebody may have a copy of it. It was refused and "
            "the attempt was logged. Sign in another way, remove this passkey and add a new one."
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


class PasskeyKnown(Refused):
    def __init__(self) -> None:
        super().__init__("This passkey was added before. Use it, or add one of another device.")
