"""Passkeys, as others than their owners try to use them."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.factors import authenticator, rules
from sunseal.factors.authenticator import RelyingParty
from sunseal.factors.errors import WrongPasskey
from tests.organizations.browsers import (
    ADD,
    ENROL,
    ENTER,
    OVER,
    SECOND,
    WRONG,
    Browser,
    clerk,
    firm,
)
from tests.organizations.doors import Door
from tests.support.authenticator import Authenticator, Lies

BACK = "counted backward"
COPY = """
    insert into registry.passkey (person_id, credential_id, public_key, mac, sign_count, label,
        created_at)
    select %s, %s, public_key, mac, 0, '', kit.now() from registry.passkey where person_id = %s
"""


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
    first, second = victim.elsewhere(), victim.elsewhere()
    for each in (first, second):
        each.password(victim.email)
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


def test_a_newcomer_whose_passkey_was_refused_is_asked_again(door: Door) -> None:
    browser = Browser.new(door)
    browser.password(door.clerk())
    refused = browser.add(ENROL, lies=Lies(verified=False))
    assert refused.status_code == 422
    assert WRONG in refused.text
    assert f'action="{ENROL}"' in refused.text
    assert not browser.is_in
    assert browser.add(ENROL).status_code == 200


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
    browser = thief.elsewhere()
    browser.password(victim.email)
    asked = browser.ask(SECOND)
    assert len(asked["allowCredentials"]) == 1
    assert WRONG in browser.post(SECOND, answer=shown(thief, asked)).text
    assert own.handle != theirs.handle
    # Nor is it added as his own.
    refused = thief.add(lies=Lies(credential=theirs.id))
    assert refused.status_code == 422
    assert "was added before" in refused.text


def test_the_token_of_a_program_adds_nothing_by_which_people_sign_in(door: Door) -> None:
    """It lies on a disk for a year. Whoever finds it there would be in for good."""
    browser = clerk(door)
    token = door.post("/tokens", browser.kept["session"], {"label": "nightly"}).json()["token"]
    thief = Browser(door, Authenticator(browser.authenticator.origin), {"session": token})
    assert door.get("/me", token).status_code == 200
    assert thief.post(f"{ADD}/ask").headers["location"].startswith("/sign-in?")
    for path in ("/factors", "/factors/recovery-codes"):
        assert door.post(path, token).status_code == 401
    assert door.get("/factors", browser.kept["session"]).status_code == 200


def test_a_copy_that_counts_behind_is_refused_and_noted(door: Door) -> None:
    browser = clerk(door)
    assert browser.elsewhere().show().status_code == 303
    for count in (2, 1):
        refused = browser.elsewhere().show(lies=Lies(count=count))
        assert refused.status_code == 422
        assert BACK in refused.text
    noted = [each for each in door.entries() if each.reason == "counter-went-back"]
    assert [each.actor for each in noted] == [str(browser.person)] * 2
    # Whoever cannot sign makes no count go back.
    stranger = Lies(count=0, key=ec.generate_private_key(ec.SECP256R1()))
    assert WRONG in browser.elsewhere().show(lies=stranger).text


def test_a_row_that_the_administrator_of_the_database_writes_opens_nothing(door: Door) -> None:
    """He makes a key pair of his own, and gives it to somebody; or moves a row of his own."""
    victim, insider = clerk(door), clerk(door)
    person, own = victim.person, insider.person
    door.rows(COPY, person, bytes(32), own)
    lies = Lies(credential=bytes(32), handle=person.bytes)
    assert WRONG in insider.elsewhere().show(lies=lies).text
    door.rows("update registry.passkey set person_id = %s where person_id = %s", person, own)
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


def shown(browser: Browser, asked: dict[str, Any], **lies: Any) -> str:
    return browser.authenticator.show(asked, replace(Lies(), **lies))
