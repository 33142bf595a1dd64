"""Who registers an address, which one, and for what."""

import pytest

from sunseal.webhooks import rules
from sunseal.webhooks.errors import UnusableAddress
from tests.webhooks.conftest import PUBLIC, Town

URL = "https://hooks.example.com/sunseal"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://hooks.example.com/", "https"),
        ("https://hooks.example.com:22/", "port"),
        ("https://hooks.example.com:6379/", "port"),
        ("https://localhost/", "host"),
        ("https://intranet/", "host"),
        ("https://1.1.1.1/", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f.1/", "host"),
        ("https://127.0.0.0x1/", "host"),
        ("https://[::ffff:127.0.0.1]/", "host"),
        ("https://user:pass@hooks.example.com/", "syntax"),
        ("gopher://hooks.example.com/", "syntax"),
        ("https://hooks.example.com/" + "a" * 500, "length"),
    ],
)
def test_addresses_that_nothing_is_sent_to(url: str, reason: str) -> None:
    with pytest.raises(UnusableAddress) as refused:
        rules.check_url(url, loopback=False)
    assert refused.value.reason == reason


def test_this_machine_needs_the_setting() -> None:
    rules.check_url("http://127.0.0.1:9999/", loopback=True)
    rules.check_url("https://hooks.example.com:8443/a?b=c", loopback=False)
    with pytest.raises(UnusableAddress):
        rules.check_url("http://127.0.0.1:9999/", loopback=False)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("tendering_party", "receipt.complete"),
        ("supervisor", "receipt.complete"),
        ("centre", "screening.changed"),
        ("agent", "finding.raised"),
        ("operator", "finding.raised"),
        ("bidder", "finding.raised"),
        ("bidder", "webhook.test"),
        ("bidder", "no.such_event"),
    ],
)
def test_nobody_hears_what_is_not_theirs(town: Town, kind: str, event: str) -> None:
    form = {"url": URL, "events": [event]}
    answer = town.ask(town.someone(kind), "POST", "", json=form)
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    ("kind", "administrator"), [("bidder", False), ("supervisor", False), ("custodian", True)]
)
def test_only_administrators_and_not_those_who_guard_keys(
    town: Town, kind: str, administrator: bool
) -> None:
    who = town.someone(kind, administrator=administrator)
    form = {"url": URL, "events": PUBLIC}
    assert town.ask(who, "POST", "", json=form).status_code == 403
    assert town.ask(who, "GET", "").status_code == 403


def test_a_visitor_signs_in_first(town: Town) -> None:
    assert town.client.get("/api/v1/webhooks").status_code == 401


def test_an_organization_has_a_few(town: Town) -> None:
    who = town.someone("bidder")
    made = [town.add(who, f"{URL}/{number}") for number in range(rules.MOST)]
    form = {"url": URL, "events": PUBLIC}
    assert town.ask(who, "POST", "", json=form).status_code == 409
    assert town.ask(who, "DELETE", f"/{made[0]['webhook']['id']}").status_code == 204
    town.add(who, URL)
    assert len(town.ask(who, "GET", "").json()) == rules.MOST


def test_a_secret_is_told_once_and_no_row_holds_it(town: Town) -> None:
    who = town.someone("bidder")
    made = town.add(who, URL)
    secret = made["secret"].removeprefix("whsec_")
    listed = town.ask(who, "GET", "").text
    assert "secret" not in listed
    dump = town.world.rows("select encode(secret, 'base64') || url from sealed.webhook")
    assert all(secret not in row[0].replace("\n", "") for row in dump)


@pytest.mark.parametrize("kinds", [("bidder", "bidder"), ("agent", "agent"), ("bidder", "centre")])
def test_anothers_webhook_is_not_there(town: Town, kinds: tuple[str, str]) -> None:
    owner, rival = (town.someone(kind) for kind in kinds)
    made = town.add(owner, URL)
    message = town.test(owner, made)
    hook = f"/{made['webhook']['id']}"
    for method, path in (
        ("GET", f"{hook}/deliveries"),
        ("POST", f"{hook}/secret"),
        ("POST", f"{hook}/test"),
        ("POST", f"{hook}/on"),
        ("POST", f"/deliveries/{message}/repeat"),
        ("DELETE", hook),
    ):
        answer = town.ask(rival, method, path)
        assert answer.status_code == 404, f"{method} {path}"
    assert town.ask(rival, "GET", "").json() == []
    assert len(town.ask(owner, "GET", "").json()) == 1
