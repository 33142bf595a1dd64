"""Whole ceremonies over HTTP, as honest custodians hold them."""

import base64
import hashlib

import pytest

from sunseal.custody import service as custody
from sunseal_crypto import canonical, certificate, dkg, event, notice, terms
from sunseal_crypto.certificate import Certificate
from tests.custody.world import STEPS, World, decoded
from tests.tenders.forms import get, post


def check_whole_life(world: World, t: int, n: int) -> None:
    # 1. The notice is fixed, and the terms say what it says.
    view = get(world.service, f"/tenders/{world.tender}", world.party).json()
    assert view["status"] == "ceremony"
    data = get(world.service, f"/tenders/{world.tender}/notice", world.party).content
    assert hashlib.sha256(data).digest() == decoded(view["notice"])
    shown = world.seats[0].ceremony()
    assert (shown["state"], shown["attempt"]) == ("certify", 1)
    assert decoded(shown["notice"]) == data
    assert notice.check_terms(data, terms.parse(decoded(shown["terms"]))).threshold == t
    # 2. All custodians make the key.
    world.finish(*STEPS)
    assert [each["state"] for each in world.attempts()] == ["complete"]
    # 3. Its certificate is in the log for anyone to open, and verifies against the roster.
    path = f"/tenders/{world.tender}/envelopes/1/certificate"
    certified = get(world.service, path, world.party).json()
    key = certificate.verify(decoded(certified["certificate"]), decoded(shown["roster"]))
    assert (key.terms.t, key.terms.n, len(key.shares)) == (t, n, n)
    detail, public, first = world.sql(
        "select detail, public, first from audit.entry where action = 'ceremony.certificate'"
    )[0]
    digest = hashlib.sha256(decoded(certified["certificate"])).digest()
    assert event.decode(detail).data == {"certificate": base64.b64encode(digest).decode()}
    assert (public, first) == (True, False)
    # 4. Publishing waits for the worker, and says so.
    asked = world.publish()
    assert asked.status_code == 202
    assert (asked.json()["status"], asked.json()["publishing"]) == ("ceremony", True)
    assert world.publish().status_code == 202
    assert get(world.service, f"/tenders/{world.tender}").status_code == 404
    assert world.sql("select task from kit.outbox where task = 'custody.open_gate'") == [
        ("custody.open_gate",)
    ]
    world.open_gate()
    world.open_gate()
    # 5. Everybody sees the tender with its recipient; the box is open under the same terms.
    published = get(world.service, f"/tenders/{world.tender}").json()
    assert (published["status"], published["publishing"]) == ("published", False)
    assert published["envelopes"][0]["recipient"] == key.recipient
    assert get(world.service, path).json() == certified
    gates = world.sql("select state, terms, recipient, key_id, box_size from sealed.gate")
    assert gates == [("open", decoded(shown["terms"]), key.recipient, key.id, 16)]


def test_two_of_three(world: World) -> None:
    check_whole_life(world, 2, 3)


def test_three_of_five(wide_world: World) -> None:
    check_whole_life(wide_world, 3, 5)


def test_the_key_that_comes_out_can_be_recovered_by_each_custodian(world: World) -> None:
    world.finish("certify", "round1")
    messages = world.seats[0].ceremony()["messages"]
    world.finish("round2")
    made = canonical.decode(Certificate, decoded(world.seats[0].ceremony()["certificate"]))
    sent = [dkg.Message1.decode(decoded(message), 2, 3) for message in messages]
    keys = set()
    for seat in world.seats:
        bundle = dkg.bundle(sent, seat.index)
        recovered = dkg.recover(seat.static.secret, made.transcript, made.signatures, bundle)
        assert recovered.index == seat.index
        keys.add(recovered.output.group_key)
    assert len(keys) == 1


def test_nobody_s_part_is_shown_before_everybody_s_is_there(world: World) -> None:
    shown_after = {"certify": "statics", "round1": "messages", "round2": "signatures"}
    for step, field in shown_after.items():
        for seat in world.seats:
            assert world.seats[0].ceremony()[field] is None
            assert seat.post(step, seat.body(step)).status_code == 200
        assert len(world.seats[0].ceremony()[field]) == 3


def test_a_contribution_may_come_again_whatever_happened_since(world: World) -> None:
    first = world.seats[0]
    body = first.body("certify")
    assert first.post("certify", body).json() == {"state": "certify"}
    world.finish("certify")
    assert first.post("certify", body).json() == {"state": "round1"}


def test_polling_is_presence(world: World) -> None:
    assert get(world.service, "/custody/presence").json() == []
    world.seats[1].poll()
    (seen,) = get(world.service, "/custody/presence").json()
    assert seen["name"] == world.seats[1].guard.name


def test_work_brings_the_log_from_where_the_caller_stands(world: World) -> None:
    answer = world.seats[0].poll()
    assert answer["checkpoint"].startswith(world.service.settings.origin + "\n1\n")
    assert answer["tick_seconds"] == world.service.settings.tick_seconds
    assert len(answer["entries"]) == 1
    token = world.seats[0].token
    for have, count in ((0, 1), (1, 0), (5, 0)):
        entries = get(world.service, f"/custody/work?have={have}", token).json()["entries"]
        assert len(entries) == count
    assert get(world.service, "/custody/work?have=-1", token).status_code == 400


def test_the_first_party_may_not_ask_twice(world: World) -> None:
    again = post(world.service, f"/tenders/{world.tender}/ceremony", world.party)
    assert again.status_code == 409
    assert "under way" in again.json()["detail"]
    early = world.publish()
    assert early.status_code == 409
    assert "have not all confirmed the key of envelope 1" in early.json()["detail"]
    world.finish(*STEPS)
    assert world.restart().status_code == 409


def test_a_worker_that_was_away_too_long_does_not_publish(world: World) -> None:
    world.finish(*STEPS)
    assert world.publish().status_code == 202
    world.let_pass("2 hours")
    world.open_gate()
    view = get(world.service, f"/tenders/{world.tender}", world.party).json()
    assert (view["status"], view["publishing"]) == ("ceremony", False)
    again = world.publish()
    assert again.status_code == 409
    assert "deadline of this tender" in again.json()["detail"]
    assert world.sql("select * from sealed.gate") == []


def test_a_tender_cancelled_meanwhile_stays_closed(world: World) -> None:
    world.finish(*STEPS)
    world.publish()
    path = f"/tenders/{world.tender}/cancel"
    assert post(world.service, path, world.party, {"reason": "资金未落实"}).status_code == 200
    world.open_gate()
    assert world.sql("select * from sealed.gate") == []


def test_cancelling_a_published_tender_shuts_its_box(world: World) -> None:
    world.finish(*STEPS)
    world.publish()
    world.open_gate()
    path = f"/tenders/{world.tender}/cancel"
    post(world.service, path, world.party, {"reason": "资金未落实"})
    tasks = world.sql("select task from kit.outbox where task = 'custody.cancel_gate'")
    assert len(tasks) == 1
    for _ in range(2):
        world.run(custody.cancel_gate, world.tender)
        assert world.sql("select state from sealed.gate") == [("cancelled",)]


@pytest.mark.parametrize("path", ["publish", "ceremony"])
def test_strangers_neither_start_nor_publish(world: World, path: str) -> None:
    for token, status in ((None, 401), (world.seats[0].token, 403)):
        answer = post(world.service, f"/tenders/{world.tender}/{path}", token)
        assert answer.status_code == status
