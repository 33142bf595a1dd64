"""What custodians are asked at the opening, and how what they say is taken."""

import hashlib
import io
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from sunseal_crypto import age, canonical, event, release
from sunseal_crypto.age import X25519Recipient
from sunseal_crypto.release import Refusal, Rule
from sunseal_crypto.roster import Roster
from tests.custody.world import STEPS, Seat, World, decoded
from tests.tenders.forms import get
from tests.tenders.people import enrol

BODY = b"the request's exact bytes"
COMMITMENT = bytes(range(32))


@pytest.fixture
def released(world: World) -> World:
    """A tender whose bids the custodians are about to be asked for."""
    world.finish(*STEPS)
    return world


def sealed(world: World, answer: bytes) -> bytes:
    """An age file for the opening worker, as custodians send one."""
    roster = canonical.decode(Roster, get(world.service, "/roster").content)
    sink = io.BytesIO()
    age.encrypt(io.BytesIO(answer), sink, [X25519Recipient.from_string(roster.worker)])
    return sink.getvalue()


def refusal(seat: Seat, rule: Rule, body: bytes = BODY, custodian: int | None = None) -> bytes:
    made = Refusal(
        request=hashlib.sha256(body).digest(),
        custodian=custodian or seat.index,
        rule=rule,
        sentence="Not yet.",
        at=datetime(2027, 3, 20, tzinfo=UTC),
    )
    return canonical.encode(release.sign_refusal(made, seat.guard.identity))


def test_before_the_release_nothing_is_asked(released: World) -> None:
    released.publish()
    released.open_gate()
    assert released.seats[0].poll()["requests"] == []


def test_a_request_is_shown_once_its_receipts_are_complete(released: World) -> None:
    seat = released.seats[0]
    request = released.request(BODY)
    assert seat.poll()["requests"] == []
    released.tick(10)
    (shown,) = seat.poll()["requests"]
    assert (shown["id"], decoded(shown["body"])) == (str(request), BODY)
    assert shown["box_receipt"].startswith("c2sp.org/tlog-proof@v1\n")
    assert shown["request_receipt"] != shown["box_receipt"]
    assert shown["commitment_receipt"] is None


def test_commitment_then_receipt_then_answer(released: World) -> None:
    seat = released.seats[1]
    request = released.request(BODY)
    released.tick(10)
    # 1. Only after its commitment is an answer taken.
    answer = sealed(released, b"signed answer")
    early = seat.say(request, "answer", answer)
    assert early.status_code == 409
    assert "only after the commitment" in early.json()["detail"]
    # 2. The commitment is an entry that everybody may open.
    for _ in range(2):
        assert seat.say(request, "commitment", COMMITMENT).status_code == 204
    (detail,) = released.sql("select detail from audit.entry where action = 'release.answer'")
    logged = event.decode(detail[0])
    assert logged.data["custodian"] == "2"
    assert decoded(logged.data["commitment"]) == COMMITMENT
    assert decoded(logged.data["request"]) == hashlib.sha256(BODY).digest()
    # 3. Its own custodian, and no other, is shown the receipt.
    released.tick(20)
    assert seat.poll()["requests"][0]["commitment_receipt"] is not None
    assert released.seats[0].poll()["requests"][0]["commitment_receipt"] is None
    # 4. The answer ends the matter for this custodian alone.
    for _ in range(2):
        assert seat.say(request, "answer", answer).status_code == 204
    assert seat.poll()["requests"] == []
    assert len(released.seats[0].poll()["requests"]) == 1
    stored = released.sql("select custodian, answer from custody.release_answer")
    assert stored == [(2, answer)]


@pytest.mark.parametrize(
    ("step", "first", "second"),
    [("commitment", COMMITMENT, bytes(32)), ("answer", b"one", b"two")],
)
def test_other_bytes_never_take_the_place_of_the_first(
    released: World, step: str, first: bytes, second: bytes
) -> None:
    seat = released.seats[0]
    request = released.request(BODY)
    if step == "answer":
        seat.say(request, "commitment", COMMITMENT)
        first, second = sealed(released, first), sealed(released, second)
    assert seat.say(request, step, first).status_code == 204
    refused = seat.say(request, step, second)
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith(f"Custodian 1 posted another {step} before")


@pytest.mark.parametrize(
    ("step", "body", "words"),
    [
        ("commitment", b"short", "32 bytes"),
        ("answer", b"not an age file", "age"),
        ("refusal", b"{}", "SignedRefusal"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    released: World, step: str, body: bytes, words: str
) -> None:
    seat = released.seats[0]
    request = released.request(BODY)
    if step == "answer":
        seat.say(request, "commitment", COMMITMENT)
    answer = seat.say(request, step, body)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_a_refusal_is_signed_by_its_custodian_for_this_request(released: World) -> None:
    first, second = released.seats[:2]
    request = released.request(BODY)
    for body in (
        refusal(first, "withdrawn-bid", body=b"another request"),
        refusal(first, "withdrawn-bid", custodian=2),
        refusal(second, "withdrawn-bid", custodian=1),
    ):
        answer = first.say(request, "refusal", body)
        assert answer.status_code == 422, answer.text
    assert first.say(request, "refusal", refusal(first, "withdrawn-bid")).status_code == 204
    assert released.sql("select refused_rule from custody.release_answer") == [("withdrawn-bid",)]
    assert len(released.sql("select * from audit.entry where action = 'release.refusal'")) == 1


def test_a_refusal_for_the_time_passes_any_other_stands(released: World) -> None:
    first, second = released.seats[:2]
    request = released.request(BODY)
    released.tick(10)
    assert first.say(request, "refusal", refusal(first, "time-not-reached")).status_code == 204
    assert len(first.poll()["requests"]) == 1
    assert first.say(request, "commitment", COMMITMENT).status_code == 204
    assert first.say(request, "answer", sealed(released, b"x")).status_code == 204
    assert first.say(request, "refusal", refusal(first, "late-leaf")).status_code == 409
    assert second.say(request, "refusal", refusal(second, "late-leaf")).status_code == 204
    assert second.poll()["requests"] == []
    assert second.say(request, "refusal", refusal(second, "clock-off")).status_code == 409


def test_nobody_answers_for_another(released: World) -> None:
    request = released.request(BODY)
    wrong = released.seats[0].say(request, "commitment", COMMITMENT, index=2)
    assert wrong.status_code == 403
    assert wrong.json()["detail"] == "guard-1 is not custodian 2 of this roster."
    stranger = Seat(
        released.service, released.seats[0].guard, 1, enrol(released.service, "supervisor")
    )
    assert stranger.say(request, "commitment", COMMITMENT).status_code == 403
    assert released.sql("select * from custody.release_answer") == []


def test_what_was_never_asked_is_not_answered(released: World) -> None:
    seat = released.seats[0]
    assert seat.say(uuid4(), "commitment", COMMITMENT).status_code == 404
    request = released.request(BODY)
    assert seat.say(request, "opinion", b"").status_code == 404


def test_what_is_done_is_not_shown_again(released: World) -> None:
    request = released.request(BODY)
    released.tick(10)
    released.sql("update custody.release_request set done_at = now() where id = %s", request)
    assert released.seats[0].poll()["requests"] == []
