"""People and companies behind a firm are found by their numbers and told apart by them."""

from uuid import UUID

import msgspec
import pytest

from sunseal.database import Role
from sunseal.screening import person_ids
from sunseal.screening import service as screening
from sunseal.screening.service.rekey import drop_older
from tests.screening.sources.declared import BOSS, HEAD, OWNER, STRANGER, WORKER, Town, listed
from tests.support.service import PASSWORD, USCC, Service


@pytest.fixture
def town(service: Service) -> Town:
    return Town(service)


def test_whom_a_number_finds_and_whom_it_does_not(town: Town) -> None:
    cases = {
        "the boss, under another name": (listed("王某", BOSS), "hit", "same identifier"),
        "the owner": (listed("李娜", OWNER.lower()), "hit", "李娜 (owner)"),
        "the practitioner": (listed("赵工", WORKER), "hit", "赵工 (practitioner)"),
        "a namesake with a number": (
            listed("王伟", STRANGER),
            "clear",
            "the identifier of another",
        ),
        "a namesake without one": (listed("王伟", ""), "needs_review", "nothing tells them apart"),
        "masked, and it agrees": (
            listed("王伟", person_ids.mask(BOSS)),
            "needs_review",
            "published part of the number agrees",
        ),
        "masked, and it differs": (
            listed("王伟", "4403**********1234"),
            "needs_review",
            "published part of the number differs",
        ),
        "a mask alone": (listed("孙大山", person_ids.mask(BOSS)), "clear", "Nothing"),
        "the firm's former name": (
            listed("旧名建设有限公司", "", "company"),
            "needs_review",
            "former name",
        ),
        "a former name of somebody else": (
            listed("旧名建设有限公司", USCC[2], "company"),
            "clear",
            "the identifier of another",
        ),
        "the owning company, by its older code": (
            listed("改名公司", USCC[1][8:16] + "-" + USCC[1][16], "company"),
            "hit",
            "控股甲有限公司 (owner)",
        ),
        "a number abroad, of no country": (
            listed("Somebody Else plc", "04366849", "company"),
            "needs_review",
            "of a country that is not said",
        ),
    }
    for case, (row, decision, words) in cases.items():
        found = town.stands(row)
        assert found[0] == decision, (case, found)
        assert words in found[1], (case, found)


def test_a_firm_from_abroad_is_found_by_country_and_number(town: Town) -> None:
    person = {"name": "Ann", "email": "ann@example.com", "password": PASSWORD}
    form = {"name": "Brücke GmbH", "country": "DE", "person": person}
    assert (
        town.post("/organizations", form).json()["type"] == "urn:sunseal:problem:unknown-identity"
    )
    form["registration_number"] = "HRB 12345"
    answer = town.post("/organizations", form)
    assert answer.status_code == 201, answer.text
    town.firm = UUID(answer.json()["organization"]["id"])
    again = form | {
        "registration_number": "HRB-12345",
        "person": person | {"email": "b@example.com"},
    }
    assert town.post("/organizations", again).status_code == 409
    entry = {
        "reference": "F-1",
        "subject": "company",
        "name": "Andere AG",
        "identifier": "hrb12345",
        "severity": "serious",
        "reason": "bribery",
        "effective_from": "2020-01-01",
    }
    found = {}
    for country in ("DE", "de", "AT", None):
        data = msgspec.json.encode(entry | ({"country": country} if country else {}))
        with town.service.database.work.unit_as(Role.WORKER) as uow:
            screening.import_list(uow, "blacklist", data, "jsonl")
        found[country] = town.stands()[0]
    assert found == {"DE": "hit", "de": "hit", "AT": "clear", None: "needs_review"}


def test_a_key_is_changed_and_at_each_step_the_same_are_found_and_told_apart(town: Town) -> None:
    boss, namesake = listed("王某", BOSS), listed("王伟", STRANGER).replace("B-1", "B-2")

    def both(*rows: str) -> None:
        decision, said = town.stands(*rows)
        assert decision == "hit"
        assert "the identifier of another" in said

    both(boss, namesake)
    old = person_ids.read(town.folder)
    new = person_ids.rotate(town.folder)
    both()
    # Somebody registers, and a list is imported, between the new key and the end of carrying along.
    assert town.post("/practitioners", {"name": "钱工", "person_id": OWNER}, town.token).is_success
    both(boss, namesake)
    work = town.service.database.work
    with work.unit_as(Role.WORKER) as uow:
        assert screening.rekey(uow, new)
    both()
    with work.unit_as(Role.WORKER) as uow:
        drop_older(uow, new)
    both()
    # A process that still has the older ring imports once more: nobody is cleared for that.
    with work.unit_as(Role.WORKER) as uow:
        rows = "\n".join([HEAD, boss.replace("王某", "王伟"), namesake])
        screening.import_list(uow, "blacklist", rows.encode(), ring=old)
    assert town.stands()[0] == "needs_review"
    with work.unit_as(Role.WORKER) as uow:
        screening.rekey(uow, new)
    both()
