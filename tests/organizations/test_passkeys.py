"""Passkeys, as their owners use them and as others try to."""

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.database import Role
from sunseal.factors import authenticator, rules, service
from sunseal.factors.authenticator import RelyingParty
from sunseal.factors.errors import WrongPasskey
from sunseal.factors.secrets import digest
from tests.organizations.browsers import ADD, ENROL, ENTER, OWN, SECOND, Browser, clerk, firm
from tests.organizations.doors import Door
from tests.support.authenticator import Authenticator, Lies

WRONG, OVER, BACK = "opens nothing here", "was used already", "counted backward"


def test_staff_may_begin_with_a_passkey_and_needs_nothing_else(door: Door) -> None:
    browser = Browser.new(door)
    browser.password(door.clerk())
    answer = browser.add(ENROL, label="办公室")
    assert len(set(re.findall("<code>([a-z2-7-]{11})</code>", answer.text))) == 10
    assert browser.is_in
    again = browser.elsewhere()
    assert again.show().headers["location"] == "/work/tenders"
    assert again.is_in
    assert "visit" not in again.kept


@pytest.mark.parametrize("someone", [clerk, firm])
def test_a_passkey_is_the_second_factor_after_the_password(door: Door, someone: Any) -> None:
    browser = someone(door)
    (email,) = rows(door, EMAIL, browser)
    again = browser.elsewhere()
    assert again.password(email).headers["location"].startswith("/sign-in/code")
    assert again.get("/account").status_code == 303
    assert "/sign-in/code/passkey" in again.get("/sign-in/code").text
    assert again.show(SECOND).status_code == 303
    assert again.is_in


def test_a_recovery_code_stands_in_for_a_lost_passkey(door: Door) -> None:
    browser = Browser.new(door)
    email = door.clerk()
    browser.password(email)
    codes = re.findall("<code>([a-z2-7-]{11})</code>", browser.add(ENROL).text)
    again = Browser.new(door)
    again.password(email)
    assert again.post("/sign-in/code", code=codes[0]).status_code == 303
    assert again.is_in


def test_the_owner_sees_names_and_last_use_and_removes_one(door: Door) -> None:
    browser = clerk(door)
    assert browser.add(label="安全钥匙").headers["location"] == f"{OWN}?done=added"
    browser.elsewhere().show()
    listed = browser.door.get("/factors", browser.kept["session"]).json()["passkeys"]
    assert [each["label"] for each in listed] == ["", "安全钥匙"]
    assert [each["last_used_at"] is None for each in listed] == [True, False]
    page = browser.get(OWN).text
    assert "安全钥匙" in page
    gone = browser.post(f"{OWN}/{listed[1]['id']}/remove")
    assert gone.headers["location"] == f"{OWN}?done=removed"
    assert WRONG in browser.elsewhere().show().text


def test_staff_keeps_its_last_passkey_and_a_firm_need_not(door: Door) -> None:
    for browser, status in ((clerk(door), 409), (firm(door), 303)):
        (passkey,) = browser.door.get("/factors", browser.kept["session"]).json()["passkeys"]
        assert browser.post(f"{OWN}/{passkey['id']}/remove").status_code == status


def test_the_owner_sees_and_ends_a_session_that_knew_the_password_alone(door: Door) -> None:
    browser = clerk(door)
    thief = Browser.new(door)
    thief.password(rows(door, EMAIL, browser)[0])
    page = browser.get("/account").text
    assert page.count("Knew the password; second step missing") == 1
    (half,) = re.findall("/account/sessions/([0-9a-f-]{36})/end", page)
    assert browser.post(f"/account/sessions/{half}/end").status_code == 303
    assert thief.get("/sign-in/code").headers["location"].startswith("/sign-in?")


def test_a_passkey_of_another_is_not_removed(door: Door) -> None:
    theirs = door.get("/factors", firm(door).kept["session"]).json()["passkeys"][0]["id"]
    browser = firm(door)
    browser.add()
    assert browser.post(f"{OWN}/{theirs}/remove").status_code == 404


def test_a_telephone_that_does_not_count_is_let_in_again_and_again(door: Door) -> None:
    browser = clerk(door, counts=False)
    assert [browser.elsewhere().show().status_code for _ in range(2)] == [303, 303]


