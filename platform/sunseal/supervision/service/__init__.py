"""What can be done about findings, alerts and the broken glass, in the caller's unit of work."""

from sunseal.supervision.service.alert import SEND, Message, sent, supervisors, tell, waiting
from sunseal.supervision.service.break_glass import announce, empty_old, prepare, propose, read
from sunseal.supervision.service.desk import Case, FindingQuery, case, findings, take
from sunseal.supervision.service.rectify import document, order
from sunseal.supervision.service.sign_in import forget_old, note_sign_in
from sunseal.supervision.service.sweep import apply

__all__ = [
    "SEND",
    "Case",
    "FindingQuery",
    "Message",
    "announce",
    "apply",
    "case",
    "document",
    "empty_old",
    "findings",
    "forget_old",
    "note_sign_in",
    "order",
    "prepare",
    "propose",
    "read",
    "sent",
    "supervisors",
    "take",
    "tell",
    "waiting",
]
