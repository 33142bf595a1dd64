"""The practice instance's own pages, and what its visitors, rivals and swindlers try there."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.practice.closed import PATHS
from tests.opening.world import World, make_world
from tests.practice.house import HERE, HOME, MOST, SESSION, House, practising, tender_of
from tests.support.database import maker
from tests.support.service import PASSWORD, bearer

BANNER = "练习 · 不具法律效力"
TITLE = re.compile(r"<title>([^<]*)</title>")
ELSEWHERE = "https://practice.example.cn"
LINK = re.compile(r'<a href="([^"]*practice[^"]*)"([^>]*)>')
SESSION_ROW = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    values (%s, %s, 'session', kit.now(), kit.now() + interval '1 d')
"""
PARAMETER = re.compile(r"\{\w+:(\w+)\}")
FIELD = re.compile(r'<(?:input|textarea|select)[^>]* name="([^"]+)"')
PRIVATE = ("name", "uscc", "person", "legal_representative", "email", "phone", "password", "again")
TOKEN = re.compile(r'<code id="token">([^<]+)</code>')
COMPLETE = """
    update custody.ceremony set state = 'complete', ended_at = kit.now() where tender_id = %s
"""


@pytest.fixture(scope="module")
def house(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with (
        maker(embedded, template) as make,
        practising(make(), tmp_path_factory.mktemp("practice")) as made,
    ):
        yield made


@pytest.fixture(autouse=True)
def stranger(house: House) -> None:
    """A fresh browser, and room for practices."""
    house.client.cookies.clear()
    house.client.headers.pop("cookie", None)
    house.over()


@dataclass
class Real:
    """A real installation that sends contractors to practise elsewhere."""

    client: TestClient[Any]
    world: World

    def as_firm(self) -> TestClient[Any]:
        """Signed in, in the browser that `client` is."""
        token = secrets.token_urlsafe()
        self.world.rows(
            SESSION_ROW, hashlib.sha256(token.encode()).digest(), self.world.firm().person
        )
        self.client.cookies.set(SESSION, token)
        return self.client


@pytest.fixture(scope="module")
def installed(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Real]:
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path_factory.mktemp("real"))
        settings = replace(world.settings, practice_url=ELSEWHERE)
        with TestClient(create_app(settings), base_url=HOME) as client:
            client.follow_redirects = False
            yield Real(client, world)


@pytest.fixture
def real(installed: Real) -> TestClient[Any]:
    installed.client.cookies.clear()
    return installed.client


def test_one_click_makes_a_firm_a_tender_and_a_session(house: House) -> None:
    begun = house.begin()
    tender = tender_of(begun)
    [(name, uscc, kind)] = house.rows(
        """select o.name, o.uscc, o.kind from registry.session s
        join registry.person p on p.id = s.person_id
        join registry.organization o on o.id = p.organization_id where s.token_digest = %s""",
        hashlib.sha256(begun.cookies[SESSION].encode()).digest(),
    )
    assert (kind, name.startswith("练习企业-"), uscc[:8]) == ("bidder", True, "91000000")
    [(status, party, statutory)] = house.rows(
        "select status, tendering_party_name, statutory from notice.tender where id = %s", tender
    )
    assert (status, party, statutory) == ("ceremony", "练习办公室", False)
    shown = house.client.get(f"/practice/{tender}")
    assert "练习 1/6" in shown.text
    assert "hx-post" in shown.text


def test_who_practises_again_stays_the_same_firm(house: House) -> None:
    house.begin()
    house.over()
    before = house.rows("select count(*) from registry.organization")
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', house.client.get("/practice").text)
    assert csrf
    again = house.client.post("/practice", headers=HERE, data={"csrf": csrf[1]})
    tender_of(again)
    assert SESSION not in again.cookies
    assert house.rows("select count(*) from registry.organization") == before


