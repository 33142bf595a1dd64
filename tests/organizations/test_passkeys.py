"""Passkeys, as their owners use them, and what of that is seen."""

import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from sunseal.database import Role
from sunseal.factors import rules, service
from sunseal.factors.secrets import digest
from tests.organizations.browsers import ENROL, ENTER, OWN, SECOND, WRONG, Browser, clerk, firm
from tests.organizations.doors import Door
from tests.support.authenticator import Lies

GUESSES = """
    insert into registry.wrong_guess (account, at, login)
    select %s, kit.now(), 'sunseal_box' from generate_series(1, %s)
"""
NOTED = "select count(*) from registry.wrong_guess where account = %s"


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
    again = browser.elsewhere()
    assert again.password(browser.email).headers["location"].startswith("/sign-in/code")
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
    thief.password(browser.email)
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


def test_who_is_shut_out_by_guesses_comes_in_by_passkey(door: Door) -> None:
    """A rival guesses at a firm's password before the deadline, until no strange browser may."""
    email = door.firm()
    own = firm(door, email)
    door.rows(GUESSES, digest(email), rules.STRANGERS)
    assert own.elsewhere().password(email).status_code == 429
    # Nor do wrong passkeys shut anybody out, with whatever number of them.
    own.elsewhere().show(lies=Lies(verified=False))
    assert door.rows(NOTED, digest(email)) == [(rules.STRANGERS,)]
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
    again.password(own.email)
    again.show(SECOND, Lies(verified=False))
    again.post("/sign-in/code", code="000000")
    said = door.entries()
    acts = [each.action for each in said if each.object == f"person/{browser.person}"]
    assert acts == ["passkey.add", "session.sign-in", "passkey.add", "passkey.remove"]
    assert str(own.person) not in repr(said)


def test_the_operator_resets_passkeys_too(door: Door) -> None:
    browser = clerk(door)
    with door.database.work.unit_as(Role.WORKER) as uow:
        assert service.reset(uow, browser.person) == 1
    assert WRONG in browser.elsewhere().show().text


def test_somebody_who_was_disabled_comes_in_no_more(door: Door) -> None:
    browser = clerk(door)
    door.rows("update registry.person set disabled_at = kit.now() where id = %s", browser.person)
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
    assert door.rows("select count(*) from registry.passkey_challenge") == [(0,)]
