"""What custodians can do wrong, and the sentence each of them gets to hear."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sunseal.custody import service as custody
from sunseal_crypto import canonical, ceremony, certificate, dkg, event, group, signing, terms
from sunseal_crypto.certificate import StaticKey
from sunseal_crypto.dkg import Message1
from tests.custody.world import STEPS, Seat, World, decoded
from tests.tenders.forms import get, post
from tests.tenders.people import enrol

Fault = Callable[[Seat, Any], bytes]


def another(seat: Seat) -> Seat:
    """The custodian beside, whose keys and session are as good as `seat`'s, but not its own."""
    return Seat(seat.service, seat.service.custodians[seat.index], seat.index, seat.token)


def vouched_by_another(seat: Seat, shown: Any) -> bytes:
    return another(seat).certify(shown)


def certified_for_another_session(seat: Seat, shown: Any) -> bytes:
    return seat.certify(shown | {"session": shown["notice"]})


def certified_for_another_seat(seat: Seat, shown: Any) -> bytes:
    return Seat(seat.service, seat.guard, 2, seat.token, seat.static).certify(shown)


def certified_no_point(seat: Seat, shown: Any) -> bytes:
    agreed, public = terms.parse(decoded(shown["terms"])), bytes(32)
    message = certificate.static_message(agreed.roster, decoded(shown["session"]), 1, public)
    signature = signing.sign_labelled(seat.guard.identity, certificate.STATIC_LABEL, message)
    return canonical.encode(StaticKey(public, signature))


def not_canonical(seat: Seat, shown: Any) -> bytes:
    return seat.certify(shown) + b" "


def bad_possession(seat: Seat, shown: Any) -> bytes:
    message = Message1.decode(seat.round1(shown), 2, 3)
    other = Message1.decode(seat.round1(shown), 2, 3)
    return msgspec.structs.replace(message, pop=other.pop).encode()


def commitment_of_a_higher_degree(seat: Seat, shown: Any) -> bytes:
    publics = [decoded(static["public"]) for static in shown["statics"]]
    context = dkg.context(decoded(shown["session"]), publics)
    return dkg.round1(1, 3, seat.static.secret, publics, context)[0].encode()


def identity_in_commitment(seat: Seat, shown: Any) -> bytes:
    message = Message1.decode(seat.round1(shown), 2, 3)
    commitment = (message.commitment[0], group.IDENTITY)
    return msgspec.structs.replace(message, commitment=commitment).encode()


def a_ciphertext_too_few(seat: Seat, shown: Any) -> bytes:
    message = Message1.decode(seat.round1(shown), 2, 3)
    return msgspec.structs.replace(message, ciphertexts=message.ciphertexts[:2]).encode()


def signed_something_else(seat: Seat, shown: Any) -> bytes:
    return dkg.sign_transcript(seat.static.secret, seat.transcript(shown) + b"\x00")


def signed_with_another_key(seat: Seat, shown: Any) -> bytes:
    return dkg.sign_transcript(dkg.StaticKey.generate().secret, seat.transcript(shown))


def half_a_signature(seat: Seat, shown: Any) -> bytes:
    return seat.round2(shown)[:32]


def confirmed_another_transcript(seat: Seat, shown: Any) -> bytes:
    session = decoded(shown["session"])
    return ceremony.sign_confirmation(seat.guard.identity, session, seat.index, bytes(32))


def confirmed_for_another(seat: Seat, shown: Any) -> bytes:
    made = canonical.decode(ceremony.Signed, seat.confirm(shown))
    statement = canonical.decode(ceremony.Confirmation, made.statement)
    return ceremony.sign_confirmation(
        seat.guard.identity, statement.session, 2, statement.transcript
    )


FAULTS = [
    ("certify", vouched_by_another, "the Ed25519 signature does not hold"),
    ("certify", certified_for_another_session, "the Ed25519 signature does not hold"),
    ("certify", certified_for_another_seat, "the Ed25519 signature does not hold"),
    ("certify", certified_no_point, "outside the prime-order subgroup"),
    ("certify", not_canonical, "StaticKey"),
    ("round1", bad_possession, "the signature does not verify"),
    ("round1", commitment_of_a_higher_degree, "ciphertext 1 of 3"),
    ("round1", identity_in_commitment, "the point is the identity"),
    ("round1", a_ciphertext_too_few, "ciphertext 3 of 3: its length is cut off"),
    ("round2", signed_something_else, "the signature does not verify"),
    ("round2", signed_with_another_key, "the signature does not verify"),
    ("round2", half_a_signature, "a signature has 64 bytes"),
    ("confirm", confirmed_another_transcript, "of another transcript"),
    ("confirm", confirmed_for_another, "speaks for another custodian"),
]