def test_the_page_brings_the_tender_to_publication_and_goes_there(house: House) -> None:
    tender = tender_of(house.begin())
    house.client.cookies.clear()
    script = HERE | {"hx-request": "true"}
    waiting = house.client.post(f"/practice/{tender}", headers=script)
    assert waiting.status_code == 200
    assert "<html" not in waiting.text
    with house.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(COMPLETE, [tender])
    for _ in range(2):
        house.client.post(f"/practice/{tender}", headers=script)
    asked = "select count(*) from kit.outbox where task = 'custody.open_gate' and argument = %s"
    assert house.rows(asked, tender) == [(1,)]
    with house.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update notice.tender set status = 'published', published_at = kit.now() where id = %s",
            [tender],
        )
    there = house.client.post(f"/practice/{tender}", headers=script)
    assert there.headers["hx-redirect"] == f"/tenders/{tender}"
    plain = house.client.get(f"/practice/{tender}")
    assert (plain.status_code, plain.headers["location"]) == (303, f"/tenders/{tender}")
    assert "练习 2/6" in house.client.get(f"/tenders/{tender}").text


def test_a_practice_that_was_not_ready_in_time_says_so(house: House) -> None:
    tender = tender_of(house.begin())
    with house.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update notice.tender set deadline = kit.now() - interval '1 s'")
    assert "这次练习没有准备好" in house.client.get(f"/practice/{tender}").text


@pytest.mark.parametrize(
    "path",
    ["/", "/practice", "/tenders", "/why", "/custodians", "/log", "/blacklist", "/nowhere"],
)
def test_every_page_says_that_it_is_practice(house: House, path: str) -> None:
    page = house.client.get(path).text
    found = TITLE.search(page)
    assert BANNER in page
    assert found
    assert found[1].startswith("练习 · ")


def test_the_big_screen_and_the_sheet_say_so_too(house: House) -> None:
    tender = tender_of(house.begin())
    with house.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update notice.tender set status = 'published', published_at = kit.now()")
    for path in ("hall", "hall/screen", "sign-in-sheet", "bid"):
        assert BANNER in house.client.get(f"/tenders/{tender}/{path}").text, path


def test_no_page_of_a_real_one_says_so(real: TestClient[Any]) -> None:
    for path in ("/", "/tenders", "/sign-in", "/register", "/nowhere"):
        page = real.get(path).text
        assert "练习" not in page.replace("先花几分钟练习一遍", ""), path


@pytest.mark.parametrize("path", sorted(PATHS))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_can_be_lured_into_typing_a_name_or_a_password(
    house: House, path: str, method: str
) -> None:
    """A swindler sends links to it: there is no form, and what is sent all the same is not read."""
    form = {"email": "zhou@example.cn", "password": PASSWORD, "name": "周敏"}
    before = house.rows("select count(*) from registry.person")
    answer = house.client.request(method, path, headers=HERE, data=form)
    assert answer.status_code in (404, 405, 409), answer.text
    assert 'type="password"' not in answer.text
    assert "zhou@example.cn" not in answer.text
    assert house.rows("select count(*) from registry.person") == before


@pytest.mark.parametrize("practises", [False, True])
def test_no_page_asks_who_somebody_is(house: House, practises: bool) -> None:
    """Also pages that nothing here leads to: a swindler writes the link by himself."""
    tender = tender_of(house.begin()) if practises else uuid4()
    asked = set()
    for route in house.client.app.routes:
        if "GET" in getattr(route, "methods", ()) and not route.path.startswith("/api/"):
            path = route.path.replace("{tender_id:uuid}", str(tender))
            path = PARAMETER.sub(lambda found: str(uuid4()) if found[1] == "uuid" else "x", path)
            asked |= {(route.path, name) for name in FIELD.findall(house.client.get(path).text)}
    assert ("/tenders", "q") in asked
    assert not {(path, name) for path, name in asked if name in PRIVATE}


def test_a_page_that_needs_a_session_leads_to_a_sentence_and_to_no_form(house: House) -> None:
    sent = house.client.get("/bids")
    assert sent.headers["location"].startswith("/sign-in")
    told = house.client.get(sent.headers["location"])
    assert told.status_code == 409
    assert "不注册，不登录" in told.text
    assert 'href="/practice"' in told.text


