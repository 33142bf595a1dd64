"""The least that a service could do with a bid: one file, synced, and one row.

Two processes of it, on the same PostgreSQL and the same disk as the platform, are its peer.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
from litestar import Litestar, Request, post
from litestar.concurrency import sync_to_thread
from sqlalchemy import create_engine, text

from sunseal.demo import ports
from sunseal.demo.children import Child
from tests.bench.waiting import until

PROCESSES = 2
POOL = 8
ROOT = Path(__file__).parents[2]
TABLE = "create table if not exists bare (id uuid primary key, size bigint, at timestamptz)"


def create_app() -> Litestar:
    engine = create_engine(os.environ["BARE_DATABASE"], pool_size=POOL, max_overflow=0)
    folder = Path(os.environ["BARE_FOLDER"])

    def store(body: bytes) -> None:
        name = uuid4()
        with (folder / name.hex).open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        with engine.begin() as connection:
            row = {"id": name, "size": len(body)}
            connection.execute(text("insert into bare values (:id, :size, now())"), row)

    @post("/", status_code=204)
    async def take(request: Request) -> None:  # type: ignore[type-arg]
        await sync_to_thread(store, await request.body())

    return Litestar([take], request_max_body_size=None, logging_config=None)


@contextmanager
def serving(admin_url: str, folder: Path) -> Iterator[list[str]]:
    """The URLs of the processes."""
    engine = create_engine(admin_url)
    with engine.begin() as connection:
        connection.execute(text(TABLE))
    engine.dispose()
    folder.mkdir()
    environment = {
        "BARE_DATABASE": admin_url,
        "BARE_FOLDER": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    children, urls = [], []
    for number, port in enumerate(ports.free(PROCESSES)):
        listen = ("--port", str(port), "--no-access-log", "--log-level", "warning")
        command = (sys.executable, "-m", "uvicorn", "--factory", f"{__name__}:create_app", *listen)
        child = Child(f"bare-{number}", command, environment, folder / f"{number}.log")
        child.start()
        children.append(child)
        urls.append(f"http://{ports.LOOPBACK}:{port}")
    try:
        for url in urls:
            until(lambda url=url: httpx.get(url).is_client_error)  # type: ignore[misc]
        yield urls
    finally:
        for child in children:
            child.stop()
