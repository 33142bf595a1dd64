"""A firm registers on its pages with its numbers, and lists find it by them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.database import Role
from sunseal.organizations.naming_owners import MOST
from sunseal.screening import person_ids
from sunseal.screening import service as screening
from sunseal.settings import Settings
from sunseal.web import cookies
from tests.screening.sources.declared import BOSS, OWNER, STRANGER
from tests.support.database import TestDatabase, maker, settings_for
from tests.support.service import PASSWORD, USCC, guards, roster_of

HERE = {"sec-fetch-site": "same-origin"}
FAULT = re.compile(r'<li><a href="#([^"]+)">([^<]+)</a></li>')
ABROAD = {
    "name": "Harbour Works Ltd",
    "country": "GB",
    "registration_number": "0436-6849",
    "legal_representative": "Ann Lee",
}
HOME = {"name": "江城建工集团有限公司", "uscc": USCC[0], "legal_representative": "王伟"}
BOARD = {
    "owner-0-kind": "company",
    "owner-0-name": "Acme Holdings Ltd",
    "owner-0-country": "SG",
    "owner-0-identifier": "201912345K",
}
PERSON = {"person": "李强", "email": "li@example.cn"}
SECRETS = {"password": PASSWORD, "again": PASSWORD}
SERIOUS = {"severity": "serious", "reason": "行贿"}
DONE = "/sign-in?done=registered"


@dataclass
class House:
    """One installation for all tests here; in most of them nobody gets as far as to register."""

    client: TestClient[Any]
    database: TestDatabase
    settings: Settings


@pytest.fixture(scope="module")
def house(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with maker(embedded, template) as make:
        database, folder = make(), tmp_path_factory.mktemp("house")
        settings = settings_for(database, folder)
        roster = roster_of(settings.origin, settings.keys, guards(3), guards(1, first=4))
        settings.roster.write_bytes(roster)
        with TestClient(create_app(settings)) as client:
            yield House(client, database, settings)


class Fields(HTMLParser):
    """What a browser would send of a page's form, typed in or not."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        about = dict(given)
        name, value = about.get("name"), about.get("value") or ""
        if tag == "select" and name:
            self._select = name
        elif tag == "option" and ("selected" in about or self._select not in self.found):
            self.found[self._select] = value
        elif tag == "input" and name:
            self.found[name] = value