def test_an_answer_counts_once(door: Door) -> None:
    """Somebody who saw it go by sends it again, from the same browser and from his own."""
    browser = clerk(door, counts=False).elsewhere()
    answer = browser.authenticator.show(browser.ask(ENTER))
    visit = dict(browser.kept)
    assert browser.post(ENTER, answer=answer).status_code == 303
    for kept in (visit, {}):
        thief = Browser(door, browser.authenticator, dict(kept))
        refused = thief.post(ENTER, answer=answer)
        assert refused.status_code == 422
        assert OVER in refused.text
        assert not thief.is_in


def test_an_answer_that_was_refused_counts_no_second_time(door: Door) -> None:
    browser = clerk(door).elsewhere()
    asked = browser.ask(ENTER)
    assert WRONG in browser.post(ENTER, answer=shown(browser, asked, verified=False)).text
    assert OVER in browser.post(ENTER, answer=shown(browser, asked)).text


def test_a_challenge_is_over_after_five_minutes(door: Door) -> None:
    browser = clerk(door).elsewhere()
    asked = browser.ask(ENTER)
    door.pass_time(seconds=rules.CHALLENGE_LASTS.total_seconds() + 1)
    assert OVER in browser.post(ENTER, answer=shown(browser, asked)).text


def test_the_challenge_of_another_session_is_not_taken(door: Door) -> None:
    """An agent has the victim confirm what was asked on the agent's own machine."""
    victim, agent = clerk(door), Browser.new(door)
    answer = shown(victim, agent.ask(ENTER))
    other = victim.elsewhere()
    other.ask(ENTER)
    assert OVER in other.post(ENTER, answer=answer).text
    (email,) = rows(door, EMAIL, victim)
    first, second = victim.elsewhere(), victim.elsewhere()
    for each in (first, second):
        each.password(email)
    assert OVER in second.post(SECOND, answer=shown(victim, first.ask(SECOND))).text


def test_an_answer_for_one_purpose_serves_no_other(door: Door) -> None:
    """Of a firm: both questions are then asked, and kept, on the same login."""
    browser = firm(door)
    asked = browser.ask(ADD)
    browser.kept["visit"] = browser.kept["session"]
    answer = browser.authenticator.show({"rpId": asked["rp"]["id"], **asked})
    assert OVER in browser.post(ENTER, answer=answer).text


LIES = {
    "another site's page": Lies(origin="https://test.sunseal.example.evil.example"),
    "another port of this host": Lies(origin="https://test.sunseal.example:8443"),
    "a page without TLS": Lies(origin="http://test.sunseal.example"),
    "made for another host": Lies(rp_id="evil.example"),
    "in a frame of another site": Lies(cross_origin=True),
    "nobody confirmed who he is": Lies(verified=False),
    "nobody was there": Lies(present=False),
    "an answer for making one": Lies(kind="webauthn.create"),
    "signed by another key": Lies(key=ec.generate_private_key(ec.SECP256R1())),
    "for another account": Lies(handle=uuid4().bytes),
    "for an account that is none": Lies(handle=b"x"),
    "for nobody": Lies(nameless=True),
    "an unknown passkey": Lies(credential=bytes(32)),
}


@pytest.fixture(scope="module")
def owner(door: Door) -> Browser:
    """One clerk for all lies: none of them changes anything."""
    return clerk(door)


@pytest.mark.parametrize("lies", LIES.values(), ids=LIES)
def test_refused(owner: Browser, lies: Lies) -> None:
    browser = owner.elsewhere()
    refused = browser.show(lies=lies)
    assert refused.status_code == 422
    assert WRONG in refused.text
    assert not browser.is_in


CREATED = {
    name: lies
    for name, lies in LIES.items()
    if not (lies.key or lies.handle or lies.credential or lies.nameless or lies.kind)
} | {"an answer for showing one": Lies(kind="webauthn.get")}


@pytest.mark.parametrize("lies", CREATED.values(), ids=CREATED)
def test_not_added(owner: Browser, lies: Lies) -> None:
    browser = Browser(owner.door, Authenticator(owner.authenticator.origin), owner.kept)
    refused = browser.add(lies=lies)
    assert refused.status_code == 422
    assert WRONG in refused.text


