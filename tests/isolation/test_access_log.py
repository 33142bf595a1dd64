"""Whatever touches the box leaves an entry: looked at transaction by transaction, route by route.

A trigger of the test's own notes which transaction wrote which table. Each that wrote into `sealed`
wrote an entry as well, or is one of a few kinds that somebody decided need none.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sunseal.reference.document import given
from sunseal_crypto import event
from sunseal_crypto.box import ACCEPTED, REFUSED
from tests.isolation.installation import Installation, played
from tests.support.database import TestDatabase

TRACE = """
    create table public.trace (transaction xid8, name text, deed text);
    create function public.note() returns trigger language plpgsql security definer as $$
        begin
            insert into public.trace values (pg_current_xact_id(), tg_table_schema || '.' ||
                tg_table_name, tg_op);
            return null;
        end $$;
"""
# A box's events are entries until the opening copies them; the rest are written by audit.record.
ENTRIES = {("sealed.event", "INSERT"), ("audit.entry", "INSERT")}
# Transactions without an entry, by what they wrote; each says why none is needed.
QUIET: dict[frozenset[str], str] = {
    frozenset({"sealed.segment"}): "bytes of a statement that is logged at commit and at accept",
    frozenset({"sealed.event"}): "the tick that an entry is in, or that it was shown",
    frozenset({"sealed.tick_seed", "sealed.event"}): "a tick with entries",
    frozenset({"sealed.tick_seed"}): "a tick without",
    frozenset({"sealed.submission"}): "the digest agrees with what was accepted",
    frozenset({"sealed.gate"}): "a step of the opening, whose deeds are entries of their own",
    frozenset({"sealed.gate", "sealed.share"}): "an answer was judged; that it came is an entry",
    frozenset({"sealed.look"}): "looks of hours that are over, whose entries stand",
    frozenset({"sealed.webhook_delivery"}): "what a firm is to be told, of facts that are entries",
    frozenset({"sealed.webhook"}): "where a firm wants to be told",
    frozenset({"sealed.webhook", "sealed.webhook_delivery"}): "how the sending of it went",
    frozenset({"sealed.screening"}): "a look at lists while bids come; what bars is an entry later",
}
# Routes on the box's login: the entry that each makes, or why there is none.
BOX = "/api/v1/tenders/{tender_id:uuid}/envelopes/{envelope:str}"
OWN = "bid.look"
ASK, QUESTIONS = "question.ask", "question.look"
BYTES = "none: bytes of a statement whose commit and acceptance are entries"
HOOKS = "none: where a firm wants to be told; no row of a bid is read or written"
HOOK = "/api/v1/webhooks/{webhook_id:uuid}"
HOOK_PAGE = "/account/webhooks/{webhook_id:uuid}"
HOOK_ROUTES = (
    ("GET", "/api/v1/webhooks"),
    ("POST", "/api/v1/webhooks"),
    ("DELETE", HOOK),
    ("POST", f"{HOOK}/secret"),
    ("POST", f"{HOOK}/on"),
    ("POST", f"{HOOK}/test"),
    ("GET", f"{HOOK}/deliveries"),
    ("POST", "/api/v1/webhooks/deliveries/{delivery_id:uuid}/repeat"),
    ("GET", "/account/webhooks"),
    ("POST", "/account/webhooks"),
    ("GET", HOOK_PAGE),
    ("POST", f"{HOOK_PAGE}/secret"),
    ("POST", f"{HOOK_PAGE}/test"),
    ("POST", f"{HOOK_PAGE}/on"),
    ("POST", f"{HOOK_PAGE}/remove"),
    ("POST", f"{HOOK_PAGE}/deliveries/{{delivery_id:uuid}}/repeat"),
)
ROUTES = {
    ("POST", f"{BOX}/joinings"): "bid.join",
    ("GET", f"{BOX}/joinings"): OWN,
    ("POST", f"{BOX}/submissions"): "bid.commit",
    ("POST", "/api/v1/submissions/{submission_id:uuid}/finalise"): ACCEPTED,
    ("GET", "/api/v1/submissions/{submission_id:uuid}"): OWN,
    ("GET", "/api/v1/submissions"): OWN,
    ("POST", "/api/v1/uploads"): BYTES,
    ("OPTIONS", "/api/v1/uploads"): "none: it looks at no row",
    ("OPTIONS", "/api/v1/uploads/{upload_id:uuid}"): "none: it looks at no row",
    ("POST", "/api/v1/uploads/{upload_id:uuid}"): BYTES,
    ("HEAD", "/api/v1/uploads/{upload_id:uuid}"): OWN,
    ("PATCH", "/api/v1/uploads/{upload_id:uuid}"): BYTES,
    ("DELETE", "/api/v1/uploads/{upload_id:uuid}"): BYTES,
    ("GET", "/bids"): OWN,
    **dict.fromkeys(HOOK_ROUTES, HOOKS),
    ("GET", "/bids/{submission_id:uuid}/receipt"): OWN,
    ("GET", "/tenders/{tender_id:uuid}/bid"): OWN,
    ("POST", "/api/v1/tenders/{tender_id:uuid}/questions"): ASK,
    ("GET", "/api/v1/tenders/{tender_id:uuid}/questions/own"): QUESTIONS,
    ("GET", "/tenders/{tender_id:uuid}/questions"): QUESTIONS,
    ("POST", "/tenders/{tender_id:uuid}/questions"): ASK,
}
# What rooms besides the box do on that login, for a bidder's own account: it is outside `sealed`.
ROOMS = (
    "sunseal.organizations.",
    "sunseal.factors.",
    "sunseal.screening.",
    "sunseal.blacklist.",
    "sunseal.adjudications.",
    "sunseal.clearance.",
    "sunseal.conduct.",
    # A bidder's part in the meeting after the opening: each act is an entry of its own.
    "sunseal.meeting.",
    "sunseal.help.",
)


@pytest.fixture
def traced(database: TestDatabase, tmp_path: Path) -> Any:
    with database.admin() as admin:
        admin.execute(TRACE)
        rows = admin.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname = 'sealed' or tablename = 'entry'"
        ).fetchall()
        for (table,) in rows:
            admin.execute(
                f"create trigger note after insert or update or delete on {table}"
                " for each row execute function public.note()"
            )
    with played(database, tmp_path, busy=True) as one:
        yield one


def silent(one: Installation) -> set[frozenset[str]]:
    """What transactions wrote into `sealed` that made no entry."""
    made: dict[str, set[tuple[str, str]]] = {}
    for transaction, name, deed in one.world.rows(
        "select transaction::text, name, deed from trace"
    ):
        made.setdefault(transaction, set()).add((name, deed))
    return {
        frozenset(name for name, _ in deeds if name.startswith("sealed."))
        for deeds in made.values()
        if not deeds & ENTRIES
    }


def test_every_transaction_in_the_box_makes_an_entry(traced: Installation) -> None:
    world = traced.world
    world.close()
    world.ask()
    world.answer(1, 2)
    world.advance()
    assert world.status() == "opened"
    assert silent(traced) - QUIET.keys() == set()


def box_routes(one: Installation) -> set[tuple[str, str]]:
    """Method and path of every route that is given the box's login, but for the account's own.

    Also by a dependency that it was made of.
    """
    return {
        (str(method), str(route.path))
        for route in one.app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if "box" in given(handler) and not str(handler).startswith(ROOMS)
    }


def test_every_route_into_the_box_was_decided(two_worlds: tuple[Installation, ...]) -> None:
    assert box_routes(two_worlds[1]) ^ ROUTES.keys() == set()


def test_each_route_makes_the_entry_decided(two_worlds: tuple[Installation, ...]) -> None:
    """As many entries as there are rows: none of them was made without its entry."""
    world = two_worlds[1].world
    rows = world.rows("select detail from sealed.event")
    details = [event.decode(bytes(row[0])) for row in rows]
    done = Counter(each.action for each in details if each.outcome == "done")
    counted = {
        "bid.join": "select count(*) from sealed.joining",
        "bid.commit": "select count(*) from sealed.submission",
        ACCEPTED: "select count(*) from sealed.submission where promise is not null",
        OWN: "select count(*) from sealed.look l join sealed.joining j on j.id = l.joining_id",
        ASK: "select count(*) from sealed.question",
        QUESTIONS: "select count(*) from sealed.look l join sealed.gate g on g.id = l.joining_id",
        REFUSED: "select count(*) from sealed.submission where state = 'refused'",
        "bid.header-destroyed": "select count(*) from sealed.submission"
        " where state in ('replaced', 'withdrawn')",
    }
    assert {name for name in ROUTES.values() if not name.startswith("none")} <= counted.keys()
    for action, query in counted.items():
        assert done[action] == world.rows(query)[0][0] > 0, action
