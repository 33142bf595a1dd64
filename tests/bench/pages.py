"""Pages at fifty requests a second, what they weigh, and when five hundred viewers hear of a bid.

Who asks is a process of its own, so that it takes no time from the one that answers. The first
seconds after a start, in which templates are compiled and connections are made, have a row too.
"""

import asyncio
import gzip
import http.client
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit

import psycopg

from sunseal.web import assets
from tests.bench.database import installation
from tests.bench.row import NotMeasured, Row
from tests.support.servers import scratch_folder
from tests.web.site import Site, running

PERCENTILE = 0.95
CALLERS = 25
BID = b"event: bid"
REQUEST = "GET /api/v1/tenders/{}/hall HTTP/1.1\r\nHost: {}\r\n\r\n"
EVENT = """
    insert into opened.hall_event (tender_id, kind, body, at)
    values (%s, 'bid', jsonb_build_object('position', %s::int, 'outcome', 'opened',
        'organization', 'x', 'price', '1.00', 'currency', 'CNY'), kit.now())
"""


def measure(
    seconds: float = 10.0, rate: float = 50.0, viewers: int = 500, events: int = 5
) -> Iterator[Row]:
    with _site() as site, ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        paths = ["/", "/tenders", site.tender, f"{site.tender}/hall", "/custodians", "/why"]
        for name in ("page_p95_after_start", "page_p95"):
            waited = elsewhere.submit(_at_rate, site.url, paths, rate, seconds).result()
            yield Row(name, 1000 * _percentile(waited), "ms", f"{rate:.0f} requests a second")
        for path in (site.tender, f"{site.tender}/hall"):
            name = path.rpartition("/")[2] if path != site.tender else "notice"
            yield Row(f"weight_{name}", _weight(site.url, path) / 1000, "kB gzipped", "HTML")
        for name in sorted(assets.built().names):
            yield Row(f"weight_{name}", _asset(name) / 1000, "kB gzipped", "once, then kept")
        hall = Hall(site.url, str(site.world.tender), site.world.database.admin_url)
        heard = elsewhere.submit(_watched, hall, viewers, events).result()
        yield Row(
            "hall_p95", 1000 * _percentile(heard), "ms", f"{viewers} viewers, a look a second"
        )


@dataclass(frozen=True)
class Hall:
    """`admin_url` is where an event is made by hand."""

    url: str
    tender: str
    admin_url: str


@contextmanager
def _site() -> Iterator[Site]:
    with (
        scratch_folder() as folder,
        installation() as make,
        running(make(), folder / "site", seats=5, threshold=3) as site,
    ):
        site.furnish()
        yield site


def _percentile(found: list[float]) -> float:
    return sorted(found)[int(PERCENTILE * (len(found) - 1))]


def _at_rate(url: str, paths: list[str], rate: float, seconds: float) -> list[float]:
    """Seconds from when each request was due to its last byte: a late start counts as waiting."""
    waited: list[float] = []
    began = time.perf_counter() + 0.2
    count = int(rate * seconds)

    def call(first: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        for number in range(first, count, CALLERS):
            due = began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            connection.request("GET", paths[number % len(paths)])
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                raise NotMeasured(f"{paths[number % len(paths)]}: {answer.status}")
            waited.append(time.perf_counter() - due)
        connection.close()

    threads = [threading.Thread(target=call, args=(first,)) for first in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(waited) != count:
        raise NotMeasured(f"{len(waited)} of {count} requests were answered")
    return waited


def _weight(url: str, path: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET", path)
    page = connection.getresponse().read()
    connection.close()
    return len(gzip.compress(page))


def _asset(name: str) -> int:
    built = assets.built()
    return len(built.files[built.names[name]].packed)


def _watched(hall: Hall, viewers: int, events: int) -> list[float]:
    return asyncio.run(_fan_out(hall, viewers, events))


async def _fan_out(hall: Hall, viewers: int, events: int) -> list[float]:
    """Seconds from when an event is made until each viewer has it."""
    host, port = urlsplit(hall.url).netloc.split(":")
    heard: list[float] = []
    ready = asyncio.Semaphore(0)
    made: list[float] = []

    async def view() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(REQUEST.format(hall.tender, host).encode())
        await reader.readuntil(b"event: pulse")
        ready.release()
        for number in range(events):
            await reader.readuntil(BID)
            heard.append(time.perf_counter() - made[number])
        writer.close()

    views = [asyncio.create_task(view()) for _ in range(viewers)]
    for _ in range(viewers):
        await ready.acquire()
    for number in range(events):
        made.append(time.perf_counter())
        await asyncio.to_thread(_announce, hall, number)
        await asyncio.sleep(2)
    await asyncio.wait_for(asyncio.gather(*views), 60)
    return heard


def _announce(hall: Hall, number: int) -> None:
    with psycopg.connect(hall.admin_url, autocommit=True) as connection:
        connection.execute(EVENT, [hall.tender, number])
