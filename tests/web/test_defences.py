"""What another site's page, a neighbour's subdomain and a strange browser try against our pages."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.web import cookies, csrf, language
from sunseal.web.page import is_local_path
from tests.support.database import maker, settings_for
from tests.support.service import PASSWORD, Service, bearer, guards, roster_of

EMAIL = "firm0@example.cn"
HERE = {"origin": "http://testserver.local", "host": "testserver.local"}
SECURE = "__Host-session"
SESSION = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    select %s, id, 'session', kit.now(), kit.now() + interval '1 h'
    from registry.person where email = %s
"""


@pytest.fixture(scope="module")
def house(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """One installation for all: what is refused leaves nothing behind."""
    folder = tmp_path_factory.mktemp("house")
    with maker(embedded, template) as make:
        database = make()
        settings = settings_for(database, folder)
        custodians, witnesses = guards(3), guards(1, first=4)
        roster = roster_of(settings.origin, settings.keys, custodians, witnesses)
        settings.roster.write_bytes(roster)
        with TestClient(create_app(settings)) as client:
            client.follow_redirects = False
            made = Service(client, database, settings, custodians, witnesses)
            made.firm(0)
            yield made


@pytest.fixture
def service(house: Service) -> Service:
    """Its client as a fresh browser."""
    house.client.cookies.clear()
    house.client.headers.pop("cookie", None)
    return house


@pytest.fixture
def client(service: Service) -> TestClient[Any]:
    """A browser in which a firm's administrator has signed in."""
    session = secrets.token_urlsafe()
    digest = hashlib.sha256(session.encode()).digest()
    with service.database.admin() as admin:
        admin.execute(SESSION, [digest, EMAIL])
    service.client.headers["cookie"] = f"{SECURE}={session}; __Host-role=bidder"
    return service.client


def _token(client: TestClient[Any]) -> str:
    page = client.get("/firm", headers=HERE).text
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def _session(client: TestClient[Any]) -> str:
    kept = dict(each.split("=", 1) for each in client.headers["cookie"].split("; "))
    return kept[SECURE]


def _send(client: TestClient[Any], token: str, **headers: str) -> Any:
    form = {"practitioner": "陈建国", "csrf": token}
    return client.post("/firm/practitioners", data=form, headers=HERE | headers)


def test_our_own_form_is_taken(client: TestClient[Any]) -> None:
    assert _send(client, _token(client)).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.local.evil.example"},
        {"origin": "http://testserver.local:8443"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_refused(
    client: TestClient[Any], service: Service, headers: dict[str, str]
) -> None:
    """Even with the right token, which an overheard page could have."""
    with service.database.admin() as admin:
        admin.execute("delete from registry.practitioner")
    answer = _send(client, _token(client), **headers)
    assert answer.status_code == 403
    assert "没有执行任何操作" in answer.text
    with service.database.admin() as admin:
        assert admin.execute("select count(*) from registry.practitioner").fetchone() == (0,)


def test_without_saying_where_from_nothing_is_taken(client: TestClient[Any]) -> None:
    form = {"practitioner": "陈建国", "csrf": _token(client)}
    headers = {"host": HERE["host"]}
    assert client.post("/firm/practitioners", data=form, headers=headers).status_code == 403


@pytest.mark.parametrize("token", ["", "x", csrf.token_of("another session")])
def test_a_form_without_this_sessions_token_is_refused(client: TestClient[Any], token: str) -> None:
    assert _send(client, token).status_code == 403


def test_nobody_is_signed_in_or_registered_from_elsewhere(service: Service) -> None:
    """A reader who is signed in as somebody else without knowing would enter secrets there."""
    form = {"email": EMAIL, "password": PASSWORD}
    elsewhere = HERE | {"origin": "https://evil.example"}
    assert service.client.post("/sign-in", data=form, headers=elsewhere).status_code == 403
    assert service.client.post("/register", data={}, headers=elsewhere).status_code == 403


def test_a_cookie_alone_opens_nothing_of_the_api(client: TestClient[Any]) -> None:
    assert client.get("/api/v1/me", headers=HERE).status_code == 401
    given = HERE | {"x-csrf-token": "guess"}
    assert client.get("/api/v1/me", headers=given).status_code == 401
    ours = HERE | {"x-csrf-token": csrf.token_of(_session(client))}
    assert client.get("/api/v1/me", headers=ours).json()["role"] == "bidder"


def test_the_session_is_out_of_scripts_and_neighbours_reach(service: Service) -> None:
    form = {"email": EMAIL, "password": PASSWORD}
    answer = service.client.post("/sign-in", data=form, headers=HERE)
    kept = answer.headers.get_list("set-cookie")
    names = [each.partition("=")[0] for each in kept]
    assert names == [SECURE, "__Host-role", "__Host-device", "__Host-half"]
    for each in kept:
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(each.split("; "))
        assert "domain=" not in each.lower()


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("localhost:8000", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example:80", False),
        ("tender.example", False),
        ("", False),
    ],
)
def test_only_this_machine_does_without_tls(host: str, local: bool) -> None:
    assert cookies.is_local(host) is local
    made = cookies.make(cookies.SESSION, "t", host, 60)
    assert (made.secure, made.key) == (not local, "session" if local else SECURE)


def test_a_forged_role_opens_nothing(client: TestClient[Any]) -> None:
    """The cookie chooses links; the session decides."""
    client.headers["cookie"] = f"{SECURE}={_session(client)}; __Host-role=operator"
    page = client.get("/account", headers=HERE)
    assert "投标企业" in page.text
    answer = client.get("/api/v1/confirmations", headers=HERE | {"x-csrf-token": _csrf(client)})
    assert answer.status_code in (401, 403)


def _csrf(client: TestClient[Any]) -> str:
    kept = dict(each.split("=", 1) for each in client.headers["cookie"].split("; "))
    return csrf.token_of(kept[SECURE])


def test_who_is_not_signed_in_comes_back_after_signing_in(service: Service) -> None:
    answer = service.client.get("/firm", headers=HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/firm")
    part = service.client.get("/firm", headers=HERE | {"hx-request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in?next=/firm")


def test_staff_do_not_reach_a_firms_page(service: Service) -> None:
    token = service.authority("centre", "centre-1")
    kept = HERE | {"cookie": f"{SECURE}={token}"}
    assert service.client.get("/firm", headers=kept).status_code == 403
    assert service.client.get("/account", headers=kept).status_code == 200


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("/firm", True),
        ("/tenders/1?q=a#b", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/\t/evil.example", False),
        ("/\n/evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_nobody_is_led_away(path: str, good: bool) -> None:
    assert is_local_path(path) is good


def test_signing_in_and_the_language_lead_nowhere_else(service: Service) -> None:
    form = {"email": EMAIL, "password": PASSWORD, "next": "//evil.example"}
    assert service.client.post("/sign-in", data=form, headers=HERE).headers["location"] == "/firm"
    asked = {"back": "https://evil.example"}
    answer = service.client.get("/language/en", params=asked, headers=HERE)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/firm", "/language/en"])
def test_every_answer_forbids_what_pages_do_not_need(service: Service, path: str) -> None:
    headers = service.client.get(path, headers=HERE).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")


def test_words_of_others_stay_words(service: Service) -> None:
    """A reference, a title, a search: nothing of it becomes part of the page."""
    evil = "<script>alert(1)</script>"
    page = service.client.get("/tenders", params={"q": evil}, headers=HERE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("cookie", "accept", "spoken"),
    [
        (None, "", "zh"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "en;q=0.5,zh-CN;q=0.9", "zh"),
        (None, "fr,de", "zh"),
        (None, "en;q=0", "zh"),
        (None, "en;q=strange", "zh"),
        ("en", "zh-CN", "en"),
        ("zh", "en", "zh"),
        ("xx", "en", "en"),
    ],
)
def test_a_page_speaks_as_it_is_asked(cookie: str | None, accept: str, spoken: str) -> None:
    assert language.chosen(cookie, accept) == spoken


def test_programs_keep_their_problem_details(service: Service) -> None:
    token = service.authority("centre", "centre-2")
    answer = service.client.get("/api/v1/nowhere", headers=bearer(token))
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:sunseal:problem:not-found"


def test_a_program_is_told_in_the_language_it_asks_for(service: Service) -> None:
    form = {"email": EMAIL, "password": "another one"}

    def said(**headers: str) -> Any:
        service.client.headers.pop("accept-language", None)
        return service.client.post("/api/v1/sessions", json=form, headers=headers)

    plain, chinese = said(), said(**{"accept-language": "zh-CN,zh;q=0.9"})
    assert "safe" not in plain.json()
    assert chinese.json()["detail"] == "电子邮箱与密码不符，请检查后重新输入。"
    assert chinese.json()["type"] == plain.json()["type"]
    assert "封存在标箱中" in chinese.json()["safe"]
    assert chinese.headers["content-language"] == "zh-CN"
    spoken = said(cookie="language=en", **{"accept-language": "zh-CN"})
    assert spoken.json()["detail"] == plain.json()["detail"]


def test_a_public_page_looks_up_nobody(client: TestClient[Any], service: Service) -> None:
    """Else a log of the database could say who looked at which tender."""
    with service.database.admin() as admin:
        admin.execute("update registry.session set revoked_at = kit.now()")
    for path in ("/", "/tenders", "/custodians", "/why"):
        assert client.get(path, headers=HERE).status_code == 200


def test_signing_out_ends_the_session_itself(client: TestClient[Any], service: Service) -> None:
    session = _session(client)
    form = {"csrf": csrf.token_of(session)}
    assert client.post("/sign-out", data=form, headers=HERE).status_code == 303
    assert client.get("/firm", headers=HERE).headers["location"].startswith("/sign-in")