def test_another_persons_credential_opens_nothing(door: Door) -> None:
    """A clerk knows a colleague's credential id, from a log of his own machine."""
    victim, thief = clerk(door), clerk(door)
    (theirs,), (own,) = victim.authenticator.held, thief.authenticator.held
    for lies in (
        Lies(credential=theirs.id),
        Lies(credential=theirs.id, handle=theirs.handle),
        Lies(handle=theirs.handle),
    ):
        assert WRONG in thief.elsewhere().show(lies=lies).text
    # Nor as the second factor of whoever's password he has learned.
    (email,) = rows(door, EMAIL, victim)
    browser = thief.elsewhere()
    browser.password(email)
    asked = browser.ask(SECOND)
    assert len(asked["allowCredentials"]) == 1
    assert WRONG in browser.post(SECOND, answer=shown(thief, asked)).text
    assert own.handle != theirs.handle
    # Nor is it added as his own.
    refused = thief.add(lies=Lies(credential=theirs.id))
    assert refused.status_code == 422
    assert "was added before" in refused.text


def test_a_copy_that_counts_behind_is_refused_and_noted(door: Door) -> None:
    browser = clerk(door)
    assert browser.elsewhere().show().status_code == 303
    for count in (2, 1):
        refused = browser.elsewhere().show(lies=Lies(count=count))
        assert refused.status_code == 422
        assert BACK in refused.text
    (person,) = rows(door, PERSON, browser)
    noted = [each for each in entries(door) if each.reason == "counter-went-back"]
    assert [each.actor for each in noted] == [str(person)] * 2
    # Whoever cannot sign makes no count go back.
    stranger = Lies(count=0, key=ec.generate_private_key(ec.SECP256R1()))
    assert WRONG in browser.elsewhere().show(lies=stranger).text


def test_a_row_that_the_administrator_of_the_database_writes_opens_nothing(door: Door) -> None:
    """He makes a key pair of his own, and gives it to somebody; or moves a row of his own."""
    victim, insider = clerk(door), clerk(door)
    (person,), (own,) = rows(door, PERSON, victim), rows(door, PERSON, insider)
    with door.database.admin() as admin:
        admin.execute(COPY, (person, bytes(32), own))
    lies = Lies(credential=bytes(32), handle=person.bytes)
    assert WRONG in insider.elsewhere().show(lies=lies).text
    with door.database.admin() as admin:
        admin.execute(
            "update registry.passkey set person_id = %s where person_id = %s", (person, own)
        )
    assert WRONG in insider.elsewhere().show(lies=Lies(handle=person.bytes)).text
    assert victim.elsewhere().show().status_code == 303


@pytest.mark.parametrize(
    "path", [f"{ENTER}/ask", ENTER, f"{SECOND}/ask", SECOND, ADD, f"{ADD}/ask"]
)
def test_another_site_asks_and_sends_nothing(owner: Browser, path: str) -> None:
    """Nor would it want to: it could sign a visitor in as itself, and read what he then writes."""
    browser = owner.elsewhere()
    answer = browser.authenticator.show(browser.ask(ENTER)) if path == ENTER else ""
    browser.kept |= {name: owner.kept[name] for name in ("session", "role")}
    headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    refused = browser.request("POST", path, {"answer": answer}, **headers)
    assert refused.status_code == 403
    assert "session" not in str(refused.headers.get_list("set-cookie"))


def test_a_form_without_its_token_adds_nothing(owner: Browser) -> None:
    browser = Browser(owner.door, Authenticator(owner.authenticator.origin), dict(owner.kept))
    answer = browser.authenticator.create(browser.ask(ADD))
    assert browser.request("POST", ADD, {"answer": answer, "csrf": ""}).status_code == 403


def test_who_is_shut_out_by_guesses_comes_in_by_passkey(door: Door) -> None:
    """A rival guesses at a firm's password before the deadline, until no strange browser may."""
    email = door.firm()
    own = firm(door, email)
    with door.database.admin() as admin:
        admin.execute(GUESSES, (digest(email), rules.STRANGERS))
    assert own.elsewhere().password(email).status_code == 429
    # Nor do wrong passkeys shut anybody out, with whatever number of them.
    own.elsewhere().show(lies=Lies(verified=False))
    assert rows(door, NOTED, digest(email)) == [rules.STRANGERS]
    browser = own.elsewhere()
    assert browser.show().headers["location"] == "/firm"
    assert browser.is_in


def test_staff_is_in_the_log_and_a_firm_is_not(door: Door) -> None:
    browser, own = clerk(door), firm(door)
    browser.add()
    passkeys = door.get("/factors", browser.kept["session"]).json()["passkeys"]
    browser.post(f"{OWN}/{passkeys[1]['id']}/remove")
    browser.elsewhere().show(lies=Lies(handle=uuid4().bytes))
    own.elsewhere().show()
    own.elsewhere().show(lies=Lies(count=0))
    again = own.elsewhere()
    again.password(rows(door, EMAIL, own)[0])
    again.show(SECOND, Lies(verified=False))
    again.post("/sign-in/code", code="000000")
    (staff,), (bidder,) = rows(door, PERSON, browser), rows(door, PERSON, own)
    said = entries(door)
    acts = [each.action for each in said if each.object == f"person/{staff}"]
    assert acts == ["passkey.add", "session.sign-in", "passkey.add", "passkey.remove"]
    assert str(bidder) not in repr(said)


