"""What is told, and to whom."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.webhooks.conftest import PUBLIC, Someone, Town, built
from tests.webhooks.receiver import Receiver, verify

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
CLARIFIED = """
    insert into notice.clarification (tender_id, number, body, digest, published_at)
    values (%s, 1, 'b', sha256('b'), kit.now()) returning id
"""
# Messages to firms that wait longer than what is done at once.
LATER = """
    select count(*) from kit.outbox o join sealed.webhook_delivery d on d.id = o.argument
    where o.due_at > d.created_at
"""


@pytest.fixture(scope="module")
def town(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One of these tests' own: in that of the package the deadline may have passed."""
    with built(embedded, template, tmp_path_factory.mktemp("town")) as made:
        yield made


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
    town.settle_own()
    assert receiver.told == [], "no receipt is complete without cosignatures"
    town.vouch()
    town.tell()
    assert town.world.rows(LATER) == [(1,)], "when it is sent tells of which tender it is"
    for _ in range(3):
        town.work()
        town.settle_own()
    assert receiver.told == [("receipt.complete", {"submission": str(submission)})]
    verify(made["secret"], receiver.last(), receiver.last().at)
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
    assert receiver.told == [("tender.published", {"tender": str(tender)})] * 3
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
    events = [name for name, _ in receiver.told]
    assert (
        events == ["tender.published"] * 3 + ["tender.deadline_near"] * 3 + ["tender.cancelled"] * 3
    )


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
    assert sorted(receiver.told, key=str) == [
        ("clarification.published", {"clarification": str(clarification)}),
        ("opening.final", tender),
        ("opening.recorded", tender),
    ]


def judge(town: Town, firm: Someone, verdict: str) -> None:
    one, two = town.someone("centre"), town.someone("supervisor")
    scope = str(firm.organization).encode()
    town.world.rows(HIT, firm.organization, scope, verdict, one.person, two.person)


def test_all_bodies_have_one_length_and_hold_ids_alone(town: Town, receiver: Receiver) -> None:
    firm = town.someone("bidder")
    made = town.add(firm, receiver.url, *PUBLIC, *OWN)
    town.test(firm, made)
    town.publish()
    judge(town, firm, "hit")
    town.work()
    town.settle_own()
    assert len(receiver.received) == 3
    assert {len(each.body) for each in receiver.received} == {512}
    assert {frozenset(each.said) for each in receiver.received} == {
        frozenset({"type", "timestamp", "data", "padding"})
    }
    for each in receiver.received:
        [value] = each.said["data"].values()
        UUID(value)


def test_a_firm_hears_of_a_verdict_about_itself(town: Town, receiver: Receiver) -> None:
    firm, rival = town.someone("bidder"), town.someone("bidder")
    for who in (firm, rival):
        town.add(who, f"{receiver.url}/{who.person}", *OWN)
    judge(town, rival, "clear")
    town.work()
    town.settle_own()
    assert receiver.told == [], "that one was weighed and found clear is not told"
    judge(town, firm, "hit")
    town.work()
    town.settle_own()
    judge(town, firm, "clear")
    town.work()
    town.settle_own()
    assert [name for name, _ in receiver.told] == ["screening.changed"] * 2


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
    assert receiver.told == [("finding.raised", {"finding": str(finding)})]


def test_nothing_is_told_of_before(town: Town, receiver: Receiver) -> None:
    town.publish()
    town.add(town.someone("agent"), receiver.url)
    town.work()
    assert receiver.told == []
