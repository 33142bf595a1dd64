"""What is told, to whom, how often, and what becomes of it."""

import email.message
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from sunseal.webhooks import rules, service
from tests.webhooks.conftest import PUBLIC, Someone, Town
from tests.webhooks.receiver import Message, Receiver, Refused, verify, with_status

OWN = ["receipt.complete", "screening.changed"]
HIT = """
    with proposed as (
        insert into registry.adjudication (organization_id, source, reference, scope, verdict,
            reason, proposed_by, proposed_at)
        values (%s, 'blacklist', 'B-1', sha256(%s::bytea), %s, 'r', %s, kit.now()) returning id)
    insert into registry.adjudication_confirmation select id, %s, kit.now() from proposed
"""
RECORD = """
    insert into opened.record (tender_id, envelope, number, body, final, entry_id, created_at)
    values (%s, '1', %s, '', %s, gen_random_uuid(), kit.now())
"""
FINDING = """
    insert into supervision.finding (rule, fact, sentence, evidence, raised_at)
    values ('test', sha256(%s::bytea), 's', '{}', kit.now()) returning id
"""


def told(receiver: Receiver) -> list[tuple[str, dict[str, str]]]:
    return [(each.said["type"], each.said["data"]) for each in receiver.received]


def at(message: Message) -> int:
    return int(message.headers["webhook-timestamp"])


def settle_own(town: Town) -> None:
    """A firm's own events wait for a moment of chance."""
    town.world.move(rules.OWN_WITHIN)
    town.run_due()


def later(town: Town, by: timedelta) -> int:
    town.world.move(by)
    return town.run_due()


def test_a_firm_hears_of_its_receipt_and_its_rival_does_not(town: Town, receiver: Receiver) -> None:
    firm = town.world.firm().joined()
    owner, rival, staff = town.admin_of(firm), town.someone("bidder"), town.someone("centre")
    made = town.add(owner, f"{receiver.url}/owner", *PUBLIC, *OWN)
    others = [
        (rival, town.add(rival, f"{receiver.url}/rival", *PUBLIC, *OWN)),
        (staff, town.add(staff, f"{receiver.url}/staff", *PUBLIC)),
    ]
    submission = firm.submit(firm.seal("1000.00"))
    town.world.tick()
    town.work()
    settle_own(town)
    assert told(receiver) == [], "no receipt is complete without cosignatures"
    town.vouch()
    for _ in range(3):
        town.work()
        settle_own(town)
    assert told(receiver) == [("receipt.complete", {"submission": str(submission)})]
    verify(made["secret"], receiver.last(), at(receiver.last()))
    [row] = town.deliveries(owner, made)
    assert (row["event"], row["state"], row["attempts"]) == ("receipt.complete", "delivered", 1)
    assert all(town.deliveries(*each) == [] for each in others)
    # Not even the row of what is sent names the tender, and the errand names no firm.
    assert str(town.world.tender) not in str(
        town.world.rows("select * from sealed.webhook_delivery")
    )


def test_everybody_hears_the_public_events_once(town: Town, receiver: Receiver) -> None:
    people = [town.someone(kind) for kind in ("bidder", "tendering_party", "supervisor")]
    for who in people:
        town.add(who, receiver.url)
    tender = town.publish()
    for _ in range(3):
        town.work()
    assert told(receiver) == [("tender.published", {"tender": str(tender)})] * 3
    town.world.move(timedelta(days=29, seconds=1))
    for _ in range(2):
        town.work()
    town.world.rows(
        "update notice.tender set status = 'cancelled', cancelled_at = kit.now(),"
        " cancel_reason = 'r' where id = %s",
        tender,
    )
    for _ in range(2):
        town.work()
    events = [name for name, _ in told(receiver)]
    assert (
        events == ["tender.published"] * 3 + ["tender.deadline_near"] * 3 + ["tender.cancelled"] * 3
    )


CLARIFIED = """
    insert into notice.clarification (tender_id, number, body, digest, published_at)
    values (%s, 1, 'b', sha256('b'), kit.now()) returning id
"""


def test_clarifications_and_records_are_told(town: Town, receiver: Receiver) -> None:
    town.add(town.someone("bidder"), receiver.url)
    with town.world.database.admin() as admin:
        # As the worker and the tendering side leave them; how they come about is tried elsewhere.
        admin.execute("set session_replication_role = replica")
        [clarification] = admin.execute(CLARIFIED, [town.world.tender]).fetchone() or [None]
        for number, final in ((1, False), (2, True)):
            admin.execute(RECORD, [town.world.tender, number, final])
    for _ in range(2):
        town.work()
    tender = {"tender": str(town.world.tender)}
    assert sorted(told(receiver), key=str) == [
        ("clarification.published", {"clarification": str(clarification)}),
        ("opening.final", tender),
        ("opening.recorded", tender),
    ]


def test_messages_are_forgotten_after_a_month(town: Town, receiver: Receiver) -> None:
    who = town.someone("agent")
    made = town.add(who, receiver.url)
    town.test(who, made)
    town.work()
    town.world.move(rules.KEPT + timedelta(seconds=1))
    town.work()
    assert town.deliveries(who, made) == []


