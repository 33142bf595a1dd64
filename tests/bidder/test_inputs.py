"""What people type wrongly, and the sentence they get for it."""

import pytest

from sunseal_parties.bidder import cli, client
from sunseal_parties.bidder.errors import WrongInput
from tests.bidder.conftest import Desk
from tests.bidder.stand_in import EMAIL, refuse

PRICES = {
    "words": ("twelve", "Write it as 1234567.89"),
    "a comma": ("1,234.5", "Write it as 1234567.89"),
    "a currency sign": ("¥100", "Write it as 1234567.89"),
    "an exponent": ("1e6", "exponent"),
    "negative": ("-1", "negative"),
    "a leading zero": ("007", "Write it as 1234567.89"),
    "seven decimals": ("1.2345678", "Write it as 1234567.89"),
    "above the ceiling": ("5000000.01", "above the ceiling price"),
}


@pytest.mark.parametrize("name", PRICES)
def test_a_price_that_cannot_be_meant(desk: Desk, name: str) -> None:
    price, sentence = PRICES[name]
    desk.enter()
    ended = desk.run("seal", desk.tender, desk.document(), f"--price={price}")
    assert ended.code == 2
    assert sentence in ended.err
    assert desk.attempts.all() == []


def test_another_currency_than_the_tender_s(desk: Desk) -> None:
    desk.enter()
    words = ("seal", desk.tender, desk.document(), "--price", "1", "--currency", "EUR")
    ended = desk.run(*words)
    assert (ended.code, "in CNY, not in EUR" in ended.err) == (2, True)


def test_a_document_that_is_not_there(desk: Desk) -> None:
    desk.enter()
    ended = desk.run("seal", desk.tender, "nowhere.pdf", "--price", "1")
    assert ended.code == 2
    assert "nowhere.pdf cannot be read" in ended.err


STEPS = {
    "check without a roster": ("check", "Which roster?"),
    "join before check": ("join", "sunseal-bid check --roster"),
    "seal before check": ("seal", "sunseal-bid check --roster"),
    "submit before check": ("submit", "sunseal-bid check --roster"),
    "receipt before submit": ("receipt", "sunseal-bid seal"),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_too_early_names_the_one_before(desk: Desk, name: str) -> None:
    command, sentence = STEPS[name]
    words = [desk.document(), "--price", "1"] if command == "seal" else []
    ended = desk.run(command, desk.tender, *words)
    assert ended.code == 1
    assert sentence in ended.err


LATER = {
    "submit with nothing sealed": (["submit"], "sunseal-bid seal"),
    "rehearse with nothing sealed": (["rehearse"], "sunseal-bid seal"),
    "withdraw with nothing received": (["withdraw", "--yes"], "none to withdraw"),
    "replace with nothing received": (["replace", "DOC", "--price", "1"], "none to replace"),
}


@pytest.mark.parametrize("name", LATER)
def test_a_step_without_the_one_before(desk: Desk, name: str) -> None:
    (command, *words), sentence = LATER[name]
    desk.enter()
    words = [desk.document() if word == "DOC" else word for word in words]
    ended = desk.run(command, desk.tender, *words)
    assert ended.code == 1
    assert sentence in ended.err


def test_an_unrehearsed_bid_is_not_handed_in(desk: Desk) -> None:
    desk.enter()
    assert "not rehearsed" in desk.seal("--no-rehearse").out
    ended = desk.run("submit", desk.tender)
    assert ended.code == 1
    assert "sunseal-bid rehearse" in ended.err
    desk.done("rehearse", desk.tender)
    desk.done("submit", desk.tender)


def test_another_offer_waits_until_the_first_is_given_up(desk: Desk) -> None:
    desk.enter()
    desk.seal(price="100")
    ended = desk.run("seal", desk.tender, desk.document(), "--price", "90")
    assert ended.code == 1
    assert "--anew gives it up" in ended.err
    desk.seal("--anew", price="90")
    assert [a.stage for a in desk.attempts.all()] == ["abandoned", "rehearsed"]
    assert not desk.attempts.sealed_file(1).exists()


def test_a_withdrawal_gives_up_the_replacement_that_was_begun(desk: Desk) -> None:
    desk.enter()
    desk.seal(price="100")
    desk.done("submit", desk.tender)
    desk.platform.fail("POST tenders/envelopes/submissions done", refuse(409, "no"))
    assert desk.run("replace", desk.tender, desk.document(), "--price", "90").code == 1
    desk.done("withdraw", desk.tender, "--yes")
    found = [(a.said.action, a.said.sequence, a.stage) for a in desk.attempts.all()]
    assert found == [
        ("submit", 1, "complete"),
        ("replace", 2, "abandoned"),
        ("withdraw", 2, "complete"),
    ]


def test_a_withdrawal_of_nothing_leaves_the_sealed_bid_alone(desk: Desk) -> None:
    desk.enter()
    desk.seal()
    assert desk.run("withdraw", desk.tender, "--yes").code == 1
    assert [a.stage for a in desk.attempts.all()] == ["rehearsed"]


def test_what_the_platform_has_received_cannot_be_given_up(desk: Desk) -> None:
    desk.enter()
    desk.seal(price="100")
    desk.done("submit", desk.tender)
    [attempt] = desk.attempts.all()
    desk.attempts.move(attempt, "committed")
    ended = desk.run("seal", desk.tender, desk.document(), "--price", "90", "--anew")
    assert ended.code == 1
    assert "already has this bid" in ended.err


def test_a_bid_received_is_replaced_not_sealed_again(desk: Desk) -> None:
    desk.enter()
    desk.seal()
    desk.done("submit", desk.tender)
    ended = desk.run("seal", desk.tender, desk.document(), "--price", "90")
    assert ended.code == 1
    assert "sunseal-bid replace" in ended.err


def test_a_wrong_password_is_no_ended_session(desk: Desk) -> None:
    password = desk.folder / "password"
    password.write_text("wrong")
    ended = desk.run("login", "--email", EMAIL, "--password-file", str(password))
    assert ended.code == 1
    assert "do not belong together" in ended.err


def test_a_tender_that_is_no_id(desk: Desk) -> None:
    assert desk.run("check", "the school").code == 2


def test_a_platform_that_is_not_there(desk: Desk) -> None:
    desk.enter()
    desk.url, desk.patience = "http://127.0.0.1:9", "0.05"
    ended = desk.run("check", desk.tender)
    assert ended.code == 1
    assert "cannot be reached at http://127.0.0.1:9" in ended.err


ADDRESSES = ["tenders.example", "ftp://tenders.example", "http://tenders.example", "http://"]


@pytest.mark.parametrize("url", ADDRESSES)
def test_addresses_that_get_no_token(url: str) -> None:
    with pytest.raises(WrongInput):
        client.check_url(url)


def test_global_options_stand_where_people_write_them() -> None:
    typed = ["submit", "x", "--home", "h", "--json", "--url=u", "--wait", "1", "--", "--home"]
    assert cli.globals_first(typed) == [
        *("--home", "h", "--json", "--url=u"),
        *("submit", "x", "--wait", "1", "--", "--home"),
    ]
