"""What can be done with questions and answers, in the caller's unit of work."""

from sunseal.clarifications.repository import Asked
from sunseal.clarifications.service.ask import Own, ask, closes_at, own
from sunseal.clarifications.service.publish import check, publish, questions
from sunseal.clarifications.service.read import get, of_tender
from sunseal.clarifications.service.release import release

__all__ = [
    "Asked",
    "Own",
    "ask",
    "check",
    "closes_at",
    "get",
    "of_tender",
    "own",
    "publish",
    "questions",
    "release",
]
