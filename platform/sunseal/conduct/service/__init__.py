"""What can be done with the registry of conduct, in the caller's unit of work."""

from sunseal.conduct.service.collect import collect
from sunseal.conduct.service.judge import Word, judge, object_to
from sunseal.conduct.service.read import Known, everything, firms, of_tender, own

__all__ = [
    "Known",
    "Word",
    "collect",
    "everything",
    "firms",
    "judge",
    "object_to",
    "of_tender",
    "own",
]
