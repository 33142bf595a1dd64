"""One-time codes, recovery codes, and guesses that shut out nobody but those who guess."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pyotp
import pytest
from click.testing import Result
from typer.testing import CliRunner

from sunseal.database import Role
from sunseal.factors import rules, service
from sunseal.factors.errors import WrongCode
from sunseal.factors.service import Whose
from sunseal.keys import Keys
from sunseal_parties.amender.cli import app as amend
from sunseal_parties.bidder.errors import OutOfOrder, PlatformRefused
from tests.adversaries.test_requests import served
from tests.organizations.browsers import OWN, Browser, clerk
from tests.organizations.doors import API, Door, enrolled
from tests.support.service import PASSWORD, bearer


def test_staff_without_a_factor_can_do_nothing_but_set_one_up(door: Door) -> None:
    answer = door.password(door.clerk()).json()
    assert answer["needs"] == "enrolment"
    for method, path in (("GET", "/me"), ("GET", "/factors"), ("GET", "/audit/entries")):
        refused = door.client.request(method, f"{API}{path}", headers=bearer(answer["token"]))
        assert refused.status_code == 401, path
    for path in ("/tokens", "/people", "/tenders", "/sessions/second-factor"):
        form = {"code": "123456"} if "second" in path else {"label": "x"}
        assert door.post(path, answer["token"], form).status_code in (400, 401), path


@pytest.mark.parametrize("path", ["/sign-in/enrolment", OWN])
def test_a_wrong_first_code_is_asked_for_again_and_the_secret_not_shown(
    door: Door, path: str
) -> None:
    browser = clerk(door)
    if path != OWN:
        browser = Browser.new(door)
        browser.password(door.clerk())
    begun = browser.post(path).text
    [factor] = set(re.findall(f'action="{path}/([0-9a-f-]{{36}})"', begun))
    [secret] = re.findall('class="secret">([A-Z2-7]{32})<', begun)
    again = browser.post(f"{path}/{factor}", code="12345")
    assert again.status_code == 422
    assert f'action="{path}/{factor}"' in again.text
    assert secret not in again.text
    assert 'class="qr"' in begun
    assert 'class="qr"' not in again.text


def test_password_and_code_open_a_session(door: Door) -> None:
    phone = enrolled(door)
    half = door.password(phone.email).json()
    assert half["needs"] == "code"
    assert door.get("/me", half["token"]).status_code == 401
    whole = door.code(half["token"], phone.code())
    assert whole.status_code == 201, whole.text
    me = door.get("/me", whole.json()["token"]).json()
    assert me["role"] == "centre"
    # The half session is over with that.
    door.pass_time(seconds=2 * rules.STEP_SECONDS)
    assert door.code(half["token"], phone.code()).status_code == 401


def test_a_code_counts_once_even_from_over_a_shoulder(door: Door) -> None:
    phone = enrolled(door)
    code = phone.code()
    first, second = phone.half(), phone.half()
    assert door.code(first, code).status_code == 201
    assert door.code(second, code).status_code == 401


WAITING = (
    "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
)


def test_a_code_that_two_show_at_the_same_moment_counts_once(door: Door) -> None:
    phone = enrolled(door)
    [(person,)] = door.rows("select id from registry.person where email = %s", phone.email)
    key, whose = Keys(door.settings.keys, ""), Whose(person, phone.email, Role.CENTRE)
    code = phone.code()

    def show() -> None:
        with door.database.desk.unit_as(Role.DOOR, person) as uow:
            service.check(uow, key.promise, whose, code)

    with ThreadPoolExecutor(1) as threads:
        with door.database.desk.unit_as(Role.DOOR, person) as uow:
            service.check(uow, key.promise, whose, code)
            second = threads.submit(show)
            until = time.monotonic() + 20
            while not door.rows(WAITING):
                assert time.monotonic() < until
                time.sleep(0.02)
        with pytest.raises(WrongCode):
            second.result()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("000000", id="another"),
        pytest.param("", id="none"),
        pytest.param("１２３４５６", id="full width"),
        pytest.param("12345", id="too short"),
        pytest.param("aaaaa-aaaaa", id="an unknown recovery code"),
    ],
)
def test_a_wrong_code_opens_nothing(door: Door, code: str) -> None:
    phone = enrolled(door)
    token = phone.half()
    assert door.code(token, code).status_code in (400, 401)
    assert door.get("/me", token).status_code == 401


def test_an_old_code_is_too_late(door: Door) -> None:
    phone = enrolled(door)
    door.pass_time(seconds=10 * rules.STEP_SECONDS)
    token = phone.half()
    assert door.code(token, phone.code(steps=-2)).status_code == 401
    assert door.code(token, phone.code(steps=-1)).status_code == 201


def test_a_recovery_code_counts_once_however_it_is_typed(door: Door) -> None:
    phone = enrolled(door)
    assert len(set(phone.codes)) == 10
    typed = phone.codes[3].upper().replace("-", " ")
    assert door.code(phone.half(), typed).status_code == 201
    assert door.code(phone.half(), phone.codes[3]).status_code == 401
    assert door.code(phone.half(), phone.codes[4]).status_code == 201


def test_guesses_from_elsewhere_do_not_shut_out_whoever_is_known(door: Door) -> None:
    """A rival guesses all night; at the deadline the firm signs in from its own browser."""
    firm = door.firm()
    device = door.password(firm).json()["device"]
    assert device
    for _ in range(rules.STRANGERS):
        assert door.password(firm, "not the password").status_code == 401
    shut = door.password(firm)
    assert shut.status_code == 429
    assert shut.json()["type"] == "urn:sunseal:problem:too-many-guesses"
    assert door.password(firm, device="x" * 43).status_code == 429
    assert door.password(firm, device=device).status_code == 201
    door.pass_time(minutes=16)
    assert door.password(firm).status_code == 201


def test_an_address_that_is_not_registered_is_guessed_at_no_longer(door: Door) -> None:
    """Else the limit would say which addresses are."""
    answers = [door.password("nobody@example.cn").status_code for _ in range(rules.STRANGERS + 1)]
    assert answers == [401] * rules.STRANGERS + [429]


def test_codes_are_guessed_at_no_more_often_than_passwords(door: Door) -> None:
    phone = enrolled(door)
    token = phone.half()
    answers = [door.code(token, "000000").status_code for _ in range(rules.STRANGERS + 1)]
    assert answers == [401] * rules.STRANGERS + [429]


def test_a_known_browser_has_a_limit_too(door: Door) -> None:
    firm = door.firm()
    device = door.password(firm).json()["device"]
    answers = [door.password(firm, "wrong", device).status_code for _ in range(rules.KNOWN + 1)]
    assert answers == [401] * rules.KNOWN + [429]
    assert door.password(firm).status_code == 201


def test_a_firm_may_choose_a_factor_and_drop_it(door: Door) -> None:
    firm = door.firm()
    token = door.password(firm).json()["token"]
    begun = door.post("/factors", token, {"label": "手机"}).json()
    code = pyotp.TOTP(begun["secret"]).at(int(door.now()))
    confirmed = door.post(f"/factors/{begun['id']}/confirm", token, {"code": code})
    assert confirmed.json()["session"] is None
    assert len(confirmed.json()["recovery_codes"]) == 10
    assert door.password(firm).json()["needs"] == "code"
    gone = door.client.delete(f"{API}/factors/{begun['id']}", headers=bearer(token))
    assert gone.status_code == 204
    assert door.password(firm).json()["needs"] == ""


def test_staff_keeps_its_last_factor(door: Door) -> None:
    phone = enrolled(door)
    token = door.code(phone.half(), phone.code()).json()["token"]
    (factor,) = door.get("/factors", token).json()["factors"]
    kept = door.client.delete(f"{API}/factors/{factor['id']}", headers=bearer(token))
    assert kept.status_code == 409
    assert kept.json()["type"] == "urn:sunseal:problem:last-factor"


def test_nobody_touches_anothers_factor(door: Door) -> None:
    phone = enrolled(door)
    token = door.code(phone.half(), phone.code()).json()["token"]
    (factor,) = [each["id"] for each in door.get("/factors", token).json()["factors"]]
    token = door.password(door.firm()).json()["token"]
    assert door.client.delete(f"{API}/factors/{factor}", headers=bearer(token)).status_code == 404
    assert door.post(f"/factors/{factor}/confirm", token, {"code": "123456"}).status_code == 404


def test_the_programs_of_staff_ask_for_the_code(door: Door, tmp_path: Path) -> None:
    """`sunseal-amend` signs in as people do, and says what is missing."""
    newcomer, phone = door.clerk(), enrolled(door)
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    with served(door.settings) as url:

        def login(email: str, *more: str) -> Result:
            begin = ["--home", str(tmp_path / email), "--url", url, "login", "--email", email]
            return CliRunner().invoke(amend, [*begin, "--password-file", str(password), *more])

        assert isinstance(login(newcomer).exception, OutOfOrder)
        wrong = login(phone.email, "--code", "000000").exception
        assert isinstance(wrong, PlatformRefused)
        assert wrong.kind == "wrong-code"
        assert login(phone.email, "--code", phone.code()).exit_code == 0


def test_who_has_lost_everything_is_reset_by_the_operator(door: Door) -> None:
    phone = enrolled(door)
    with door.database.admin() as admin:
        query = "select id from registry.person where email = %s"
        ((person,),) = admin.execute(query, (phone.email,)).fetchall()
    with door.database.work.unit_as(Role.WORKER) as uow:
        assert service.reset(uow, person) == 1
    assert door.password(phone.email).json()["needs"] == "enrolment"
    with door.database.admin() as admin:
        noted = "select count(*) from audit.entry where action = 'factor.reset' and object = %s"
        assert admin.execute(noted, (f"person/{person}",)).fetchall() == [(1,)]


def test_a_stolen_database_shows_no_code(door: Door) -> None:
    phone = enrolled(door)
    with door.database.admin() as admin:
        tables = ("factor", "recovery_code", "known_device", "session")
        rows = [admin.execute(f"select * from registry.{name}").fetchall() for name in tables]
    kept = repr(rows)
    assert phone.totp.secret not in kept
    assert phone.totp.secret.encode().hex() not in kept
    assert not any(code in kept for code in phone.codes)
    assert phone.device
    assert phone.device not in kept


def test_a_secret_moved_to_another_person_opens_nothing(door: Door) -> None:
    """A database administrator gives himself somebody's factor, or somebody his own."""
    phone, firm = enrolled(door), door.firm()
    with door.database.admin() as admin:
        admin.execute(
            "update registry.factor f set person_id = q.id from registry.person p,"
            " registry.person q where f.person_id = p.id and p.email = %s and q.email = %s",
            (phone.email, firm),
        )
    token = door.password(firm).json()["token"]
    assert door.code(token, phone.code()).status_code == 500


def test_a_desk_page_does_not_see_that_a_firm_signs_in(door: Door) -> None:
    """An injection on the desk's login, as the door: no browser, guess or factor of a firm."""
    firm = door.firm()
    door.password(firm, "wrong")
    assert door.password(firm).status_code == 201
    for table in ("wrong_guess", "known_device", "factor", "recovery_code"):
        with psycopg.connect(door.database.urls["desk"], autocommit=True) as desk:
            desk.execute("select set_config('role', 'as_door', false)")
            query = f"select count(*) from registry.{table}"
            before = desk.execute(query).fetchall()
            door.password(firm, "wrong")
            door.password(firm)
            assert desk.execute(query).fetchall() == before
