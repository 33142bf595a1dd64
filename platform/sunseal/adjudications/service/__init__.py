"""What can be done at the screening desk, in the caller's unit of work."""

from sunseal.adjudications.service.appeal import Outcome, appeal, appeals, own_standing, rule
from sunseal.adjudications.service.decide import confirm, propose, reject
from sunseal.adjudications.service.queue import QueueWish, Side, candidate, queue

__all__ = [
    "Outcome",
    "QueueWish",
    "Side",
    "appeal",
    "appeals",
    "candidate",
    "confirm",
    "own_standing",
    "propose",
    "queue",
    "reject",
    "rule",
]
