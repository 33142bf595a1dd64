"""What the desk is shown of candidates, and what two people can do about one."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sunseal.database import Role
from tests.support.review import NAMESAKE, QUEUE, VERDICTS, Desk
from tests.tenders.people import enrol


def test_a_candidate_stands_beside_its_entry(desk: Desk) -> None:
    [row] = desk.candidates()
    assert (row["subject"], row["name"], row["decision"]) == (
        "第0建筑有限公司",
        "第0建筑有限公司",
        "needs_review",
    )
    side = desk.get(desk.centre, f"{QUEUE}/{row['id']}").json()
    pairs = {pair["field"]: (pair["same"], pair["entry"]) for pair in side["pairs"]}
    assert pairs == {"name": (True, "第0建筑有限公司"), "identifier": (None, None)}
    assert side["features"][1]["score"] == 1.0
    assert side["features"][1]["sentence"] == "the same name"
    assert side["candidate"]["sentence"].endswith("nothing tells them apart.")
    assert side["entry"]["reason"] == "a judgment"
    assert side["snapshot"]["rows"] == 2
    assert side["history"] == []


def test_the_history_says_who_decided_what(desk: Desk) -> None:
    desk.decide("clear")
    [row] = desk.candidates()
    assert row["state"] == "decided"
    [step] = desk.get(desk.first, f"{QUEUE}/{row['id']}").json()["history"]
    assert step["current"]
    assert step["confirmed_by"] not in (None, step["proposed_by"])
    assert desk.check() == "clear"
    assert desk.candidates() == []
    assert [each["state"] for each in desk.candidates(decision="clear")] == ["decided"]


NOBODYS = "00000000-0000-4000-8000-000000000000"
FILTERS = (
    ({"source": "blacklist"}, 1),
    ({"source": "bribery"}, 0),
    ({"state": "open"}, 1),
    ({"state": "proposed"}, 0),
    ({"decision": "needs_review"}, 1),
    ({"decision": "hit"}, 0),
    ({"organization": NOBODYS}, 0),
)


def test_the_queue_is_filtered(desk: Desk) -> None:
    assert [len(desk.candidates(**query)) for query, _ in FILTERS] == [n for _, n in FILTERS]


def test_the_queue_is_read_on_from_a_place(desk: Desk) -> None:
    desk.lists(*(NAMESAKE.replace("B-7", f"B-{number:03}") for number in range(201)))
    desk.check()
    first = desk.get(desk.centre, QUEUE).json()
    then = desk.get(desk.centre, QUEUE, after=first["next"]).json()
    references = [each["reference"] for each in first["candidates"] + then["candidates"]]
    assert references == [f"B-{number:03}" for number in range(201)]
    assert then["next"] is None


def test_a_made_up_place_is_refused(desk: Desk) -> None:
    assert desk.get(desk.centre, QUEUE, after="!").json()["type"].endswith("bad-cursor")


@pytest.mark.parametrize("path", [QUEUE, f"{QUEUE}/00", f"{VERDICTS}/appeals"])
def test_only_reviewers_look(desk: Desk, path: str) -> None:
    for kind in ("tendering_party", "agent", "custodian", "operator"):
        assert desk.get(enrol(desk.service, kind), path).status_code == 403
    # A bidder's token does not even open the desk's side.
    assert desk.get(desk.firm_token, path).status_code == 403
    assert desk.service.client.get(path).status_code == 401


def test_every_look_is_logged(desk: Desk) -> None:
    [row] = desk.candidates()
    desk.get(desk.centre, f"{QUEUE}/{row['id']}")
    with desk.service.database.admin() as admin:
        logged = admin.execute(
            "select action, object from audit.entry where action like 'screening.%' order by at"
        ).fetchall()
    assert ("screening.queue", "screening/candidates") in logged
    assert logged[-1] == ("screening.read", f"organization/{desk.firm}")


def test_a_proposal_lapses_when_the_entry_changes_before_it_is_confirmed(desk: Desk) -> None:
    [proposed] = desk.propose(desk.centre, "clear").json()
    desk.lists(NAMESAKE.replace("a judgment", "another judgment"))
    answer = desk.post(desk.first, f"{VERDICTS}/{proposed['id']}/confirm")
    assert answer.json()["type"] == "urn:sunseal:problem:lapsed"


def test_a_proposal_lapses_when_the_firm_changes_before_it_is_confirmed(desk: Desk) -> None:
    [proposed] = desk.propose(desk.centre, "clear").json()
    with desk.service.database.admin() as admin:
        admin.execute("update registry.organization set name = '第0建筑集团' where kind = 'bidder'")
    answer = desk.post(desk.first, f"{VERDICTS}/{proposed['id']}/confirm")
    assert answer.json()["type"] == "urn:sunseal:problem:lapsed"


@pytest.mark.parametrize(("first", "second"), [("confirm", "reject"), ("reject", "confirm")])
def test_a_proposal_ends_once(desk: Desk, first: str, second: str) -> None:
    [proposed] = desk.propose(desk.centre, "clear").json()
    form = {"reason": "no"}
    path = f"{VERDICTS}/{proposed['id']}"
    assert desk.post(desk.first, f"{path}/{first}", form).status_code == 201
    answer = desk.post(desk.second, f"{path}/{second}", form)
    assert answer.json()["type"] == "urn:sunseal:problem:already-decided"
    _refused_by_the_database(desk, proposed["id"])


CONFIRMED = text("""
    insert into registry.adjudication_confirmation (adjudication_id, confirmed_by, confirmed_at)
    select cast(:proposal as uuid), id, now() from registry.person where name = 'two'