def test_a_flood_is_told_in_a_sentence_and_writes_nothing(house: House) -> None:
    tender_of(house.begin())
    house.client.cookies.clear()
    counts = "select (select count(*) from registry.organization), count(*) from notice.tender"
    before = house.rows(counts)
    refused = house.begin()
    assert refused.status_code == 503
    assert f"现在有 {MOST} 场练习正在进行" in refused.text
    by_program = house.client.post("/api/v1/practices")
    assert by_program.status_code == 503
    assert by_program.json()["type"].endswith("too-many-practices")
    assert house.rows(counts) == before
    # What was never opened takes nobody's place for long.
    with house.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update notice.tender set not_before = kit.now() - interval '3 min',"
            " deadline = kit.now() - interval '4 min'"
        )
    tender_of(house.begin())


def test_a_program_practises_with_a_token_that_opens_nothing_real(
    house: House, real: TestClient[Any]
) -> None:
    made = house.client.post("/api/v1/practices").json()
    UUID(made["tender"])
    me = house.client.get("/api/v1/me", headers=bearer(made["token"]))
    assert me.json()["organization"]["name"].startswith("练习企业-")
    state = house.client.post(f"/api/v1/practices/{made['tender']}/prepare")
    assert (state.status_code, state.json()) == (200, {"state": "preparing"})
    assert real.get("/api/v1/me", headers=bearer(made["token"])).status_code == 401


def test_a_token_is_shown_once_to_whoever_asks_for_it(house: House) -> None:
    house.begin()
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', house.client.get("/practice").text)
    assert csrf
    shown = house.client.post("/practice/token", headers=HERE, data={"csrf": csrf[1]})
    found = TOKEN.search(shown.text)
    assert found
    assert f"--url {HOME}" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    house.client.cookies.clear()
    assert house.client.get("/api/v1/me", headers=bearer(found[1])).status_code == 200
    anonymous = house.client.post("/practice/token", headers=HERE)
    assert anonymous.headers["location"].startswith("/sign-in")


def test_an_answer_with_a_token_is_not_remembered(house: House) -> None:
    house.client.post("/api/v1/practices", headers={"Idempotency-Key": str(uuid4())})
    assert house.rows("select count(*) from kit.idempotency") == [(0,)]


def test_another_sites_page_begins_nothing(house: House) -> None:
    before = house.rows("select count(*) from notice.tender")
    lured = house.client.post("/practice", headers={"sec-fetch-site": "cross-site"})
    assert lured.status_code == 403
    assert house.rows("select count(*) from notice.tender") == before


def test_a_practice_without_its_office_says_what_is_missing(house: House) -> None:
    with house.database.admin() as admin:
        admin.execute("update registry.person set email = 'x@example.cn' where role <> 'bidder'")
    try:
        refused = house.begin()
        assert refused.status_code == 503
        assert "练习站还没有准备好" in refused.text
    finally:
        with house.database.admin() as admin:
            admin.execute(
                "update registry.person set email = 'office@example.cn' where role <> 'bidder'"
            )


def test_a_real_one_leads_there_and_says_nothing_of_the_tender(
    real: TestClient[Any], installed: Real
) -> None:
    """Whoever runs the practice instance must not learn which notice somebody came from."""
    firm = installed.as_firm()
    for path in (f"/tenders/{installed.world.tender}", "/bids", "/firm"):
        found = LINK.search(firm.get(path).text)
        assert found, path
        assert found[1] == f"{ELSEWHERE}/practice"
        assert 'rel="noreferrer"' in found[2]


def test_a_practice_leads_nowhere_else(house: House) -> None:
    house.begin()
    for path in ("/bids", "/firm"):
        page = house.client.get(path).text
        assert "http" not in re.sub(r"http-equiv|htmx-config", "", page), path


def test_a_real_installation_has_none_of_it(house: House, real: TestClient[Any]) -> None:
    assert "/api/v1/practices" in house.client.get("/api/v1/schema/openapi.json").text
    assert real.get("/practice").status_code == 404
    assert real.post("/practice", headers=HERE).status_code in (404, 405)
    assert real.post("/api/v1/practices").status_code in (404, 405)
    assert "/api/v1/practices" not in real.get("/api/v1/schema/openapi.json").text
