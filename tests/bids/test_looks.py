"""A look at one's own rows leaves an entry, and a client that polls leaves no more than that."""

import hashlib
import secrets
from dataclasses import replace

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from sunseal.bids import service
from sunseal.database import Role
from tests.bids.world import API, Bidder, Box, seal

LOOKS = ("joining", "submission", "submissions", "upload")


def look(bidder: Bidder, way: str, submission: str, upload: str) -> None:
    match way:
        case "joining":
            answer = bidder.get(f"{bidder.envelope.path}/joinings")
        case "submission":
            answer = bidder.get(f"{API}/submissions/{submission}")
        case "submissions":
            answer = bidder.get(f"{API}/submissions")
        case _:
            answer = bidder.head(upload)
    assert answer.status_code == 200, answer.text


def looks(bidder: Bidder) -> int:
    events = bidder.box.events(bidder.organization)
    return sum(action == "bid.look" for action, _, _ in events)


def signed_in_again(bidder: Bidder) -> Bidder:
    token = secrets.token_hex(16)
    with bidder.box.database.admin() as admin:
        admin.execute(
            """insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
            values (%s, %s, 'session', kit.now(), kit.now() + interval '1 d')""",
            (hashlib.sha256(token.encode()).digest(), bidder.person),
        )
    return replace(bidder, token=token)


def begun(bidder: Bidder) -> tuple[str, str]:
    committed = bidder.committed(bidder.say(seal(bidder.envelope)))
    return committed["id"], committed["upload"]


@pytest.mark.parametrize("way", LOOKS)
def test_each_way_to_look_leaves_an_entry(bidder: Bidder, way: str) -> None:
    submission, upload = begun(bidder)
    look(bidder, way, submission, upload)
    assert looks(bidder) == 1


def test_a_client_that_polls_leaves_one_an_hour(box: Box, bidder: Bidder) -> None:
    submission, upload = begun(bidder)
    for _ in range(5):
        for way in LOOKS:
            look(bidder, way, submission, upload)
    assert looks(bidder) == 1
    # Somebody else with the same rights, or with a stolen password, is another one.
    again = signed_in_again(bidder)
    for way in LOOKS:
        look(again, way, submission, upload)
    assert looks(bidder) == 2
    with box.database.admin() as admin:
        admin.execute("update sealed.look set hour = hour - interval '1 hour'")
    look(bidder, "submission", submission, upload)
    assert looks(bidder) == 3
    # What was noted of hours that are over is forgotten; the entries stay.
    with box.database.admin() as admin:
        admin.execute("update sealed.look set hour = hour - interval '3 hours'")
    with box.database.work.unit_as(Role.WORKER) as uow:
        service.sweep(uow)
    assert box.rows("select count(*) from sealed.look") == [(0,)]
    assert looks(bidder) == 3


@pytest.mark.parametrize("deed", ["select 1 from sealed.look", "delete from sealed.look"])
def test_nobody_but_the_worker_forgets_a_look(box: Box, bidder: Bidder, deed: str) -> None:
    submission, upload = begun(bidder)
    look(bidder, "joining", submission, upload)
    with psycopg.connect(box.database.urls["box"]) as connection:
        connection.execute("set local role as_bidder")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(deed.encode())
