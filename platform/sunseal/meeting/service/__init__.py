"""What can be done at a meeting, in the caller's unit of work."""

from sunseal.meeting.service.chair import (
    ask_for_objections,
    attend,
    correct,
    read_out,
    reply,
    write_minutes,
)
from sunseal.meeting.service.object import raise_objection
from sunseal.meeting.service.printing import Position, Printed, minutes, positions
from sunseal.meeting.service.show import Meeting, look
from sunseal.meeting.service.sign import sign

__all__ = [
    "Meeting",
    "Position",
    "Printed",
    "ask_for_objections",
    "attend",
    "correct",
    "look",
    "minutes",
    "positions",
    "raise_objection",
    "read_out",
    "reply",
    "sign",
    "write_minutes",
]
