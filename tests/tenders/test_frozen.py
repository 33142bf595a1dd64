"""The database itself keeps a notice that custodians have signed, whoever writes SQL."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from sunseal.tenders.rules import NEXT, Status
from tests.support.database import TestDatabase

FROZEN = {
    "id": uuid4(),
    "reference": "another",
    "title": "another",
    "summary": "another",
    "tendering_party_id": uuid4(),
    "tendering_party_name": "another",
    "agent_id": uuid4(),
    "agent_name": "another",
    "statutory": False,
    "deadline": "2026-12-30T00:00:00Z",
    "not_before": "2030-01-01T00:00:00Z",
    "minimum_bids": 1,
    "threshold": 3,
    "box_size": 32,
    "currency": "EUR",
    "ceiling_price": "1",
    "notice": b"{}",
    "created_by": uuid4(),
    "created_at": "2020-01-01T00:00:00Z",
}
INSERT = """
    insert into notice.tender (id, reference, title, summary, tendering_party_id,
        tendering_party_name, agent_id, agent_name, status, statutory, deadline, not_before,
        minimum_bids, threshold, box_size, currency, notice, created_by, created_at, cancel_reason)
    values (%(id)s, %(id)s::text, 't', 's', gen_random_uuid(), 'p', gen_random_uuid(), 'a',
        %(status)s, true, '2027-01-01', '2027-01-01', 3, 2, 16, 'CNY', 'n', gen_random_uuid(),
        now(), %(reason)s)
"""

Connection = psycopg.Connection[Any]


@pytest.fixture
def owner(database: TestDatabase) -> Iterator[Connection]:
    """The owner of every table, whom neither grants nor row policies stop."""
    with database.admin() as connection:
        connection.execute("set role sunseal_owner")
        yield connection


def insert(owner: Connection, status: Status) -> UUID:
    tender = uuid4()
    reason = "r" if status is Status.CANCELLED else None
    owner.execute(INSERT, {"id": tender, "status": status.value, "reason": reason})
    return tender


def set_column(owner: Connection, tender: UUID, column: str, value: object) -> None:
    statement = sql.SQL("update notice.tender set {} = %s where id = %s")
    owner.execute(statement.format(sql.Identifier(column)), (value, tender))


@pytest.mark.parametrize("status", [Status.CEREMONY, Status.PUBLISHED, Status.CLOSED])
def test_not_even_the_owner_changes_a_fixed_column(owner: Connection, status: Status) -> None:
    tender = insert(owner, status)
    for column, value in FROZEN.items():
        with pytest.raises(psycopg.errors.RestrictViolation, match="fixed"):
            set_column(owner, tender, column, value)


def test_every_column_is_either_frozen_or_meant_to_move(owner: Connection) -> None:
    query = """select column_name from information_schema.columns
               where (table_schema, table_name) = ('notice', 'tender')"""
    columns = {row[0] for row in owner.execute(query)}
    moving = {"status", "publish_requested_at", "published_at", "cancelled_at", "cancel_reason"}
    assert columns == set(FROZEN) | moving


def test_a_draft_can_still_be_changed(owner: Connection) -> None:
    tender = insert(owner, Status.DRAFT)
    for column in set(FROZEN) - {"id"}:
        set_column(owner, tender, column, FROZEN[column])


def test_a_tender_is_never_deleted(owner: Connection) -> None:
    insert(owner, Status.DRAFT)
    with pytest.raises(psycopg.errors.RestrictViolation, match="never deleted"):
        owner.execute("delete from notice.tender")


def test_the_database_knows_the_same_steps_as_the_rules(owner: Connection) -> None:
    for before, after in product(Status, Status):
        tender = insert(owner, before)
        statement = "update notice.tender set status = %s, cancel_reason = %s where id = %s"
        reason = "r" if after is Status.CANCELLED else None
        if after in NEXT[before] or after is before:
            owner.execute(statement, (after.value, reason, tender))
        else:
            with pytest.raises(psycopg.errors.RestrictViolation, match="does not go from"):
                owner.execute(statement, (after.value, reason, tender))


@pytest.mark.parametrize("role", ["as_tendering_party", "as_agent", "as_centre"])
def test_no_desk_publishes_by_hand(database: TestDatabase, role: str) -> None:
    with database.admin() as connection:
        tender = insert(connection, Status.CEREMONY)
        party, agent = connection.execute(
            "select tendering_party_id, agent_id from notice.tender"
        ).fetchone() or (None, None)
        own = agent if role == "as_agent" else party
        connection.execute("select set_config('sunseal.organization', %s, false)", (str(own),))
        connection.execute(f"set role {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="Only the worker"):
            set_column(connection, tender, "status", "published")


DOCUMENT = """
    insert into notice.document (tender_id, name, media_type, size, sha256, objects, added_at)
    values (%s, 'a', 'text/plain', 1, sha256('a'), '{}', now())
"""
ENVELOPE = "insert into notice.envelope (tender_id, name, lot, part) values (%s, '1', '1', 'all')"


def test_documents_are_fixed_with_the_notice(owner: Connection) -> None:
    tender = insert(owner, Status.DRAFT)
    owner.execute(DOCUMENT, (tender,))
    set_column(owner, tender, "status", "ceremony")
    for statement in (
        DOCUMENT.replace("'a', 't", "'b', 't"),
        "delete from notice.document where tender_id = %s",
        "update notice.document set size = 2 where tender_id = %s",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation, match="documents"):
            owner.execute(statement, (tender,))


def test_an_envelope_gets_its_key_once(owner: Connection) -> None:
    tender = insert(owner, Status.DRAFT)
    owner.execute(ENVELOPE, (tender,))
    set_column(owner, tender, "status", "ceremony")
    key = "update notice.envelope set recipient = %s, certificate = 'c' where tender_id = %s"
    owner.execute(key, ("age1first", tender))
    for statement, parameters in (
        (key, ("age1second", tender)),
        (ENVELOPE.replace("'1', '1'", "'2', '1'"), (tender,)),
        ("delete from notice.envelope where tender_id = %s", (tender,)),
    ):
        with pytest.raises(psycopg.errors.RestrictViolation, match="key for ever"):
            owner.execute(statement, parameters)
