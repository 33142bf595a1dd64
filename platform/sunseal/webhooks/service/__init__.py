"""What can be done with webhooks, in the caller's unit of work; `deliver` opens its own."""

from sunseal.webhooks.service.deliver import DELIVER, NOTIFY, deliver, write
from sunseal.webhooks.service.manage import (
    Made,
    ask_again,
    deliveries,
    listed,
    one,
    register,
    remove,
    rotate,
    switch_on,
    test,
)
from sunseal.webhooks.service.tell import tell

__all__ = [
    "DELIVER",
    "NOTIFY",
    "Made",
    "ask_again",
    "deliver",
    "deliveries",
    "listed",
    "one",
    "register",
    "remove",
    "rotate",
    "switch_on",
    "tell",
    "test",
    "write",
]
