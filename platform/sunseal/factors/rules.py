"""Pure decisions about codes and guesses.

Guesses from browsers that an account does not know are counted for all of them together, and those
from each known one by itself. So whoever guesses at a rival's account before a deadline shuts out
strangers like himself, and not the rival.
"""

import re
from datetime import datetime, timedelta

import pyotp

from sunseal.factors.errors import TooManyGuesses

STEP_SECONDS = 30
# A telephone's clock may be off by half a minute.
STEPS_AROUND = (0, -1, 1)
CODE = re.compile(r"[0-9]{6}")
WINDOW = timedelta(minutes=15)
STRANGERS, KNOWN = 10, 20
# Long enough to look for a security key in a drawer.
CHALLENGE_LASTS = timedelta(minutes=5)
DEVICE_KNOWN = timedelta(days=400)


def step_of(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step that `code` belongs to, if it is later than the last one taken (RFC 6238 §5.2)."""
    if CODE.fullmatch(code) is None:
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for around in STEPS_AROUND:
        step = current + around
        if step > last_step and pyotp.utils.strings_equal(code, totp.generate_otp(step)):
            return step
    return None


def check_guesses(count: int, *, known: bool) -> None:
    """`count` wrong ones within the window. Raises TooManyGuesses."""
    if count >= (KNOWN if known else STRANGERS):
        raise TooManyGuesses(int(WINDOW.total_seconds()) // 60)
