"""Databases of fresh installations on durable embedded servers, for measuring."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from sunseal import migrations
from sunseal.embedded import Embedded
from tests.support.database import TEMPLATE, TestDatabase, create, maker
from tests.support.servers import scratch_folder

KEYS = """
    select conname, pg_get_constraintdef(oid) from pg_constraint
    where conrelid = %s::regclass and contype in ('p', 'u')
"""
INDEXES = """
    select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i
    where indrelid = %s::regclass
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
"""


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


@contextmanager
def bare_table(admin: psycopg.Connection[Any], table: str) -> Iterator[None]:
    """Without indexes and keys while it is filled; they are made again in one go.

    Foreign keys are not checked either: with ten million rows that alone takes minutes.
    """
    keys = admin.execute(KEYS, (table,)).fetchall()
    indexes = admin.execute(INDEXES, (table,)).fetchall()
    admin.execute("set session_replication_role = replica")
    for name, _ in keys:
        admin.execute(f"alter table {table} drop constraint {name}".encode())
    for name, _ in indexes:
        admin.execute(f"drop index {name}".encode())
    yield
    admin.execute("set maintenance_work_mem = '1GB'")
    for _, definition in indexes:
        admin.execute(definition.encode())
    for name, definition in keys:
        admin.execute(f"alter table {table} add constraint {name} {definition}".encode())
    admin.execute("set session_replication_role = origin")
    admin.execute(f"vacuum analyze {table}".encode())
