"""The schema's history. `run` brings a database to the newest version."""

from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import Connection

FOLDER = Path(__file__).parent
SOMEBODY = "select exists (select from registry.organization)"
# A function and not a row: no role of ours can change one, and a backup's rows bring none along.
MARK = """
    create or replace function kit.practice() returns boolean language sql immutable
    as $$ select true $$
"""


class NotFresh(Exception):
    def __init__(self) -> None:
        super().__init__(
            "This database was made for real tenders, and somebody is registered in it: it becomes "
            "no practice instance's. Make another one."
        )


def run(admin_url: str, *, practice: bool = False) -> None:
    """Upgrades the database behind a superuser's URL. Running it again changes nothing.

    With `practice` it is marked for a practice instance, for ever. Raises NotFresh.
    """
    config = _config()
    config.attributes["url"] = admin_url
    command.upgrade(config, "head")
    if practice:
        with psycopg.connect(admin_url) as connection:
            _mark(connection)


def _mark(connection: Connection[Any]) -> None:
    if connection.execute("select kit.practice()").fetchone() == (True,):
        return
    if connection.execute(SOMEBODY).fetchone() == (True,):
        raise NotFresh
    connection.execute(MARK)


def newest() -> str:
    """The version that `run` leads to."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
