"""What must hold before a process serves: the database's clock and catalogue are as released, and
its log is the one that custodians followed."""

from sqlalchemy import text

from sunseal.audit.errors import LogHeld
from sunseal.database import Database, Role

# The clock decides deadlines. Only the tests' template replaces its body.
CLOCK = "select clock_timestamp()"
# A managed database may refuse these revocations; isolation then has a hole that must be known.
TELLTALES = ("pg_stat_user_tables", "pg_locks", "pg_stat_activity", "pg_stats")


class ClockReplaced(Exception):
    def __init__(self, body: str) -> None:
        super().__init__(
            f"kit.now() is {body!r}, not {CLOCK!r}: deadlines would follow another clock. "
            "Run `sunseal migrate` on a database of its own."
        )


def check_clock(database: Database, role: Role = Role.PUBLIC) -> None:
    """Raises ClockReplaced."""
    query = text("select prosrc from pg_proc where oid = 'kit.now()'::regprocedure")
    with database.unit_as(role) as uow:
        body = str(uow.session.execute(query).scalar_one()).strip()
    if body != CLOCK:
        raise ClockReplaced(body)


def check_log(database: Database, role: Role = Role.PUBLIC) -> None:
    """Raises LogHeld for a log that came out of a backup and was compared with nobody's yet."""
    with database.unit_as(role) as uow:
        held = str(uow.session.execute(text("select held from audit.head")).scalar_one())
    if held:
        raise LogHeld(held)


def open_views(database: Database) -> list[str]:
    """What every role may read of the cluster although the migration revokes it."""
    query = text("select has_table_privilege('as_public', :view, 'select')")
    temporary = text("select has_database_privilege('as_public', current_database(), 'temporary')")
    with database.unit_as(Role.PUBLIC) as uow:
        found = [
            view
            for view in TELLTALES
            if uow.session.execute(query, {"view": f"pg_catalog.{view}"}).scalar_one()
        ]
        return found + ["temporary tables"] * uow.session.execute(temporary).scalar_one()
