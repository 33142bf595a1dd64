"""Pure decisions about calls for help."""

import secrets
import unicodedata
from collections.abc import Iterable
from typing import Literal

from sunseal.help.errors import NamesSomebody, TooManyTickets
from sunseal.screening import person_ids

Category = Literal["account", "computer", "files", "network", "words", "other"]
# None of them says that somebody bids: a firm rehearses long before, and without a tender.
CATEGORIES: tuple[Category, ...] = ("account", "computer", "files", "network", "words", "other")
MAX_TEXT = 2000
MAX_PHONE = 40
PHONE = rf"[0-9+() -]{{3,{MAX_PHONE}}}"
NUMBER_LENGTH = 6
# Nothing that is mistaken for a digit when it is read out on the telephone.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
# Within an hour. Each firm, each browser that a firm has signed in from, each ticket and each
# address is counted by itself, so what a rival does from elsewhere shuts nobody else out.
FROM_FIRM, FROM_ADDRESS, ON_TICKET = 30, 10, 30
# What is shorter is a word of everyday speech, and says nothing.
SHORTEST_NAME = 4


def number() -> str:
    """A ticket's pseudonym."""
    return "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def check_asked(lately: int, limit: int) -> None:
    """Raises TooManyTickets."""
    if lately >= limit:
        raise TooManyTickets()


def check_names(said: str, names: Iterable[str]) -> None:
    """Width, case and spaces do not hide a name. Raises NamesSomebody."""
    text = _plain(said)
    if person_ids.holds_card(said) or any(
        len(plain) >= SHORTEST_NAME and plain in text for plain in map(_plain, names)
    ):
        raise NamesSomebody()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
