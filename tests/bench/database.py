"""Databases of fresh installations on durable embedded servers, for measuring."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from sunseal import migrations
from sunseal.embedded import Embedded
from tests.support.database import TEMPLATE, TestDatabase, create, maker
from tests.support.servers import scratch_folder


@contextmanager
def installation() -> Iterator[Callable[[], TestDatabase]]:
    """Makes one database after the other."""
    with scratch_folder() as folder, Embedded(folder / "servers", durable=True) as servers:
        create(servers, TEMPLATE, None)
        migrations.run(servers.url_for("postgres", TEMPLATE))
        with maker(servers, TEMPLATE) as make:
            yield make


@contextmanager
def hurried(admin_url: str) -> Iterator[None]:
    """What is only prepared may be lost in a power cut; what is measured may not."""
    _set_durable(admin_url, "off")
    try:
        yield
    finally:
        _set_durable(admin_url, "on")


def _set_durable(admin_url: str, value: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(f"alter system set synchronous_commit = {value}")
        connection.execute("select pg_reload_conf()")
        while connection.execute("show synchronous_commit").fetchone() != (value,):
            time.sleep(0.01)
