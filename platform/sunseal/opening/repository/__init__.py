"""The SQL of the opening, all of it run by the worker, except what the hall and the desks read."""

from sunseal.opening.repository.gates import GateRepository
from sunseal.opening.repository.opened import OpenedRepository
from sunseal.opening.repository.releases import ReleaseRepository
from sunseal.opening.repository.reveals import RevealRepository

__all__ = ["GateRepository", "OpenedRepository", "ReleaseRepository", "RevealRepository"]