@pytest.mark.parametrize("step", STEPS)
def test_a_bad_contribution_is_refused_to_its_sender_and_hurts_nobody(
    world: World, step: str
) -> None:
    world.finish(*STEPS[: STEPS.index(step)])
    seat = world.seats[0]
    shown = seat.ceremony()
    faults = [(fault, words) for at, fault, words in FAULTS if at == step]
    for fault, words in faults:
        answer = seat.post(step, fault(seat, shown))
        assert answer.status_code == 422, fault.__name__
        assert answer.json()["type"] == "urn:sunseal:problem:bad-contribution"
        assert answer.json()["detail"].startswith(f"This {step} was not accepted: ")
        assert words in answer.json()["detail"], fault.__name__
    # The first that was taken is the honest one, and the ceremony goes on.
    world.finish(*STEPS[STEPS.index(step) :])
    assert world.attempts()[0]["state"] == "complete"


def test_two_custodians_cannot_share_a_ceremony_key(world: World) -> None:
    first, second = world.seats[:2]
    assert first.post("certify", first.body("certify")).status_code == 200
    second.static = first.static
    answer = second.post("certify", second.body("certify"))
    assert answer.status_code == 422
    assert "another custodian has this ceremony key" in answer.json()["detail"]


def test_what_was_said_first_stands(world: World) -> None:
    seat = world.seats[0]
    first = seat.body("certify")
    assert seat.post("certify", first).status_code == 200
    seat.static = dkg.StaticKey.generate()
    answer = seat.post("certify", seat.body("certify"))
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "Custodian 1 posted another certify before; the first stands."
    )
    assert world.sql("select body from custody.ceremony_message") == [(first,)]


def test_nobody_speaks_from_another_s_seat(world: World) -> None:
    seat = world.seats[0]
    answer = seat.post("certify", seat.body("certify"), index=2)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "guard-1 is not custodian 2 of this roster."
    assert world.sql("select reason from audit.entry where action = 'access.refused'") == [
        ("not-that-custodian",)
    ]


def test_a_witness_polls_and_holds_no_seat(world: World) -> None:
    guard = world.service.witnesses[0]
    token = enrol(world.service, "custodian", guard.name)
    shown = get(world.service, "/custody/work", token).json()
    assert (shown["ceremonies"], shown["requests"]) == ([], [])
    id_ = world.seats[0].ceremony()["id"]
    witness = Seat(world.service, guard, 1, token)
    assert witness.post("certify", b"", id_=id_).status_code == 403


@pytest.mark.parametrize("kind", ["supervisor", "tendering_party", "centre", "bidder"])
def test_custody_is_the_custodians_alone(world: World, kind: str) -> None:
    token = enrol(world.service, kind)
    assert get(world.service, "/custody/work", token).status_code == 403
    id_ = world.seats[0].ceremony()["id"]
    form = {"custodian": 1, "body": ""}
    answer = post(world.service, f"/custody/ceremonies/{id_}/certify", token, form)
    assert answer.status_code == 403


def test_visitors_and_unlisted_custodians_get_no_work(world: World) -> None:
    assert get(world.service, "/custody/work").status_code == 401
    answer = get(world.service, "/custody/work", enrol(world.service, "custodian", "外人"))
    assert answer.status_code == 403
    assert answer.json()["detail"] == "外人 is neither a custodian nor a witness of the roster."


def test_steps_are_taken_in_turn(world: World) -> None:
    seat = world.seats[0]
    answer = seat.post("round2", bytes(64))
    assert answer.status_code == 409
    assert answer.json()["detail"] == "The ceremony is at step certify, not round2."
    unknown = seat.post("round3", b"")
    assert unknown.status_code == 404
    assert "the steps are certify, round1, round2, confirm, complaint" in unknown.json()["detail"]


def test_a_ceremony_that_never_was(world: World) -> None:
    answer = world.seats[0].post("certify", b"", id_="00000000-0000-4000-8000-000000000000")
    assert answer.status_code == 404


def test_who_comes_late_is_told_when_it_ended(world: World) -> None:
    world.finish("certify")
    body = world.seats[0].body("round1")
    world.let_pass("61 minutes")
    answer = world.seats[0].post("round1", body)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This ceremony expired at ")
    # What it had said in time, it may still repeat.
    said = world.seats[0].certify(world.seats[0].ceremony())
    assert world.seats[0].post("certify", said).json() == {"state": "round1"}


# Endings


def test_expiry_names_the_one_who_is_missing(world: World) -> None:
    world.finish("certify")
    for seat in world.seats[:2]:
        seat.post("round1", seat.body("round1"))
    (attempt,) = world.attempts()
    world.run(custody.expire, attempt["id"])
    assert world.attempts()[0]["state"] == "round1", "its time has not come"
    world.let_pass("61 minutes")
    for _ in range(2):
        world.run(custody.expire, attempt["id"])
    (attempt,) = world.attempts()
    assert attempt["state"] == "failed"
    assert attempt["failure"] == "The ceremony expired at step round1 without guard-3 (3)."
    assert attempt["culprit"] == 3
    assert len(world.sql("select * from audit.entry where action = 'ceremony.failed'")) == 1