class Reader:
    """Sends page after page as a browser would."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.page = house.client.get("/register").text
        self.went = ""

    def send(self, **typed: str) -> "Reader":
        return self.type(typed)

    def type(self, typed: dict[str, str]) -> "Reader":
        form = Fields(self.page).found | typed
        answer = self.house.client.post(
            "/register", data=form, headers=HERE, follow_redirects=False
        )
        self.page, self.went = answer.text, answer.headers.get("location", "")
        return self

    @property
    def faults(self) -> list[str]:
        assert all(f'id="{field}-error"' in self.page for field, _ in FAULT.findall(self.page))
        return [field for field, _ in FAULT.findall(self.page)]

    def all(self, *pages: dict[str, str]) -> "Reader":
        for typed in pages:
            self.type(typed)
        return self


@pytest.fixture
def reader(house: House) -> Reader:
    person_ids.rotate(house.settings.keys)
    return Reader(house)


def judged(house: House, *rows: dict[str, str]) -> str:
    """The decision on the firm from abroad, with these rows on the blacklist."""
    with house.database.admin() as admin:
        [(firm,)] = admin.execute("select id from registry.organization where country = 'GB'")
    ring = person_ids.find(house.settings.keys)
    with house.database.work.unit_as(Role.WORKER) as uow:
        for source, listed in (("bribery", [NOBODY]), ("blacklist", rows)):
            data = b"\n".join(msgspec.json.encode(row) for row in listed)
            screening.import_list(uow, source, data, "jsonl", ring=ring)
        made = screening.check_organization(uow, firm)
        assert made is not None
        return made.decision


def entry(subject: str, name: str, identifier: str, country: str = "") -> dict[str, str]:
    said = {"subject": subject, "name": name, "identifier": identifier, "country": country}
    return said | {"reference": "B-1", "effective_from": "2020-01-01"} | SERIOUS


NOBODY = entry("company", "查无此人有限公司", "")
FOUND = {
    "the firm, by country and number": (entry("company", "Another plc", "04366849", "GB"), "hit"),
    "its number in another country": (entry("company", "Another plc", "04366849", "DE"), "clear"),
    "the owning company": (entry("company", "Renamed Pte", "201912345k", "SG"), "hit"),
    "its number in another place": (entry("company", "Renamed Pte", "201912345K", "GB"), "clear"),
    "the owner": (entry("person", "李某", OWNER), "hit"),
    "the legal representative": (entry("person", "A. Li", BOSS), "hit"),
    "a namesake of the owner": (entry("person", "李娜", STRANGER), "clear"),
}


def test_numbers_typed_on_the_pages_are_searched_for(reader: Reader, house: House) -> None:
    owner = {"owner-1-kind": "person", "owner-1-name": "李娜"}
    numbers = {"legal-number": BOSS, "owner-1-number": OWNER}
    reader.all(ABROAD, BOARD | {"more": "yes"}, owner, PERSON | {"email": "lee@example.cn"})
    assert "Acme Holdings Ltd (SG 201912345K); 李娜" in reader.page
    reader.type(SECRETS | numbers)
    assert reader.went == DONE, reader.faults
    found = {case: judged(house, row) for case, (row, _) in FOUND.items()}
    assert found == {case: decision for case, (_, decision) in FOUND.items()}


WRONG: dict[str, tuple[list[dict[str, str]], list[str]]] = {
    "no code at home": ([HOME | {"uscc": ""}], ["uscc"]),
    "a number is no code at home": ([HOME | {"uscc": "", "registration_number": "1"}], ["uscc"]),
    "no number abroad": ([ABROAD | {"registration_number": " "}], ["registration_number"]),
    "a country that is none": ([ABROAD | {"country": "ZZ"}], ["country"]),
    "a card for the firm's number": (
        [ABROAD | {"registration_number": BOSS}],
        ["registration_number"],
    ),
    "an owner without a name": ([HOME, BOARD | {"owner-0-name": ""}], ["owner-0-name"]),
    "an owner of no country": ([HOME, BOARD | {"owner-0-country": "QQ"}], ["owner-0-country"]),
    "an owner's wrong code": (
        [HOME, BOARD | {"owner-0-country": "", "owner-0-identifier": USCC[1][:-1] + "X"}],
        ["owner-0-identifier"],
    ),
    "a person's number among the firms'": (
        [HOME, BOARD | {"owner-0-kind": "person"}],
        ["owner-0-identifier"],
    ),
    "a card among names": ([HOME, BOARD | {"owner-0-name": f"李娜 {OWNER}"}], ["owner-0-name"]),
    "a wrong card": (
        [HOME, {}, PERSON, SECRETS | {"legal-number": BOSS[:-1] + "0"}],
        ["legal-number"],
    ),
}


@pytest.mark.parametrize(("pages", "faults"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_beside_its_field(
    reader: Reader, pages: list[dict[str, str]], faults: list[str]
) -> None:
    reader.all(*pages)
    assert reader.faults == faults
    # Nor does it help to leave pages out.
    assert not reader.type(pages[-1] | PERSON | SECRETS | {"step": "confirm"}).went


def test_a_persons_number_is_shown_to_nobody_again(reader: Reader) -> None:
    typed = {"legal-number": BOSS, "owner-0-number": OWNER}
    reader.all(HOME, {"owner-0-kind": "person", "owner-0-name": "李娜"}, PERSON)
    assert "owner-0-number" in reader.page
    for sent in (typed | SECRETS | {"again": "x"}, typed | {"password": "short"}, typed):
        reader.type(sent)
        assert reader.faults
        assert BOSS not in reader.page
        assert OWNER not in reader.page


@pytest.mark.parametrize("button", [{"change": "owners"}, {"more": "yes"}])
def test_whoever_goes_back_does_not_register(reader: Reader, button: dict[str, str]) -> None:
    reader.all(HOME, {}, PERSON).type(SECRETS | button)
    assert not reader.went
    assert not reader.faults
    assert "owner-0-name" in Fields(reader.page).found
    assert PASSWORD not in reader.page


def test_no_number_is_lost_where_none_can_be_taken(house: House) -> None:
    """Without the key for digests the firm is told beside the field, and not registered without."""
    (house.settings.keys / person_ids.FILE).unlink(missing_ok=True)
    own = HOME | {"uscc": USCC[1]}
    reader = Reader(house).all(
        own, {}, PERSON | {"email": "w@example.cn"}, SECRETS | {"legal-number": BOSS}
    )
    assert reader.faults == ["legal-number"]
    assert reader.send(**SECRETS).went == DONE


def test_owners_are_added_one_by_one_and_the_empty_left_out(reader: Reader, house: House) -> None:
    reader.type(HOME | {"uscc": USCC[2]})
    for typed in ({}, {"owner-1-name": "股东1"}, {"owner-2-name": "股东2"}):
        reader.type(typed | {"more": "yes"})
    assert "owner-3-name" in reader.page
    beyond = {f"owner-{number}-name": f"股东{number}" for number in (MOST - 1, MOST)}
    assert f"owner-{MOST}-name" not in reader.type(beyond | {"more": "yes"}).page
    reader.all({}, PERSON | {"email": "many@example.cn"}, SECRETS)
    assert reader.went == DONE
    named = """select o.name from registry.declared_owner o join registry.organization f
        on f.id = o.organization_id where f.uscc = %s"""
    with house.database.admin() as admin:
        found = {name for (name,) in admin.execute(named, (USCC[2],))}
    assert found == {"股东1", "股东2", f"股东{MOST - 1}"}


def test_an_owners_wrong_code_is_refused_by_the_api_too(house: House) -> None:
    """On no list is a code with a wrong digit, and it would pass for one that is on none."""
    owner = {"kind": "company", "name": "控股甲有限公司", "identifier": USCC[1][:-1] + "X"}
    person = {"name": "李强", "email": "api@example.cn", "password": PASSWORD}
    form = {"name": "甲", "uscc": USCC[3], "person": person, "owners": [owner]}
    answer = house.client.post("/api/v1/organizations", json=form)
    assert answer.json()["type"] == "urn:sunseal:problem:invalid-uscc"
    owner["identifier"] = USCC[1]
    assert house.client.post("/api/v1/organizations", json=form).status_code == 201


def test_the_firms_own_page_shows_its_register(reader: Reader, house: House) -> None:
    abroad = ABROAD | {"registration_number": "HRB 12345", "country": "DE"}
    reader.all(abroad, {}, PERSON | {"email": "de@example.com"}, SECRETS)
    assert reader.went == DONE
    form = {"email": "de@example.com", "password": PASSWORD}
    token = house.client.post("/api/v1/sessions", json=form).json()["token"]
    cookie = f"{cookies.SESSION}={token}; {cookies.ROLE}=bidder"
    answer = house.client.get("/firm", headers={"host": "localhost", "cookie": cookie})
    assert "DE HRB12345" in answer.text
