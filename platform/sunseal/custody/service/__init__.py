"""What can be done in custody, in the caller's unit of work."""

from sunseal.custody.service.answer import post_to_request
from sunseal.custody.service.ceremony import expire, post
from sunseal.custody.service.publish import cancel_gate, open_gate, publish
from sunseal.custody.service.read import attempts, certificate, presences
from sunseal.custody.service.start import start
from sunseal.custody.service.work import work

__all__ = [
    "attempts",
    "cancel_gate",
    "certificate",
    "expire",
    "open_gate",
    "post",
    "post_to_request",
    "presences",
    "publish",
    "start",
    "work",
]
