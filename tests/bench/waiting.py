"""Waiting for a program to answer."""

import time
from collections.abc import Callable

import httpx

READY_WITHIN = 60.0


def until(met: Callable[[], bool]) -> None:
    """Raises TimeoutError."""
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        try:
            if met():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("a program that was started does not answer")
