"""What an insider tries with statements of its own, and what logs and messages tell."""

import logging
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from sunseal.webhooks import secrets
from sunseal.webhooks.secrets import NotThisWebhooks
from sunseal_crypto.age import AgeError, X25519Identity
from sunseal_tasks.outbox import sweep
from tests.webhooks.conftest import PUBLIC, Someone, Town
from tests.webhooks.receiver import Receiver, with_status

DESK = ("as_public", "as_tendering_party", "as_agent", "as_centre", "as_supervisor", "as_operator")
LOOKS = (
    "select * from sealed.webhook",
    "select count(*) from sealed.webhook_delivery",
    "select url from sealed.webhook",
    "update sealed.webhook set url = 'https://mine.example.com/'",
    "delete from sealed.webhook_delivery",
)


def run(town: Town, login: str, role: str, who: Someone | None, statement: str) -> list[Any]:
    """As SQL that somebody has slipped into a page of this login."""
    with psycopg.connect(town.world.database.urls[login]) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        for name, value in (
            (("actor", who.person), ("organization", who.organization)) if who else ()
        ):
            connection.execute("select set_config(%s, %s, true)", (f"sunseal.{name}", str(value)))
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("role", DESK)
def test_no_desk_role_reads_what_bidders_are_told(town: Town, role: str) -> None:
    for statement in LOOKS:
        with pytest.raises(InsufficientPrivilege):
            run(town, "desk", role, None, statement)


def test_a_rival_finds_no_row_of_anothers(town: Town) -> None:
    for kind, login, schema in (("bidder", "box", "sealed"), ("agent", "desk", "registry")):
        owner, rival = town.someone(kind), town.someone(kind)
        made = town.add(owner, "https://hooks.example.com/")
        town.test(owner, made)
        for table in ("webhook", "webhook_delivery"):
            query = f"select count(*) from {schema}.{table}"
            assert run(town, login, f"as_{kind}", owner, query) == [(1,)]
            assert run(town, login, f"as_{kind}", rival, query) == [(0,)]


ADD = """
    insert into {schema}.webhook (organization_id, url, events, secret, created_by, created_at)
    values ('{organization}', 'https://mine.example.com/', array['{event}'], '', '{person}', now())
"""


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("bidder", "finding.raised"),
        ("agent", "finding.raised"),
        ("agent", "receipt.complete"),
        ("supervisor", "receipt.complete"),
    ],
)
def test_no_statement_subscribes_to_what_is_anothers(town: Town, kind: str, event: str) -> None:
    who = town.someone(kind)
    login, schema = ("box", "sealed") if kind == "bidder" else ("desk", "registry")
    statement = ADD.format(
        schema=schema, organization=who.organization, person=who.person, event=event
    )
    with pytest.raises((InsufficientPrivilege, psycopg.errors.CheckViolation)):
        run(town, login, f"as_{kind}", who, statement)


def test_nobody_subscribes_in_anothers_name(town: Town) -> None:
    who, rival = town.someone("bidder"), town.someone("bidder")
    for organization, person in (
        (rival.organization, who.person),
        (who.organization, rival.person),
    ):
        statement = ADD.format(
            schema="sealed", organization=organization, person=person, event="receipt.complete"
        )
        with pytest.raises(InsufficientPrivilege):
            run(town, "box", "as_bidder", who, statement)


def test_no_page_makes_a_message_but_a_test(town: Town) -> None:
    """Else whoever has a page in hand could say in the platform's name that a receipt is there."""
    who, rival = town.someone("bidder"), town.someone("bidder")
    made = town.add(who, "https://hooks.example.com/")["webhook"]["id"]
    statement = """
        insert into sealed.webhook_delivery (webhook_id, organization_id, event, subject, at,
            created_at)
        values ('{hook}', '{organization}', '{event}', gen_random_uuid(), now(), now())
    """
    for caller, event in ((who, "receipt.complete"), (rival, "webhook.test")):
        forged = statement.format(hook=made, organization=caller.organization, event=event)
        with pytest.raises(InsufficientPrivilege):
            run(town, "box", "as_bidder", caller, forged)
    for change in ("event = 'receipt.complete'", "delivered_at = now()", "attempts = 0"):
        with pytest.raises(InsufficientPrivilege):
            run(town, "box", "as_bidder", who, f"update sealed.webhook_delivery set {change}")


def test_a_secret_opens_for_the_worker_and_for_its_own_row_alone(town: Town) -> None:
    who = town.someone("bidder")
    hook = town.add(who, "https://hooks.example.com/")["webhook"]["id"]
    [[sealed]] = town.world.rows("select secret from sealed.webhook where id = %s", hook)
    with pytest.raises(AgeError):
        secrets.unseal(X25519Identity.generate(), hook, bytes(sealed))
    with pytest.raises(NotThisWebhooks):
        secrets.unseal(town.world.keys.worker, uuid4(), bytes(sealed))


def test_logs_and_messages_name_nobody(
    town: Town, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator's log at its finest, and what passes the broker."""
    who = town.someone("bidder")
    made = town.add(who, receiver.url, *PUBLIC, "receipt.complete")
    messages: list[Any] = []
    with caplog.at_level(logging.DEBUG):
        for status in (500, 302, 204):
            receiver.answer = with_status(status)
            town.test(who, made)
            sweep(town.shop, lambda name, given: messages.append((name, given)))
            town.world.rows("update kit.outbox set due_at = kit.now() where relayed_at is null")
            town.run_due()
            town.world.rows("update sealed.webhook set retry_at = null, created_at = kit.now()")
            town.world.rows("update sealed.webhook_delivery set created_at = 'epoch'")
    said = " ".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    said += str(messages)
    for secret in (
        receiver.url.split("/")[2],
        str(who.organization),
        str(town.world.tender),
        made["webhook"]["id"],
    ):
        assert secret not in said
    assert any(name == "webhooks.deliver" for name, _ in messages)
    assert receiver.received
