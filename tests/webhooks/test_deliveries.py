"""How often a message is sent, and what becomes of it."""

import email.message
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from sunseal.kit.outbound import Reach
from sunseal.webhooks import rules, service
from sunseal.webhooks.models import FIRMS
from sunseal.webhooks.service.deliver import AT_ONCE, _slots
from tests.webhooks.conftest import Town
from tests.webhooks.receiver import Message, Receiver, Refused, verify, with_status

CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where usename = 'sunseal_work' and datname = current_database()
"""


def test_a_failed_message_comes_again_under_its_name(town: Town, receiver: Receiver) -> None:
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    receiver.answer = with_status(500)
    town.test(who, made)
    town.run_due()
    assert town.run_due() == 0, "not at once"
    assert town.ask(who, "GET", "").json()[0]["failing_since"] is not None
    receiver.answer = with_status(200)
    town.later(timedelta(seconds=7))
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert second.at > first.at
    assert first.body == second.body
    [row] = town.deliveries(who, made)
    assert (row["state"], row["attempts"], row["last_status"]) == ("delivered", 2, None)
    assert town.ask(who, "GET", "").json()[0]["failing_since"] is None
    assert town.later(timedelta(days=1)) == 0


def test_no_answer_at_all_means_again(town: Town, receiver: Receiver) -> None:
    """As after a worker that died: the receiver has it, the platform does not know."""
    who = town.someone("agent")
    made = town.add(who, receiver.url)
    receiver.answer = lambda handler: handler.connection.close()
    town.test(who, made)
    town.run_due()
    receiver.answer = with_status(204)
    town.later(timedelta(seconds=7))
    names = [each.headers["webhook-id"] for each in receiver.received]
    assert len(names) == 2
    assert len(set(names)) == 1


def test_a_failing_address_is_left_alone_by_its_other_messages(
    town: Town, receiver: Receiver
) -> None:
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    receiver.answer = with_status(500)
    town.test(who, made)
    town.run_due()
    town.later(timedelta(seconds=7))
    assert len(receiver.received) == 2
    for _ in range(4):
        town.publish()
    town.work()
    assert len(receiver.received) == 2, "for five minutes nobody asks there"
    receiver.answer = with_status(204)
    town.later(rules.LEFT_ALONE * 1.3)
    assert {row["state"] for row in town.deliveries(who, made)} == {"delivered"}


@dataclass
class Letters:
    """A mailer that keeps what it is given."""

    sent: list[tuple[list[str], str]] = field(default_factory=list)

    def send(self, to: Sequence[str], subject: str, text: str, name: str) -> None:
        message = email.message.EmailMessage()
        message["Subject"] = subject
        message.set_content(text)
        self.sent.append((list(to), message.as_string() + text))


def fail_for_days(town: Town) -> None:
    for pause in rules.PAUSES:
        town.later(pause * 1.21)


def test_an_address_that_fails_for_days_is_switched_off_with_notice(
    town: Town, receiver: Receiver
) -> None:
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    receiver.answer = with_status(503)
    message = town.test(who, made)
    town.run_due()
    fail_for_days(town)
    [hook] = town.ask(who, "GET", "").json()
    assert hook["disabled_because"] == "failing"
    assert len(receiver.received) == len(rules.PAUSES) + 1
    [row] = town.deliveries(who, made)
    assert (row["state"], row["last_fault"], row["last_status"]) == ("given_up", "status", 503)
    letters = Letters()
    service.write(town.world.work, letters, UUID(hook["id"]))
    [(to, text)] = letters.sent
    assert to == [f"{who.person}@example.cn"]
    assert receiver.url not in text
    # Off means off, until its owner says otherwise.
    town.publish()
    town.work()
    assert len(receiver.received) == len(rules.PAUSES) + 1
    for path in (f"/{hook['id']}/test", f"/deliveries/{message}/repeat"):
        assert town.ask(who, "POST", path).status_code == 409
    assert town.ask(who, "POST", f"/{hook['id']}/on").json()["disabled_at"] is None
    receiver.answer = with_status(204)
    assert town.ask(who, "POST", f"/deliveries/{message}/repeat").status_code == 202
    town.run_due()
    assert town.deliveries(who, made)[0]["state"] == "delivered"


def test_gone_is_gone(town: Town, receiver: Receiver) -> None:
    who = town.someone("operator")
    made = town.add(who, receiver.url)
    receiver.answer = with_status(410)
    town.test(who, made)
    town.run_due()
    assert town.ask(who, "GET", "").json()[0]["disabled_because"] == "gone"
    assert town.later(timedelta(days=1)) >= 0
    assert len(receiver.received) == 1


def test_a_message_is_sent_again_when_its_owner_asks(town: Town, receiver: Receiver) -> None:
    who = town.someone("tendering_party")
    made = town.add(who, receiver.url)
    message = town.test(who, made)
    town.run_due()
    assert town.ask(who, "POST", f"/deliveries/{message}/repeat").status_code == 202
    assert town.ask(who, "POST", f"/deliveries/{message}/repeat").status_code == 409, "too soon"
    assert town.ask(who, "POST", f"/{made['webhook']['id']}/test").status_code == 409, "too soon"
    town.run_due()
    town.run_due()
    names = [each.headers["webhook-id"] for each in receiver.received]
    assert names == [f"msg_{message.hex}"] * 2
    # A failed repeat takes nothing back, and is not tried again by itself.
    receiver.answer = with_status(500)
    town.world.move(rules.ASKED_EVERY)
    town.ask(who, "POST", f"/deliveries/{message}/repeat")
    town.run_due()
    assert town.later(timedelta(hours=1)) == 0
    [row] = town.deliveries(who, made)
    assert (row["state"], row["last_status"]) == ("delivered", 500)


def test_secrets_change_with_an_overlap_of_a_day(town: Town, receiver: Receiver) -> None:
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    answer = town.ask(who, "POST", f"/{made['webhook']['id']}/secret")
    assert answer.status_code == 201, answer.text
    old, new = made["secret"], answer.json()["secret"]
    assert old != new
    town.test(who, made)
    town.run_due()
    for each in (old, new):
        verify(each, receiver.last(), receiver.last().at)
    town.world.move(rules.BOTH_SECRETS)
    town.test(who, made)
    town.run_due()
    verify(new, receiver.last(), receiver.last().at)
    with pytest.raises(Refused):
        verify(old, receiver.last(), receiver.last().at)


def test_a_replayed_message_is_old(town: Town, receiver: Receiver) -> None:
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    town.test(who, made)
    town.run_due()
    kept = receiver.last()
    verify(made["secret"], kept, kept.at)
    with pytest.raises(Refused, match="too old"):
        verify(made["secret"], kept, kept.at + 3600)
    fresh = Message(kept.headers | {"webhook-timestamp": str(kept.at + 3600)}, kept.body)
    with pytest.raises(Refused, match="fits"):
        verify(made["secret"], fresh, kept.at + 3600)


def test_what_waits_for_a_removed_address_is_not_sent(town: Town, receiver: Receiver) -> None:
    who = town.someone("agent")
    made = town.add(who, receiver.url)
    town.test(who, made)
    assert town.ask(who, "DELETE", f"/{made['webhook']['id']}").status_code == 204
    town.run_due()
    town.publish()
    town.work()
    assert receiver.received == []


def test_slow_receivers_keep_few_of_the_workers_threads(
    town: Town, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the bidders' places are taken theirs wait, and the desk's side notices nothing."""
    firm, staff = town.someone("bidder"), town.someone("centre")
    made: dict[str, Any] = {who.token: town.add(who, receiver.url) for who in (firm, staff)}
    busy = _slots[FIRMS]
    while busy.acquire(blocking=False):
        pass
    try:
        for who in (firm, staff):
            town.test(who, made[who.token])
        town.run_due()
        assert town.deliveries(staff, made[staff.token])[0]["state"] == "delivered"
        assert town.deliveries(firm, made[firm.token])[0]["attempts"] == 0
    finally:
        for _ in range(AT_ONCE):
            busy.release()
    town.later(timedelta(seconds=6))
    assert town.deliveries(firm, made[firm.token])[0]["state"] == "delivered"


def test_messages_are_forgotten_after_a_month(town: Town, receiver: Receiver) -> None:
    who = town.someone("agent")
    made = town.add(who, receiver.url)
    town.test(who, made)
    town.work()
    town.world.move(rules.KEPT + timedelta(seconds=1))
    town.work()
    assert town.deliveries(who, made) == []


class CutOff(BoundedSemaphore):
    """At the moment when a place is taken, the database goes away."""

    def __init__(self, town: Town) -> None:
        super().__init__(AT_ONCE)
        self._town = town

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        taken = super().acquire(blocking, timeout)
        self._town.world.rows(CUT)
        return taken


def test_a_worker_that_loses_its_database_loses_no_place(
    town: Town, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two such moments, and nobody is told of anything before the next restart."""
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    message = town.test(who, made)
    places = CutOff(town)
    monkeypatch.setitem(_slots, FIRMS, places)
    with suppress(OperationalError):
        service.deliver(town.world.work, town.world.keys.worker, Reach.LOOPBACK, message)
    assert [places.acquire(blocking=False) for _ in range(AT_ONCE)] == [True] * AT_ONCE
