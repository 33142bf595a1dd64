"""Nothing that this room or the tenders' answers depends on bids, and drafts are nobody's."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from sunseal.custody import rules
from sunseal.custody.errors import NotInRoster, RosterUnfit
from sunseal_crypto import canonical
from sunseal_crypto.roster import Roster
from tests.custody.world import STEPS, World
from tests.support.service import guards, roster_of
from tests.tenders.forms import draft, get, post
from tests.tenders.people import enrol

BIDS = """
    with j as (
        insert into sealed.joining (tender_id, envelope, organization_id, person_id, pseudonym,
            statement, signature, signing_key, joined_at)
        select %(tender)s, '1', gen_random_uuid(), gen_random_uuid(), sha256(g::text::bytea), 's',
            's', 'k', now() from generate_series(1, 5) g returning id, organization_id)
    insert into sealed.submission (joining_id, organization_id, action, sequence, statement,
        signature, digest, size, sha256, state, committed_at)
    select id, organization_id, 'submit', 1, 's', 's', sha256(id::text::bytea), 70000, sha256('s'),
        'accepted', now() from j
"""


def everything(world: World) -> dict[str, Any]:
    """Every answer about the tender, to everybody who may ask, with its headers."""
    tender = f"/tenders/{world.tender}"
    paths = ["/tenders", tender, f"{tender}/notice", f"{tender}/ceremonies", "/roster"]
    paths += [f"{tender}/envelopes/1/certificate"]
    people = {
        "visitor": None,
        "party": world.party,
        "centre": enrol(world.service, "centre", str(uuid4())),
        "supervisor": enrol(world.service, "supervisor", str(uuid4())),
    }
    shown = {}
    for path in paths:
        for who, token in people.items():
            answer = get(world.service, path, token)
            shown[f"{who} {path}"] = (answer.status_code, answer.content, dict(answer.headers))
    work = get(world.service, "/custody/work", world.seats[0].token)
    body = work.json() | {"now": None}
    return shown | {"work": (work.status_code, body, len(work.content))}


def test_five_bids_change_no_answer(world: World) -> None:
    world.finish(*STEPS)
    world.publish()
    world.open_gate()
    before = everything(world)
    with world.service.database.admin() as admin:
        admin.execute(BIDS, {"tender": world.tender})
        assert admin.execute("select count(*) from sealed.submission").fetchone() == (5,)
    assert everything(world) == before


@pytest.mark.parametrize("kind", ["public", "bidder", "supervisor", "custodian", "operator"])
def test_a_draft_and_its_documents_are_no_other_role_s_to_read(world: World, kind: str) -> None:
    other = draft(world.service, world.party)["id"]
    with world.service.database.admin() as admin:
        admin.execute("select set_config('sunseal.organization', %s, false)", (str(uuid4()),))
        admin.execute(f"set role as_{kind}")
        for table, column in (("tender", "id"), ("envelope", "tender_id")):
            query = f"select {column} from notice.{table} where {column} = %s"
            assert admin.execute(query, (other,)).fetchall() == []


@pytest.mark.parametrize("kind", ["public", "bidder"])
def test_a_ceremony_is_public_with_its_tender_alone(world: World, kind: str) -> None:
    def count() -> Any:
        with world.service.database.admin() as admin:
            admin.execute(f"set role as_{kind}")
            return admin.execute("select count(id) from custody.ceremony").fetchone()

    assert count() == (0,)
    world.finish(*STEPS)
    world.publish()
    world.open_gate()
    assert count() == (1,)


@pytest.mark.parametrize("kind", ["public", "centre", "tendering_party", "agent", "bidder"])
def test_requests_and_answers_are_no_other_role_s_to_read(world: World, kind: str) -> None:
    for table in ("release_request", "release_answer"):
        with world.service.database.admin() as admin:
            admin.execute(f"set role as_{kind}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute(f"select 1 from custody.{table}")


# The roster's own fitness


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    data = roster_of("test.example/log", tmp_path, guards(3), guards(1, first=4))
    return canonical.decode(Roster, data)


@pytest.mark.parametrize("t", [0, 1, 4])
def test_a_threshold_that_a_minority_meets_starts_no_ceremony(roster: Roster, t: int) -> None:
    with pytest.raises(RosterUnfit, match=f"threshold {t} of 3"):
        rules.check_roster(roster, t, {"某中学"})


@pytest.mark.parametrize("name", ["guard-1", "authority-2", "guard-4"])
def test_who_buys_neither_guards_nor_watches(world: World, name: str) -> None:
    party = enrol(world.service, "tendering_party", name)
    tender = draft(world.service, party)["id"]
    answer = post(world.service, f"/tenders/{tender}/ceremony", party)
    assert answer.status_code == 409
    assert name in answer.json()["detail"]
    assert get(world.service, f"/tenders/{tender}", party).json()["status"] == "draft"


def test_the_listed_are_custodians_and_witnesses(roster: Roster) -> None:
    rules.check_listed(roster, "guard-4")
    with pytest.raises(NotInRoster):
        rules.check_listed(roster, "guard-5")
    assert rules.seat_of(roster, "guard-4") is None