def test_expiry_asks_itself_for_its_task(world: World) -> None:
    (attempt,) = world.attempts()
    rows = world.sql("""select argument::text, due_at = expires_at from kit.outbox
        join custody.ceremony c on c.id = argument where task = 'custody.expire'""")
    assert rows == [(attempt["id"], True)]


def spoilt_share(seat: Seat) -> bytes:
    """A round 1 that everybody must accept, with garbage for custodian 2 inside."""
    message = Message1.decode(seat.body("round1"), 2, 3)
    ciphertexts = list(message.ciphertexts)
    ciphertexts[1] = bytes(len(ciphertexts[1]))
    return msgspec.structs.replace(message, ciphertexts=tuple(ciphertexts)).encode()


def test_a_complaint_ends_the_ceremony_and_convicts_nobody(world: World) -> None:
    world.finish("certify")
    first, second, third = world.seats
    first.post("round1", spoilt_share(first))
    for seat in (second, third):
        seat.post("round1", seat.body("round1"))
    with pytest.raises(Exception, match="does not decrypt"):
        second.body("round2")
    answer = second.post("complaint", second.complaint("the share does not decrypt.", 1))
    assert answer.json() == {"state": "failed"}
    (attempt,) = world.attempts()
    # Custodian 2 may be lying: nobody but the two can tell, and the sentence says so.
    assert attempt["culprit"] is None
    assert attempt["failure"] == (
        "guard-2 (2) accuses guard-1 (1): the share does not decrypt. "
        "Only the custodians concerned can tell which of them is at fault."
    )
    # A second complaint is kept beside the first; nothing else is taken any more.
    assert third.post("complaint", third.complaint("I saw it too.", None)).status_code == 200
    over = third.post("round2", bytes(64))
    assert over.status_code == 409
    assert over.json()["detail"] == "This ceremony is over: failed."


@pytest.mark.parametrize(
    ("reason", "culprit", "words"),
    [
        ("", 2, "gives a reason"),
        ("x" * 1001, 2, "at most 1000"),
        ("so it is", 4, "accuses custodian 4 of 3"),
        ("so it is", 0, "accuses custodian 0 of 3"),
        ("so it is", 1, "cannot accuse itself"),
    ],
)
def test_a_complaint_that_cannot_be_is_refused(
    world: World, reason: str, culprit: int, words: str
) -> None:
    seat = world.seats[0]
    answer = seat.post("complaint", seat.complaint(reason, culprit))
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert world.attempts()[0]["state"] == "certify"


def test_nobody_complains_in_another_s_name(world: World) -> None:
    first, second = world.seats[:2]
    answer = first.post("complaint", second.complaint("so it is", 3))
    assert answer.status_code == 422
    assert "signature does not hold" in answer.json()["detail"]


def test_a_complaint_of_one_session_does_not_end_the_next(world: World) -> None:
    seat = world.seats[0]
    old = seat.complaint("so it is", 2)
    assert seat.post("complaint", old).json() == {"state": "failed"}
    world.restart()
    answer = seat.post("complaint", old)
    assert answer.status_code == 422
    assert "another session" in answer.json()["detail"]


def test_the_next_attempt_has_a_fresh_context_and_names_what_it_replaces(world: World) -> None:
    seat = world.seats[0]
    sessions = []
    for attempt in (1, 2):
        sessions.append(decoded(seat.ceremony()["session"]))
        seat.post("complaint", seat.complaint("once more", None))
        assert world.restart().status_code == 201
        shown = seat.ceremony()
        agreed = terms.parse(decoded(shown["terms"]))
        assert (shown["attempt"], agreed.attempt) == (attempt + 1, attempt + 1)
        assert agreed.replaces == sessions
        assert decoded(shown["session"]) not in sessions
    world.finish(*STEPS)
    assert [each["state"] for each in world.attempts()] == ["failed", "failed", "complete"]
    logged = world.sql("select detail from audit.entry where action = 'ceremony.certificate'")
    assert len(logged) == 1, "a client believes the first certificate in the log"
    assert event.decode(logged[0][0]).object == f"tender/{world.tender}/envelope/1"


def test_an_ended_attempt_is_shown_for_a_day(world: World) -> None:
    seat = world.seats[0]
    seat.post("complaint", seat.complaint("so it is", None))
    assert [each["state"] for each in seat.poll()["ceremonies"]] == ["failed"]
    world.let_pass("25 hours")
    assert seat.poll()["ceremonies"] == []
