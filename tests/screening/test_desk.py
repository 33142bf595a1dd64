"""Lists, verdicts and what a firm is told, over HTTP and in real roles."""

from typing import Any

import pytest

from sunseal.database import Role
from sunseal.screening import service as screening
from sunseal.screening.lists import COLUMNS
from tests.support.service import USCC, Service, bearer

HEAD = ",".join(COLUMNS)
NOBODY = "X-1,company,查无此人有限公司,,serious,test,2020-01-01,"


def _import(service: Service, token: str, source: str, *rows: str) -> Any:
    body = "\n".join([HEAD, *rows]).encode()
    headers = {**bearer(token), "Content-Type": "text/csv"}
    return service.client.post(f"/api/v1/screening/lists/{source}", content=body, headers=headers)


@pytest.fixture
def centre(service: Service) -> str:
    """A centre's token; both lists are in force and concern nobody."""
    token = service.authority("centre")
    for source in ("bribery", "blacklist"):
        assert _import(service, token, source, NOBODY).status_code == 201
    return token


def _check(service: Service, organization: Any) -> str:
    with service.database.work.unit_as(Role.WORKER) as uow:
        row = screening.check_organization(uow, organization)
        assert row is not None
        return row.decision


def test_health_says_which_lists_are_in_age(service: Service) -> None:
    token = service.authority("centre")
    assert _import(service, token, "bribery", NOBODY).status_code == 201
    answer = service.client.get("/api/v1/screening/lists", headers=bearer(token))
    states = {each["source"]: each["state"] for each in answer.json()}
    assert (states["blacklist"], states["bribery"]) == ("missing", "done")


def test_a_list_that_shrank_too_far_is_refused_and_the_old_one_stays(
    service: Service, centre: str
) -> None:
    rows = [NOBODY.replace("X-1", f"X-{number}") for number in range(10)]
    assert _import(service, centre, "blacklist", *rows).status_code == 201
    answer = _import(service, centre, "blacklist", *rows[:4])
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:sunseal:problem:list-shrank"
    answer = service.client.get("/api/v1/screening/lists", headers=bearer(centre))
    assert {each["source"]: each["rows"] for each in answer.json()}["blacklist"] == 10


def test_an_empty_list_is_refused(service: Service, centre: str) -> None:
    assert _import(service, centre, "blacklist").status_code == 422


def test_a_snapshot_never_changes(service: Service, centre: str) -> None:
    with service.database.admin() as admin:
        before = admin.execute("select * from registry.list_entry order by id").fetchall()
        _import(service, centre, "blacklist", NOBODY, NOBODY.replace("X-1", "X-2"))
        after = admin.execute("select * from registry.list_entry order by id").fetchall()
    assert set(before) <= set(after)


@pytest.mark.parametrize("kind", ["tendering_party", "agent", "supervisor", "custodian"])
def test_others_import_no_list(service: Service, kind: str) -> None:
    token = service.authority(kind)
    assert _import(service, token, "blacklist", NOBODY).status_code == 403


def test_an_unknown_list_does_not_exist(service: Service, centre: str) -> None:
    assert _import(service, centre, "gossip", NOBODY).status_code == 404


def test_a_firm_hears_the_same_until_two_people_have_decided(service: Service, centre: str) -> None:
    token, firm = service.firm(0)
    own = "/api/v1/screening/me"
    before = service.client.get(own, headers=bearer(token)).json()
    assert _check(service, firm) == "clear"
    entry = NOBODY.replace("X-1", "B-7").replace("查无此人", "第0建筑")
    assert _import(service, centre, "blacklist", entry).status_code == 201
    assert _check(service, firm) == "needs_review"
    assert service.client.get(own, headers=bearer(token)).json() == before
    form = {
        "organization_id": str(firm),
        "source": "blacklist",
        "reference": "B-7",
        "verdict": "hit",
        "reason": "same address",
    }
    path = "/api/v1/screening/adjudications"
    proposed = service.client.post(path, json=form, headers=bearer(centre))
    assert proposed.status_code == 201, proposed.text
    assert service.client.get(own, headers=bearer(token)).json() == before
    assert _check(service, firm) == "needs_review"
    confirm = f"{path}/{proposed.json()[0]['id']}/confirm"
    # The centre proposes and does not confirm; a supervisor does, once.
    assert service.client.post(confirm, headers=bearer(centre)).status_code == 403
    supervisor = bearer(service.authority("supervisor"))
    assert service.client.post(confirm, headers=supervisor).status_code == 201
    assert service.client.post(confirm, headers=supervisor).status_code == 409
    assert _check(service, firm) == "hit"
    told = service.client.get(own, headers=bearer(token)).json()
    [decision] = told["decisions"]
    assert (decision["source"], decision["reference"]) == ("blacklist", "B-7")
    assert (decision["reason"], decision["appeal"]) == ("same address", "none")
    assert told["appeal"]
    other, _ = service.firm(1)
    assert service.client.get(own, headers=bearer(other)).json() == before


def test_nobody_confirms_his_own_proposal(service: Service, centre: str) -> None:
    _, firm = service.firm(0)
    entry = NOBODY.replace("查无此人", "第0建筑")
    _import(service, centre, "blacklist", entry)
    supervisor = bearer(service.authority("supervisor"))
    form = {
        "organization_id": str(firm),
        "source": "blacklist",
        "reference": "X-1",
        "verdict": "clear",
        "reason": "another company",
    }
    path = "/api/v1/screening/adjudications"
    [proposed] = service.client.post(path, json=form, headers=supervisor).json()
    answer = service.client.post(f"{path}/{proposed['id']}/confirm", headers=supervisor)
    assert answer.json()["type"] == "urn:sunseal:problem:same-person"


def test_an_entry_about_somebody_else_cannot_be_adjudicated(service: Service, centre: str) -> None:
    _, firm = service.firm(0)
    form = {
        "organization_id": str(firm),
        "source": "blacklist",
        "reference": "X-1",
        "verdict": "hit",
        "reason": "dislike",
    }
    path = "/api/v1/screening/adjudications"
    assert service.client.post(path, json=form, headers=bearer(centre)).status_code == 422


def test_the_same_identifier_is_a_hit_under_any_name(service: Service, centre: str) -> None:
    _, firm = service.firm(0)
    entry = f"B-1,company,改了名的公司,{USCC[0]},serious,a judgment,2020-01-01,"
    _import(service, centre, "bribery", entry)
    assert _check(service, firm) == "hit"


def test_a_new_list_asks_for_everybody_to_be_screened_again(service: Service, centre: str) -> None:
    with service.database.admin() as admin:
        asked = admin.execute(
            "select count(*) from kit.outbox where task = 'screening.rescreen'"
        ).fetchone()
    assert asked == (2,)
