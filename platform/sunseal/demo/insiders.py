"""Those who would like to look before the time: the agent, the clerk, and their database login.

Each attempt is a real request or statement. One that is answered is reported as such, and then the
demo fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql

from sunseal.demo.desk import Desk, Refused

INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class Attempt:
    """`refused` is how the platform or the database said no; empty when it answered."""

    who: str
    what: str
    refused: str


def by_api(who: str, desk: Desk, tender: UUID) -> list[Attempt]:
    """What a member of staff can ask over HTTP that would tell of bids."""
    paths = (
        f"/tenders/{tender}/envelopes/1/joinings",
        f"/submissions?tender={tender}",
        f"/tenders/{tender}/opening",
        f"/audit/tenders/{tender}/bundle",
        "/audit/entries",
        "/custody/work",
    )
    return [_ask(who, desk, path) for path in paths]


def by_sql(who: str, url: str, role: str) -> list[Attempt]:
    """What the desk's own database login can be made to run, by an injection or a stolen secret."""
    statements = (
        "select count(*) from sealed.submission",
        "select organization_id from sealed.joining",
        "select detail from sealed.event",
        "select sealed.box_has_room(gen_random_uuid(), '1')",
        "select reltuples from pg_class where relname = 'submission'",
        "select n_tup_ins from pg_stat_all_tables where relname = 'submission'",
        "select pg_relation_size('sealed.submission')",
        "set local role as_bidder",
        "set local role as_worker",
    )
    return [_run(f"{who}, by SQL", url, role, statement) for statement in statements]


def answered(attempts: Sequence[Attempt]) -> list[Attempt]:
    return [attempt for attempt in attempts if not attempt.refused]


def _ask(who: str, desk: Desk, path: str) -> Attempt:
    try:
        desk.get(path)
    except Refused as refusal:
        return Attempt(who, f"GET {path}", str(refusal))
    return Attempt(who, f"GET {path}", "")


def _run(who: str, url: str, role: str, statement: str) -> Attempt:
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege as refusal:
            said = f"{INSUFFICIENT_PRIVILEGE} {refusal.diag.message_primary}"
            return Attempt(who, statement, said)
        finally:
            connection.rollback()
    return Attempt(who, statement, "")
