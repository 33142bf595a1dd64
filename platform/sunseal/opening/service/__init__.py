"""What can be done about openings: the worker advances them, everybody else looks."""

from sunseal.opening.service.advance import Tools, advance, due, quorum
from sunseal.opening.service.look import document, documents, hall_events, hall_pulse, look
from sunseal.opening.service.reveal import sweep as reveal
from sunseal.opening.service.supply import sweep as sweep_supplies
from sunseal.opening.service.supply import wanted

__all__ = [
    "Tools",
    "advance",
    "document",
    "documents",
    "due",
    "hall_events",
    "hall_pulse",
    "look",
    "quorum",
    "reveal",
    "sweep_supplies",
    "wanted",
]
