"""What can be done about lists and bidders, in the caller's unit of work."""

from sunseal.screening.service.adjudicate import confirm, propose
from sunseal.screening.service.check import (
    check_all,
    check_organization,
    check_submission,
    check_tenderer,
    own_standing,
)
from sunseal.screening.service.imports import health, import_list

__all__ = [
    "check_all",
    "check_organization",
    "check_submission",
    "check_tenderer",
    "confirm",
    "health",
    "import_list",
    "own_standing",
    "propose",
]
