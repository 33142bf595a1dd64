"""What a clerk, a rival, an administrator and a flooder would try, and what each of them gets."""

import logging
import secrets
from collections.abc import Iterator, MutableMapping
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from sunseal.help import rules
from sunseal.help import secrets as keyed
from sunseal.keys import Keys
from tests.help.conftest import Town

TEXT = "封标页面一直转圈-9917"
# What an SQL injection in a page of the clerk's would run, in each role that its login can take.
DESK_ROLES = (
    "as_public",
    "as_door",
    "as_tendering_party",
    "as_agent",
    "as_centre",
    "as_supervisor",
    "as_custodian",
    "as_operator",
)
FORBIDDEN = (
    "select digest from help.holder",
    "select source from help.asked",
    "select xmin from help.ticket",
    "delete from help.word",
    "delete from help.ticket",
    "update help.word set text = 'x'",
    "update help.ticket set number = 'AAAAAA'",
    "insert into help.holder values (gen_random_uuid(), sha256('x'))",
    "insert into help.word (ticket_id, kind, text) select id, 'question', 'x' from help.ticket",
)


def refused(town: Town, login: str, role: str, statement: str, actor: str = "") -> bool:
    with psycopg.connect(town.service.database.urls[login]) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        connection.execute("select set_config('sunseal.actor', %s, true)", (actor,))
        try:
            connection.execute(statement.encode())
        except InsufficientPrivilege:
            return True
        finally:
            connection.rollback()
        return False


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_role_reads_whose_a_ticket_is_or_changes_what_was_said(
    town: Town, statement: str
) -> None:
    town.ask(town.firm)
    for role in DESK_ROLES:
        assert refused(town, "desk", role, statement), role
    for role in ("as_public", "as_door", "as_bidder"):
        assert refused(town, "box", role, statement), role


def test_a_clerk_answers_in_no_other_name(town: Town) -> None:
    town.ask(town.firm)
    say = (
        "insert into help.word (id, ticket_id, kind, text, said_by)"
        " select gen_random_uuid(), id, '{}', 'x', '{}' from help.ticket limit 1"
    )
    me, other = str(uuid4()), str(uuid4())
    assert not refused(town, "desk", "as_centre", say.format("answer", me), me)
    assert refused(town, "desk", "as_centre", say.format("answer", other), me)
    assert refused(town, "desk", "as_centre", say.format("question", me), me)


def test_a_ticket_is_the_same_for_a_firm_and_for_nobody(town: Town) -> None:
    """All that the clerk's login reads of two tickets, column by column."""
    mine, theirs = (town.ask(who, TEXT).json()["number"] for who in (town.firm, ""))
    query = """
        select t.category, t.turn, w.kind, w.text, w.said_by, p.phone from help.ticket t
        join help.word w on w.ticket_id = t.id left join help.phone p on p.ticket_id = t.id
        where t.number = %s
    """
    seen = []
    with psycopg.connect(town.service.database.urls["desk"]) as desk:
        desk.execute("set local role as_centre")
        columns = desk.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'help' order by 1, 2"
        ).fetchall()
        seen += [desk.execute(query, (number,)).fetchall() for number in (mine, theirs)]
    assert seen[0] == seen[1]
    assert columns == [
        ("phone", "phone"),
        ("phone", "ticket_id"),
        *(("ticket", name) for name in ("category", "id", "number", "opened_at", "turn")),
        *(("word", name) for name in ("id", "kind", "said_at", "said_by", "text", "ticket_id")),
    ]


def test_the_log_says_no_more_of_a_firm_than_of_a_visitor(town: Town) -> None:
    mine, theirs = (town.ask(who, TEXT).json()["number"] for who in (town.firm, ""))
    said = {}
    for number in (mine, theirs):
        [row] = town.rows(
            "select tender_id, public, actor, role, outcome, reason from audit.entry"
            " where object = %s",
            f"help/{number}",
        )
        said[number] = row
    assert said[mine] == said[theirs]


def test_who_has_every_table_still_cannot_say_which_firm_asked(town: Town) -> None:
    """Only with a key that is in no database."""
    number = town.ask(town.firm, TEXT).json()["number"]
    [(digest,)] = town.rows(
        "select digest from help.holder where ticket_id ="
        " (select id from help.ticket where number = %s)",
        number,
    )
    guesses = "select sha256(uuid_send(id)), sha256(id::text::bytea), sha256(name::bytea) from"
    tried = town.rows(f"{guesses} registry.organization")
    assert not any(bytes(digest) in map(bytes, row) for row in tried)
    settings = town.service.settings
    own = keyed.of_firm(Keys(settings.keys, settings.origin).promise, town.firm_id)
    assert town.rows("select 1 from help.holder where digest = sha256(%s)", own)


