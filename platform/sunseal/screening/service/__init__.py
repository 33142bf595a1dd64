"""What can be done about lists and bidders, in the caller's unit of work."""

from sunseal.screening.service.check import (
    check_all,
    check_organization,
    check_submission,
    check_tenderer,
)
from sunseal.screening.service.delta import delta, rescreen
from sunseal.screening.service.imports import health, history, import_list, put_in_force
from sunseal.screening.service.refresh import refresh
from sunseal.screening.service.rekey import rekey

__all__ = [
    "check_all",
    "check_organization",
    "check_submission",
    "check_tenderer",
    "delta",
    "health",
    "history",
    "import_list",
    "put_in_force",
    "refresh",
    "rekey",
    "rescreen",
]