def test_the_operator_resets_passkeys_too(door: Door) -> None:
    browser = clerk(door)
    (person,) = rows(door, PERSON, browser)
    with door.database.work.unit_as(Role.WORKER) as uow:
        assert service.reset(uow, person) == 1
    assert WRONG in browser.elsewhere().show().text


def test_somebody_who_was_disabled_comes_in_no_more(door: Door) -> None:
    browser = clerk(door)
    with door.database.admin() as admin:
        admin.execute(
            "update registry.person set disabled_at = kit.now() where id = %s",
            rows(door, PERSON, browser),
        )
    assert WRONG in browser.elsewhere().show().text


def test_a_desk_page_sees_nothing_of_firms_passkeys(door: Door) -> None:
    """Neither theirs nor that a visitor was asked for one, who may be a firm."""
    with psycopg.connect(door.database.urls["desk"], autocommit=True) as desk:
        desk.execute("select set_config('role', 'as_door', false)")

        def seen() -> list[Any]:
            tables = ("passkey", "passkey_challenge")
            queries = [f"select count(*) from registry.{table}" for table in tables]
            return [desk.execute(query).fetchall() for query in queries]

        before = seen()
        firm(door).elsewhere().show()
        assert seen() == before


def test_old_challenges_are_swept(door: Door) -> None:
    Browser.new(door).ask(ENTER)
    door.pass_time(minutes=30)
    with door.database.work.unit_as(Role.WORKER) as uow:
        service.forget_old(uow)
    assert rows(door, "select count(*) from registry.passkey_challenge where %s <> ''", "x") == [0]


class Entry(NamedTuple):
    actor: str
    action: str
    object: str
    reason: str


PARTY = RelyingParty.at("https://test.sunseal.example")
ASKED = {"challenge": "AAAA", "rp": {"id": PARTY.id}, "rpId": PARTY.id, "user": {"id": "AAAA"}}
MADE = Authenticator(PARTY.url)
GOOD = (MADE.create(ASKED), MADE.show(ASKED))


@given(
    good=st.sampled_from(GOOD),
    place=st.integers(0, 300),
    gone=st.integers(0, 3),
    put=st.text(alphabet='{}[]":,\\0Aaf_-=\x00é', max_size=3),
)
@settings(max_examples=80, deadline=None)
def test_whatever_is_sent_is_taken_or_refused_in_one_way(
    good: str, place: int, gone: int, put: str
) -> None:
    answer = good[:place] + put + good[place + gone :]
    with suppress(WrongPasskey):
        authenticator.verify_created(PARTY, authenticator.read_created(answer))
    with suppress(WrongPasskey):
        authenticator.verify_shown(PARTY, authenticator.read_shown(answer), put.encode())


GUESSES = """
    insert into registry.wrong_guess (account, at, login)
    select %s, kit.now(), 'sunseal_box' from generate_series(1, %s)
"""
NOTED = "select count(*) from registry.wrong_guess where account = %s"
EMAIL = "select email from registry.person where id = %s"
PERSON = "select id from registry.person where id = %s"
COPY = """
    insert into registry.passkey (person_id, credential_id, public_key, mac, sign_count, label,
        created_at)
    select %s, %s, public_key, mac, 0, '', kit.now() from registry.passkey where person_id = %s
"""


def shown(browser: Browser, asked: dict[str, Any], **lies: Any) -> str:
    return browser.authenticator.show(asked, replace(Lies(), **lies))


def rows(door: Door, query: str, of: "Browser | bytes | str") -> list[Any]:
    """The first column; of whoever holds the authenticator."""
    value = of.authenticator.held[0].handle.hex() if isinstance(of, Browser) else of
    with door.database.admin() as admin:
        return [row[0] for row in admin.execute(query, (value,)).fetchall()]


def entries(door: Door) -> list[Entry]:
    """Everything that supervisors read at once."""
    with door.database.admin() as admin:
        found = admin.execute("select actor, action, object, reason from audit.entry order by at")
        return [Entry(*row) for row in found.fetchall()]
