"""Naming who made a step fail."""

from collections.abc import Iterator
from contextlib import contextmanager

from sunseal_crypto.errors import Blamed, CryptoError


@contextmanager
def blaming(culprit: int, step: str) -> Iterator[None]:
    """Turns whatever fails inside into a Blamed that names the step and `culprit`.

    Only around what nobody but the culprit can have made: a wrong accusation is an attack too.
    """
    try:
        yield
    except CryptoError as error:
        raise Blamed(f"{step}: {error}", culprit) from None
