"""PostgreSQL and Valkey for a machine that has neither: the demo's servers and the tests'.

Real servers out of Python wheels, run as children of this process on unix sockets that only their
owner can reach. Production never comes here: it has URLs.
"""

from sunseal.embedded.errors import EmbeddedError, InUse
from sunseal.embedded.launcher import Embedded, Urls

__all__ = ["Embedded", "EmbeddedError", "InUse", "Urls"]
