"""What an operator proposed and a supervisor confirmed about somebody's account."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sunseal.administration import service
from sunseal.database import UnitOfWork

CARRY_OUT = "administration.carry_out"
TASKS: Mapping[str, Callable[[UnitOfWork, UUID], None]] = {CARRY_OUT: service.carry_out}
