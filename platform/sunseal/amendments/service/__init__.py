"""What can be done about a published timetable, in the caller's unit of work."""

from sunseal.amendments.service.acknowledge import acknowledge
from sunseal.amendments.service.facts import Facts, facts, in_force
from sunseal.amendments.service.propose import confirm, propose
from sunseal.amendments.service.settle import Standing, settle, standing, waiting
from sunseal.amendments.service.show import History, Work, history, proposals, work

__all__ = [
    "Facts",
    "History",
    "Standing",
    "Work",
    "acknowledge",
    "confirm",
    "facts",
    "history",
    "in_force",
    "proposals",
    "propose",
    "settle",
    "standing",
    "waiting",
    "work",
]
