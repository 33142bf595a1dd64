"""Passwords are hashed in threads of their own.

A hash takes a tenth of a second and 64 MiB, so that guessing is dear. On the threads that serve
requests a flood of wrong passwords would keep bidders waiting at their deadline.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from sunseal.organizations.errors import TooManySignIns

T = TypeVar("T")
AT_ONCE = 2
# Whoever comes when so many are in the queue is told so: his turn would come when he has gone.
ADMITTED = 64

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
_places = BoundedSemaphore(ADMITTED)


async def apart(work: Callable[[], T]) -> T:
    """What `work` returns or raises. Raises TooManySignIns."""
    if not _places.acquire(blocking=False):
        raise TooManySignIns()
    future = _threads.submit(work)
    # Given back when the thread has done it, also for a client that has gone meanwhile.
    future.add_done_callback(lambda _: _places.release())
    return await asyncio.wrap_future(future)
