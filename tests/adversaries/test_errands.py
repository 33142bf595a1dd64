"""The outbox is no remote control of the worker."""

from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from sunseal.bids import service as bids
from sunseal.database import Role
from sunseal.storage import Storage
from sunseal_tasks.app import app
from tests.support.database import TestDatabase

SCREEN_FIRM = "screening.check_organization"
# A test of the own address, or a message sent again.
HOOK = "webhooks.deliver"
ALLOWED: dict[str, set[str]] = {
    "as_public": set(),
    "as_custodian": set(),
    "as_door": {SCREEN_FIRM},
    "as_supervisor": {
        HOOK,
        SCREEN_FIRM,
        "screening.publish_blacklist",
        "supervision.announce",
        "supervision.break_glass",
        "administration.carry_out",
    },
    "as_operator": {HOOK, "screening.check_all", "screening.rescreen", "supervision.announce"},
    "as_tendering_party": {HOOK, "custody.open_gate", "custody.cancel_gate", "custody.expire"},
    "as_agent": {HOOK, "custody.open_gate", "custody.cancel_gate", "custody.expire"},
    "as_centre": {
        HOOK,
        "custody.open_gate",
        "custody.cancel_gate",
        "custody.expire",
        "screening.check_all",
        "screening.rescreen",
    },
    "as_bidder": {
        HOOK,
        "bids.check_digest",
        "bids.destroy_header",
        "bids.discard_object",
        "screening.check_submission",
        SCREEN_FIRM,
    },
}
TASKS = {name for name in app.tasks if not name.startswith("celery.")} | {"no.such.task"}
ASK = "insert into kit.outbox (task, argument) values (%s, gen_random_uuid())"


@pytest.mark.parametrize("role", ALLOWED)
def test_each_role_asks_for_its_own_errands_alone(untouched: TestDatabase, role: str) -> None:
    login = "box" if role == "as_bidder" else "desk"
    accepted = set()
    for task in TASKS:
        with psycopg.connect(untouched.urls[login]) as connection:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            try:
                connection.execute(ASK, (task,))
                accepted.add(task)
            except InsufficientPrivilege:
                pass
            connection.rollback()
    assert accepted == ALLOWED[role]


OTHER_USES = (
    "select * from kit.outbox",
    "delete from kit.outbox",
    "update kit.outbox set task = 'x'",
    "insert into kit.outbox (id, task) values (gen_random_uuid(), 'x')",
)


@pytest.mark.parametrize("statement", OTHER_USES)
@pytest.mark.parametrize("role", ["as_centre", "as_agent", "as_supervisor", "as_operator"])
def test_no_desk_role_reads_or_changes_errands(
    untouched: TestDatabase, role: str, statement: str
) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        with pytest.raises(InsufficientPrivilege):
            desk.execute(statement.encode())


DOCUMENT = """
    insert into opened.document (tender_id, envelope, position, name, size, sha256, objects)
    values (gen_random_uuid(), '1', 1, 'offer', 3, sha256('bid'), array[%s])
"""
NOTICE_DOCUMENT = """
    with tender as (
        insert into notice.tender (reference, title, summary, tendering_party_id,
            tendering_party_name, status, statutory, deadline, not_before, minimum_bids, threshold,
            box_size, currency, created_by, created_at)
        values ('A-1', '', '', gen_random_uuid(), '', 'draft', false, now(), now(), 1, 2, 4, 'CNY',
            gen_random_uuid(), now())
        returning id)
    select id from tender
"""


def test_no_errand_of_a_bidder_removes_a_document(database: TestDatabase, storage: Storage) -> None:
    opened, noticed, nobodys = uuid4(), uuid4(), uuid4()
    for name in (opened, noticed, nobodys):
        storage.put(name, b"bytes")
    with database.admin() as admin:
        admin.execute(DOCUMENT, (opened,))
        [tender] = admin.execute(NOTICE_DOCUMENT).fetchone() or (None,)
        admin.execute(
            """insert into notice.document (tender_id, name, media_type, size, sha256, objects,
                added_at) values (%s, 'drawing', 'text/plain', 5, sha256('a'), array[%s], now())""",
            (tender, noticed),
        )
    for name in (opened, noticed, nobodys):
        with database.work.unit_as(Role.WORKER) as uow:
            bids.discard_object(uow, storage, name)
    assert storage.get(opened) == storage.get(noticed) == b"bytes"
    with pytest.raises(Exception, match="missing"):
        storage.get(nobodys)
