"""What the current request is about, for the access log: method and path."""

from contextvars import ContextVar

current: ContextVar[str] = ContextVar("current", default="")
