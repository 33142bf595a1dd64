"""What can be done in custody, in the caller's unit of work."""

from sunseal.custody.service.answer import post_to_request
from sunseal.custody.service.ceremony import expire, post
from sunseal.custody.service.own import own
from sunseal.custody.service.publish import cancel_gate, open_gate, publish
from sunseal.custody.service.read import attempts, certificate, presences
from sunseal.custody.service.start import start
from sunseal.custody.service.watch import CENTRE, ENTERERS, Watch, alarm, clerks, enter, look
from sunseal.custody.service.work import work

__all__ = [
    "CENTRE",
    "ENTERERS",
    "Watch",
    "alarm",
    "attempts",
    "cancel_gate",
    "certificate",
    "clerks",
    "enter",
    "expire",
    "look",
    "open_gate",
    "own",
    "post",
    "post_to_request",
    "presences",
    "publish",
    "start",
    "work",
]
