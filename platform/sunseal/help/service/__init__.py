"""What can be done with calls for help, in the caller's unit of work."""

from sunseal.help.service.ask import Opened, held, linked, open_ticket, say, words
from sunseal.help.service.desk import Case, answer, close, forget_old, queue, read

__all__ = [
    "Case",
    "Opened",
    "answer",
    "close",
    "forget_old",
    "held",
    "linked",
    "open_ticket",
    "queue",
    "read",
    "say",
    "words",
]