""")
REJECTED = text("""
    insert into registry.adjudication_rejection (adjudication_id, reason, rejected_by, rejected_at)
    select cast(:proposal as uuid), 'no', id, now() from registry.person where name = 'two'
""")


def _refused_by_the_database(desk: Desk, proposal: str) -> None:
    """Also for statements that no service wrote."""
    for statement in (CONFIRMED, REJECTED):
        with desk.service.database.desk.unit_as(Role.SUPERVISOR) as uow:
            with pytest.raises(IntegrityError, match="has been decided"):
                uow.session.execute(statement, {"proposal": proposal})
            uow.session.rollback()


def test_a_rejected_candidate_is_open_again(desk: Desk) -> None:
    [proposed] = desk.propose(desk.centre, "clear").json()
    assert desk.candidates()[0]["state"] == "proposed"
    desk.post(desk.first, f"{VERDICTS}/{proposed['id']}/reject", {"reason": "no file"})
    [row] = desk.candidates(state="open")
    [step] = desk.get(desk.first, f"{QUEUE}/{row['id']}").json()["history"]
    assert step["rejection"] == "no file"
    assert desk.check() == "needs_review"


def test_a_reviewer_whose_organization_has_a_tender_open_decides_nothing(desk: Desk) -> None:
    """The centre that calls for tenders itself could clear a friend."""
    [proposed] = desk.propose(desk.centre, "clear").json()
    _give_tender(desk, "centre")
    _give_tender(desk, "one")
    answers: list[Any] = [
        desk.propose(desk.centre, "hit"),
        desk.post(desk.first, f"{VERDICTS}/{proposed['id']}/confirm"),
        desk.post(desk.first, f"{VERDICTS}/{proposed['id']}/reject", {"reason": "no"}),
    ]
    assert {each.json()["type"] for each in answers} == {"urn:sunseal:problem:party-to-a-tender"}
    assert desk.post(desk.second, f"{VERDICTS}/{proposed['id']}/confirm").status_code == 201


TENDER = """
    insert into notice.tender (reference, title, summary, tendering_party_id, tendering_party_name,
        status, statutory, deadline, not_before, minimum_bids, threshold, box_size, currency,
        notice, created_by, created_at, published_at)
    select %(name)s, 't', 's', id, name, 'published', false, now() + interval '1 day',
        now() + interval '1 day', 1, 2, 16, 'CNY', '', id, now(), now()
    from registry.organization where name = %(name)s
"""


def _give_tender(desk: Desk, name: str) -> None:
    with desk.service.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(TENDER, {"name": name})


def test_no_number_of_an_id_card_stays_in_a_reason(desk: Desk) -> None:
    [proposed] = desk.propose(desk.centre, "hit", "his card is 11010519491231002X").json()
    assert "11010519491231002X" not in proposed["reason"]
    with desk.service.database.admin() as admin:
        entries = admin.execute("select reason, detail from audit.entry").fetchall()
    assert not [row for row in entries if b"11010519491231002X" in (row[0].encode() + row[1])]
