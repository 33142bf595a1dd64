"""What can be done about lists and bidders, in the caller's unit of work."""

from sunseal.screening.service.adjudicate import confirm, propose
from sunseal.screening.service.blacklist import (
    appeal,
    confirm_penalty,
    own_penalties,
    propose_penalty,
    rule,
)
from sunseal.screening.service.check import (
    check_all,
    check_organization,
    check_submission,
    check_tenderer,
    own_standing,
)
from sunseal.screening.service.delta import delta, rescreen
from sunseal.screening.service.imports import health, import_list, put_in_force
from sunseal.screening.service.notices import notices, publish_blacklist, write
from sunseal.screening.service.refresh import refresh
from sunseal.screening.service.rekey import rekey

__all__ = [
    "appeal",
    "check_all",
    "check_organization",
    "check_submission",
    "check_tenderer",
    "confirm",
    "confirm_penalty",
    "delta",
    "health",
    "import_list",
    "notices",
    "own_penalties",
    "own_standing",
    "propose",
    "propose_penalty",
    "publish_blacklist",
    "put_in_force",
    "refresh",
    "rekey",
    "rescreen",
    "rule",
    "write",
]
