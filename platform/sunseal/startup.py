"""What must hold before a process serves: the database's clock and catalogue are as released, its
log is the one that custodians followed, and it is of the kind that the settings say."""

from sqlalchemy import text

from sunseal.audit.errors import LogHeld
from sunseal.database import Database, Role
from sunseal.settings import Settings
from sunseal_crypto import roster

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


class WrongKind(Exception):
    """Real tenders and practised ones never share a database, a roster or a process."""

    def __init__(self, practice: bool) -> None:
        super().__init__(
            "This database is of a practice instance, and SUNSEAL_PRACTICE is not 1: nothing in it "
            "has legal force. Give a real instance a database of its own."
            if practice
            else "SUNSEAL_PRACTICE is 1, and this database holds real tenders, or may. Give the "
            "practice instance a database of its own, and run `sunseal migrate` on it with "
            "SUNSEAL_PRACTICE=1."
        )


class OtherRoster(Exception):
    def __init__(self, origin: str, named: str) -> None:
        super().__init__(
            f"SUNSEAL_ROSTER is the roster of {named!r}, and SUNSEAL_ORIGIN is {origin!r}: nothing "
            "that is signed here would be believed by anybody."
        )


def check_kind(database: Database, practice: bool, role: Role = Role.PUBLIC) -> None:
    """Raises WrongKind."""
    with database.unit_as(role) as uow:
        found = bool(uow.session.execute(text("select kit.practice()")).scalar_one())
    if found is not practice:
        raise WrongKind(found)


def check_roster(settings: Settings) -> None:
    """Raises OtherRoster: a notice takes its origin from the roster, receipts take it from here."""
    named = roster.parse(settings.roster_bytes()).origin
    if named != settings.origin:
        raise OtherRoster(settings.origin, named)


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
