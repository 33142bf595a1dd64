"""Real databases, built by the real migrations: one template a process, one clone for each test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sunseal import migrations
from sunseal.audit.service import log_refusal
from sunseal.database import Database
from sunseal.embedded import Embedded
from sunseal.settings import Settings
from sunseal.storage import Storage

TEMPLATE = "sunseal_template"
POOL_SIZE = 4
_numbers = count(1)


@dataclass
class TestDatabase:
    """A clone of the template with its three logins, and a superuser's URL for the insider."""

    __test__ = False

    name: str
    admin_url: str
    urls: dict[str, str]
    opened: list[Database] = field(default_factory=list)

    def login(self, name: str, pool_size: int = POOL_SIZE) -> Database:
        """The Database of `desk`, `box` or `work`, closed with the test."""
        database = Database(self.urls[name], pool_size=pool_size, log_refusal=log_refusal)
        self.opened.append(database)
        return database

    @property
    def desk(self) -> Database:
        return self.login("desk")

    @property
    def box(self) -> Database:
        return self.login("box")

    @property
    def work(self) -> Database:
        return self.login("work")

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection[Any]]:
        """A superuser's connection, each statement for itself: the insider's hand."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="session")
def template(embedded: Embedded) -> str:
    """The name of a database that the migrations have built, for cloning."""
    create(embedded, TEMPLATE, None)
    migrations.run(embedded.url_for("postgres", TEMPLATE))
    return TEMPLATE


@contextmanager
def maker(embedded: Embedded, template: str) -> Iterator[Callable[[], TestDatabase]]:
    made: list[TestDatabase] = []

    def make() -> TestDatabase:
        name = f"test_{next(_numbers)}"
        create(embedded, name, template)
        urls = {side: embedded.url_for(f"sunseal_{side}", name) for side in ("desk", "box", "work")}
        made.append(TestDatabase(name, embedded.url_for("postgres", name), urls))
        return made[-1]

    yield make
    for database in made:
        for login in database.opened:
            login.close()
        run(embedded, f"drop database if exists {database.name} with (force)")


@pytest.fixture
def new_database(embedded: Embedded, template: str) -> Iterator[Callable[[], TestDatabase]]:
    """Makes databases, each like a fresh installation."""
    with maker(embedded, template) as make:
        yield make


@pytest.fixture(scope="module")
def untouched(embedded: Embedded, template: str) -> Iterator[TestDatabase]:
    """One database for all tests of a module, none of which manages to change anything."""
    with maker(embedded, template) as make:
        yield make()


@pytest.fixture
def database(new_database: Callable[[], TestDatabase]) -> TestDatabase:
    return new_database()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(f"file://{tmp_path}/objects")


def settings_for(database: TestDatabase, folder: Path, **changes: Any) -> Settings:
    """Settings of an installation in `folder`, whose keys and roster the caller writes."""
    defaults: dict[str, Any] = {
        "origin": "test.sunseal.example/log",
        "desk_url": database.urls["desk"],
        "box_url": database.urls["box"],
        "work_url": database.urls["work"],
        "redis_url": "unix:///nowhere",
        "storage_url": f"file://{folder}/objects",
        "keys": folder / "keys",
        "roster": folder / "roster.json",
        "tick_seconds": 1.0,
        "pool_size": POOL_SIZE,
        "statutory": False,
        "second_factor": False,
    }
    return Settings(**(defaults | changes))


def create(embedded: Embedded, name: str, template: str | None) -> None:
    # Copying files within the kernel takes a quarter of the time, and nothing here is durable.
    like = f" template {template} strategy file_copy" if template else ""
    run(embedded, f"create database {name}{like}", "set file_copy_method = clone")
    if template:
        # A clone has the template's rows and not the rights on the database itself.
        run(embedded, f"revoke temporary on database {name} from public")


def run(embedded: Embedded, statement: str, *before: str) -> None:
    with psycopg.connect(embedded.admin_url, autocommit=True) as connection:
        for each in (*before, statement):
            connection.execute(each)
