"""What can be done about the district's blacklist, in the caller's unit of work."""

from sunseal.blacklist.service.decide import (
    appeal,
    confirm_penalty,
    own_penalties,
    propose_penalty,
    rule,
)
from sunseal.blacklist.service.publish import notices, publish_blacklist, write

__all__ = [
    "appeal",
    "confirm_penalty",
    "notices",
    "own_penalties",
    "propose_penalty",
    "publish_blacklist",
    "rule",
    "write",
]
