"""How a long step tells how far it is."""

from collections.abc import Callable

# Bytes done, of bytes in all. It may be called from another thread.
Progress = Callable[[int, int], None]


def none(done: int, total: int) -> None:
    """For whoever does not want to know."""