def test_a_rival_reads_and_asks_on_no_ticket_of_another(town: Town) -> None:
    number = town.ask(town.firm, TEXT).json()["number"]
    for token, status in ((town.rival, 404), ("", 401), (town.clerk, 403)):
        assert town.send("GET", f"/tickets/{number}", token).status_code == status
        form = {"text": "我是谁"}
        asked = town.send("POST", f"/tickets/{number}/questions", token, form)
        assert asked.status_code == status
    assert number not in str(town.send("GET", "/tickets", town.rival).json())
    for token in (town.rival, town.firm, ""):
        assert town.send("GET", f"/queue/{number}", token).status_code in (401, 403)


LINKS = {
    "nothing": "A",
    "as long": secrets.token_urlsafe(32),
    "the number itself": "",
    "a quote": "%27%20or%20true--",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())
def test_a_guessed_link_leads_nowhere(town: Town, link: str) -> None:
    opened = town.ask(text=TEXT).json()
    answer = town.send("GET", f"/links/{link or opened['number']}")
    assert answer.status_code == 404
    assert TEXT not in answer.text


def test_a_link_is_kept_nowhere(town: Town) -> None:
    """Nor by the memory of requests that are sent twice."""
    key = {"idempotency-key": "once"}
    first, second = (
        town.send("POST", "/tickets", "", {"category": "words", "text": TEXT}, **key).json()
        for _ in range(2)
    )
    assert first["number"] != second["number"]
    for table in ("kit.idempotency", "audit.entry", "help.ticket", "help.word", "help.holder"):
        assert not town.rows(
            f"select 1 from {table} t where position(%s in t::text) > 0", first["link"]
        )


def test_a_flood_from_one_address_shuts_out_neither_firm_nor_known_browser(town: Town) -> None:
    """All of them come from the same address here, as from behind one door."""
    asked = [town.ask().status_code for _ in range(rules.FROM_ADDRESS + 1)]
    assert asked == [201] * rules.FROM_ADDRESS + [429]
    assert town.ask(town.firm).status_code == 201
    device = town.service.client.post(
        "/api/v1/sessions",
        json={"email": "firm0@example.cn", "password": "correct horse battery"},
    ).json()["device"]
    assert at_page(town, device) == 303
    assert at_page(town, "made-up") == 422


def at_page(town: Town, device: str) -> int:
    """What a visitor's form is answered, from a browser that shows this token."""
    answer = town.service.client.post(
        "/help",
        data={"category": "account", "text": "登录不了"},
        headers={
            "host": "localhost",
            "sec-fetch-site": "same-origin",
            "cookie": f"device={device}",
        },
        follow_redirects=False,
    )
    return int(answer.status_code)


def test_a_firm_that_floods_shuts_out_itself_alone(town: Town) -> None:
    for _ in range(rules.FROM_FIRM):
        assert town.ask(town.rival).status_code == 201
    assert town.ask(town.rival).status_code == 429
    assert town.ask(town.firm).status_code == 201


def test_a_flood_on_one_ticket_shuts_nobody_out_of_another(town: Town) -> None:
    """Each of a firm's questions opens the ticket again, and a clerk reads it again."""
    one, two = (town.ask(town.firm).json()["number"] for _ in range(2))
    form = {"text": "有人吗"}
    asked = [
        town.send("POST", f"/tickets/{one}/questions", town.firm, form).status_code
        for _ in range(rules.ON_TICKET + 1)
    ]
    assert asked == [201] * rules.ON_TICKET + [429]
    assert town.send("POST", f"/tickets/{two}/questions", town.firm, form).status_code == 201


def test_a_flood_waits_behind_everybodys_first_question(town: Town) -> None:
    town.rows("delete from help.ticket")
    flood = [town.ask().json()["number"] for _ in range(4)]
    late = [town.ask(who).json()["number"] for who in (town.firm, town.rival)]
    queue = [each["number"] for each in town.send("GET", "/queue", town.clerk).json()]
    assert queue == [flood[0], *late, *flood[1:]]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Whatever anything writes to a log meanwhile, at any level."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name not in ("httpx", "httpcore"):  # the tests' own client
                heard.append(f"{record.getMessage()} {record.exc_info}")

    ear, root = Ear(), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)

    def keep(_: object, __: str, fields: MutableMapping[str, Any]) -> str:
        heard.append(str(fields))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[keep])
    yield heard
    structlog.configure(processors=before)
    root.removeHandler(ear)
    root.setLevel(level)


def test_the_operators_log_holds_neither_text_nor_firm_nor_link(
    town: Town, lines: list[str]
) -> None:
    """Also when something breaks on the way."""
    opened = town.ask(text=TEXT).json()
    town.ask(town.firm, TEXT)
    town.send("GET", f"/links/{opened['link']}")
    town.send("GET", f"/queue/{opened['number']}", town.rival)
    town.rows("alter function help.open(bytea, text, text, text, text, integer) rename to gone")
    try:
        assert town.ask(town.firm, TEXT).status_code == 500
    finally:
        town.rows("alter function help.gone(bytea, text, text, text, text, integer) rename to open")
    assert lines
    told = "\n".join(lines)
    for secret in (TEXT, opened["link"], str(town.firm_id), "第0建筑", town.firm):
        assert secret not in told