def test_all_bodies_have_one_length_and_hold_ids_alone(town: Town, receiver: Receiver) -> None:
    firm = town.someone("bidder")
    made = town.add(firm, receiver.url, *PUBLIC, *OWN)
    town.test(firm, made)
    town.publish()
    judge(town, firm, "hit")
    town.work()
    settle_own(town)
    assert len(receiver.received) == 3
    assert {len(each.body) for each in receiver.received} == {512}
    assert {frozenset(each.said) for each in receiver.received} == {
        frozenset({"type", "timestamp", "data", "padding"})
    }
    for each in receiver.received:
        [value] = each.said["data"].values()
        UUID(value)


def judge(town: Town, firm: Someone, verdict: str) -> None:
    one, two = town.someone("centre"), town.someone("supervisor")
    scope = str(firm.organization).encode()
    town.world.rows(HIT, firm.organization, scope, verdict, one.person, two.person)


def test_a_firm_hears_of_a_verdict_about_itself(town: Town, receiver: Receiver) -> None:
    firm, rival = town.someone("bidder"), town.someone("bidder")
    for who in (firm, rival):
        town.add(who, f"{receiver.url}/{who.person}", *OWN)
    judge(town, rival, "clear")
    town.work()
    settle_own(town)
    assert told(receiver) == [], "that one was weighed and found clear is not told"
    judge(town, firm, "hit")
    town.work()
    settle_own(town)
    judge(town, firm, "clear")
    town.work()
    settle_own(town)
    assert [name for name, _ in told(receiver)] == ["screening.changed"] * 2


def test_findings_are_for_supervisors(town: Town, receiver: Receiver) -> None:
    supervisor = town.someone("supervisor")
    town.add(supervisor, receiver.url, "finding.raised")
    # An insider changes a desk row by hand: who is a supervisor, the registry says.
    agent = town.someone("agent")
    made = town.add(agent, receiver.url, *PUBLIC)
    town.world.rows(
        "update registry.webhook set events = array['finding.raised'] where id = %s",
        made["webhook"]["id"],
    )
    [[finding]] = town.world.rows(FINDING, str(supervisor.person).encode())
    town.work()
    assert told(receiver) == [("finding.raised", {"finding": str(finding)})]


def test_nothing_is_told_of_before(town: Town, receiver: Receiver) -> None:
    town.publish()
    town.add(town.someone("agent"), receiver.url)
    town.work()
    assert told(receiver) == []


def test_a_failed_message_comes_again_under_its_name(town: Town, receiver: Receiver) -> None:
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    receiver.answer = with_status(500)
    town.test(who, made)
    town.run_due()
    assert town.run_due() == 0, "not at once"
    assert town.ask(who, "GET", "").json()[0]["failing_since"] is not None
    receiver.answer = with_status(200)
    later(town, timedelta(seconds=7))
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert at(second) > at(first)
    assert first.body == second.body
    [row] = town.deliveries(who, made)
    assert (row["state"], row["attempts"], row["last_status"]) == ("delivered", 2, None)
    assert town.ask(who, "GET", "").json()[0]["failing_since"] is None
    assert later(town, timedelta(days=1)) == 0


def test_no_answer_at_all_means_again(town: Town, receiver: Receiver) -> None:
    """As after a worker that died: the receiver has it, the platform does not know."""
    who = town.someone("agent")
    made = town.add(who, receiver.url)
    receiver.answer = lambda handler: handler.connection.close()
    town.test(who, made)
    town.run_due()
    receiver.answer = with_status(204)
    later(town, timedelta(seconds=7))
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
    later(town, timedelta(seconds=7))
    assert len(receiver.received) == 2
    for _ in range(4):
        town.publish()
    town.work()
    assert len(receiver.received) == 2, "for five minutes nobody asks there"
    receiver.answer = with_status(204)
    later(town, rules.LEFT_ALONE * 1.3)
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
        later(town, pause * 1.21)


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
    assert later(town, timedelta(days=1)) >= 0
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
    assert later(town, timedelta(hours=1)) == 0
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
        verify(each, receiver.last(), at(receiver.last()))
    town.world.move(rules.BOTH_SECRETS)
    town.test(who, made)
    town.run_due()
    verify(new, receiver.last(), at(receiver.last()))
    with pytest.raises(Refused):
        verify(old, receiver.last(), at(receiver.last()))


def test_a_replayed_message_is_old(town: Town, receiver: Receiver) -> None:
    who = town.someone("bidder")
    made = town.add(who, receiver.url)
    town.test(who, made)
    town.run_due()
    kept = receiver.last()
    verify(made["secret"], kept, at(kept))
    with pytest.raises(Refused, match="too old"):
        verify(made["secret"], kept, at(kept) + 3600)
    fresh = Message(kept.headers | {"webhook-timestamp": str(at(kept) + 3600)}, kept.body)
    with pytest.raises(Refused, match="fits"):
        verify(made["secret"], fresh, at(kept) + 3600)


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
    from sunseal.webhooks.models import FIRMS
    from sunseal.webhooks.service.deliver import _slots

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
        for _ in range(2):
            busy.release()
    later(town, timedelta(seconds=6))
    assert town.deliveries(firm, made[firm.token])[0]["state"] == "delivered"
