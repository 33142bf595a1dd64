"""Ceremonies that this custodian refuses, that fail by somebody's fault, and that come again."""

import os
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sunseal_crypto import canonical, ceremony, dkg, group
from sunseal_crypto.certificate import StaticKey
from sunseal_parties.custodian.http import CeremonyWork, Work
from tests.custodian.standin import CeremonyDesk
from tests.custodian.world import BOX_SIZE, DEADLINE, NOT_BEFORE, START, World

replace = msgspec.structs.replace


def complaint(world: World, index: int = 1) -> ceremony.Complaint:
    """The one complaint of a custodian, verified as the platform does."""
    party = world.parties[index - 1]
    (body,) = party.view.said("complaint")
    identity = party.seat.roster.custodians[index - 1].identity
    desk = world.platform.ceremonies[-1]
    return ceremony.verify_complaint(body, identity, desk.session, index, 3)


def lie_in_ceremony(world: World, index: int, **changes: Any) -> None:
    """One custodian is shown the ceremony with some fields changed, as soon as they are there."""

    def changed(work: CeremonyWork) -> CeremonyWork:
        made = {
            name: change(getattr(work, name))
            for name, change in changes.items()
            if getattr(work, name) is not None
        }
        return replace(work, **made)

    def lie(work: Work) -> Work:
        return replace(work, ceremonies=[changed(each) for each in work.ceremonies])

    world.parties[index - 1].view.lie = lie


HOUR = timedelta(hours=1)
REFUSED_TERMS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    # name: changes of the terms, changes of the notice, what the complaint says
    "other-roster": ({"roster": bytes(32)}, {}, "unknown roster"),
    "other-origin": ({"origin": "elsewhere"}, {"origin": "elsewhere"}, "origin"),
    "other-n": ({"n": 4}, {}, "number of custodians"),
    "threshold-one": ({"t": 1, "q": 3}, {"threshold": 1}, "threshold 1 of 3"),
    "threshold-above-n": ({"t": 4}, {"threshold": 4}, "threshold 4 of 3"),
    "low-quorum": ({"q": 2}, {}, "quorum 2"),
    "high-quorum": ({"q": 4}, {}, "quorum 4"),
    "other-suite": ({"suite": "another"}, {}, "suite"),
    "past-not-before": (
        {},
        {"deadline": START - 2 * HOUR, "not_before": START - HOUR},
        "not-before has passed",
    ),
    "open-before-deadline": ({"not_before": DEADLINE - HOUR}, {}, "before the deadline"),
    "other-not-before": ({"not_before": NOT_BEFORE + HOUR}, {}, "differ in not_before"),
    "other-deadline": ({"deadline": DEADLINE - HOUR / 2}, {}, "differ in deadline"),
    "other-minimum": ({"minimum_bids": 3}, {}, "differ in minimum_bids"),
    "no-minimum": ({"minimum_bids": 0}, {"minimum_bids": 0}, "at least one bid"),
    "other-box-size": ({"box_size": 2 * BOX_SIZE}, {}, "differ in box_size"),
    "other-threshold": ({"t": 3, "q": 4}, {}, "differ in threshold"),
    "other-tender": ({"tender": "another"}, {}, "differ in tender"),
    "other-envelope": ({"envelope": "2"}, {}, "no envelope '2'"),
    "other-notice": ({"notice": bytes(32)}, {}, "another notice"),
    "notice-of-other-roster": ({}, {"roster": bytes(32)}, "differ in roster"),
    "buyer-is-custodian": ({}, {"tendering_party": "custodian 2"}, "custodian 2 belongs"),
    "buyer-behind-custodian": ({}, {"tendering_party": "authority 3"}, "custodian 3 belongs"),
    "agent-is-witness": ({}, {"agent": "witness 4"}, "witness 4 belongs"),
    "names-no-dead-attempt": ({"attempt": 2}, {}, "names the k - 1 sessions"),
}


@pytest.mark.parametrize("name", REFUSED_TERMS)
def test_terms_refused(world: World, name: str) -> None:
    terms, notice, reason = REFUSED_TERMS[name]
    world.open_ceremony(notice_changes=notice, **terms)
    world.turn(2)
    said = complaint(world)
    assert reason in said.reason
    assert said.culprit is None
    for party in world.parties:
        assert party.view.said("certify") == []


def test_a_session_for_other_terms_is_refused(world: World) -> None:
    desk = world.open_ceremony()
    desk.session = os.urandom(64)
    world.turn()
    assert "session" in complaint(world).reason


def test_another_attempt_number_than_the_terms_is_refused(world: World) -> None:
    world.open_ceremony()
    lie_in_ceremony(world, 1, attempt=lambda _: 2)
    world.turn()
    assert "attempt 1, not 2" in complaint(world).reason


# Lies during the rounds


def forged_static(statics: list[StaticKey]) -> list[StaticKey]:
    """The platform sits down in the seat of custodian 3."""
    own = dkg.StaticKey.generate()
    return [*statics[:2], StaticKey(own.public, statics[2].signature)]


def test_the_platform_cannot_sit_in_anybodys_seat(world: World) -> None:
    desk = world.open_ceremony()
    lie_in_ceremony(world, 1, statics=forged_static)
    world.turn(3)
    said = complaint(world)
    assert said.culprit == 3
    assert "identity key" in said.reason
    assert 1 not in desk.posted.get("round1", {})


def test_swapped_seats_are_refused(world: World) -> None:
    world.open_ceremony()
    lie_in_ceremony(world, 1, statics=lambda statics: [statics[1], statics[0], statics[2]])
    world.turn(3)
    # Our own seat is the first to be wrong, and nobody accuses itself.
    assert complaint(world).culprit is None
    assert world.parties[0].view.said("round1") == []


def altered(at: int) -> Any:
    """Custodian 3's message with one bit flipped."""

    def alter(bodies: list[bytes]) -> list[bytes]:
        body = bytearray(bodies[2])
        body[at] ^= 1
        return [bodies[0], bodies[1], bytes(body)]

    return alter


@pytest.mark.parametrize(
    ("at", "culprit"),
    [(64, 3), (80, 3), (-60, None), (160 + 8, None)],
    ids=["possession", "possession-end", "ciphertext-to-another", "ciphertext-to-us"],
)
def test_a_changed_message_names_who_can_be_named(
    world: World, at: int, culprit: int | None
) -> None:
    desk = world.open_ceremony()
    lie_in_ceremony(world, 1, messages=altered(at))
    world.turn(4)
    assert complaint(world).culprit == culprit
    assert 1 not in desk.posted.get("confirm", {})
    assert_erased(world, desk)


def test_our_own_message_changed_is_the_platforms_fault(world: World) -> None:
    """Only the ciphertext to custodian 3 differs, which we cannot have noticed by opening ours."""
    world.open_ceremony()

    def alter(bodies: list[bytes]) -> list[bytes]:
        return [bodies[0][:-1] + bytes([bodies[0][-1] ^ 1]), *bodies[1:]]

    lie_in_ceremony(world, 1, messages=alter)
    world.turn(4)
    said = complaint(world)
    assert said.culprit is None
    assert "our own message was changed" in said.reason
    assert world.parties[0].view.said("round2") == []


def test_a_share_that_the_stored_ciphertexts_do_not_give_is_not_confirmed(world: World) -> None:
    desk = world.open_ceremony()
    world.turn(3)
    party = world.parties[0]
    party.journal._database.execute("update ceremony set share = ?", (bytes(32),))
    party.daemon.poll()
    assert "do not give our share" in complaint(world).reason
    assert_erased(world, desk)


def test_a_cheating_custodian_is_named_by_its_victim(world: World) -> None:
    """Custodian 3 sends 1 a share that does not lie on its polynomial."""
    world.open_ceremony()
    world.turn(2)
    desk = world.platform.ceremonies[-1]
    assert desk.state == "round2"
    held = world.parties[2].journal.ceremonies.of_session(desk.session)
    publics = [static.public for static in desk.statics() or []]
    context = dkg.context(desk.session, publics)
    honest, secrets = dkg.round1(3, 2, held.static_secret, publics, context)
    other, _ = dkg.round1(
        3,
        2,
        held.static_secret,
        publics,
        context,
        random=iter([group.random_scalar(), group.random_scalar(), secrets.ephemeral]).__next__,
    )
    cheat = replace(honest, ciphertexts=(other.ciphertexts[0], *honest.ciphertexts[1:]))
    desk.posted["round1"][3] = cheat.encode()
    world.parties[0].daemon.poll()
    said = complaint(world)
    assert said.culprit == 3
    assert "committed polynomial" in said.reason
    assert_erased(world, desk)


def assert_erased(world: World, desk: CeremonyDesk, index: int = 1) -> None:
    held = world.parties[index - 1].journal.ceremonies.of_session(desk.session)
    assert held.state in ("dead", "forgotten")
    assert (held.static_secret, held.share, held.bundle) == (None, None, None)


def test_a_certificate_of_another_transcript_is_not_confirmed(world: World) -> None:
    desk = world.open_ceremony()
    world.turn(3)
    assert desk.state == "confirm"
    world.platform.ceremonies.remove(desk)
    world.open_ceremony(notice_changes={"tender": "another"})
    world.turn(5)
    other = world.platform.ceremonies[0].certificate()
    world.platform.ceremonies = [desk]
    lie_in_ceremony(world, 1, certificate=lambda _: other)
    world.turn()
    assert "not of the transcript" in complaint(world).reason
    assert_erased(world, desk)


# Attempts


def second_attempt(world: World, **changes: Any) -> CeremonyDesk:
    first = world.platform.ceremonies[0]
    fields = {"attempt": 2, "replaces": [first.session], **changes}
    return world.open_ceremony(**fields)


def test_a_second_attempt_begins_when_the_first_is_erased(world: World) -> None:
    first = world.open_ceremony()
    world.turn(3)
    assert first.state == "confirm"
    first.state = "failed"
    second = second_attempt(world)
    world.turn(5)
    assert second.state == "complete"
    for index in (1, 2, 3):
        assert_erased(world, first, index)


def test_a_running_attempt_is_erased_before_the_next_begins(world: World) -> None:
    """The platform shows custodian 1 only the second attempt, the first never as failed."""
    first = world.open_ceremony()
    world.turn(3)
    second_attempt(world)
    world.platform.ceremonies.remove(first)
    world.turn()
    assert_erased(world, first)
    world.platform.ceremonies.insert(0, first)
    world.turn(3)
    assert world.platform.ceremonies[1].state == "complete"
    assert len(world.parties[0].view.said("confirm")) <= 1


def test_no_second_certificate_after_a_complete_key(world: World) -> None:
    world.certified()
    second = second_attempt(world)
    world.turn(2)
    assert "made the key" in complaint(world).reason
    held = world.parties[0].journal.ceremonies.of_session(world.platform.ceremonies[0].session)
    assert held.state == "complete"
    assert held.share is not None
    assert second.posted == {}


def test_a_complete_key_cannot_be_declared_failed(world: World) -> None:
    world.certified()
    world.platform.ceremonies[0].state = "failed"
    world.turn(2)
    held = world.parties[0].journal.ceremonies.of_session(world.platform.ceremonies[0].session)
    assert (held.state, held.share is not None) == ("complete", True)


def test_the_same_attempt_under_another_session_is_refused(world: World) -> None:
    world.open_ceremony()
    world.turn()
    world.open_ceremony()
    world.turn()
    assert "known here, under another session" in complaint(world).reason


def test_a_second_attempt_must_name_the_first(world: World) -> None:
    world.open_ceremony()
    world.turn()
    second_attempt(world, replaces=[os.urandom(64)])
    world.turn()
    assert "do not replace attempt 1" in complaint(world).reason


def test_one_transcript_in_a_session(world: World) -> None:
    """After its signature, other messages in the same session win no second one."""
    desk = world.open_ceremony()
    world.turn(3)
    party = world.parties[0]
    (signature,) = party.view.said("round2")
    transcript = party.journal.ceremonies.of_session(desk.session).transcript
    held = world.parties[2].journal.ceremonies.of_session(desk.session)
    publics = [static.public for static in desk.statics() or []]
    again, _ = dkg.round1(3, 2, held.static_secret, publics, dkg.context(desk.session, publics))
    desk.posted["round1"][3], desk.state = again.encode(), "round2"
    desk.posted["round2"] = {}
    party.restart()
    party.daemon.poll()
    assert party.view.said("round2") == [signature]
    assert party.journal.ceremonies.of_session(desk.session).transcript == transcript


def test_a_complaint_is_final_for_its_session(world: World) -> None:
    desk = world.open_ceremony()
    lie_in_ceremony(world, 1, statics=forged_static)
    world.turn(3)
    desk.state = "round1"
    world.parties[0].view.lie = lambda work: work
    world.turn(3)
    assert world.parties[0].view.said("round1") == []
    assert len(world.parties[0].view.said("complaint")) == 1


def test_what_is_confirmed_is_stored(world: World) -> None:
    world.certified()
    desk = world.platform.ceremonies[0]
    for index, party in enumerate(world.parties, 1):
        held = party.journal.ceremonies.of_session(desk.session)
        assert held.certificate == desk.certificate()
        key = group.base_mul(group.parse_scalar(held.share))
        assert key == world.key.shares[index - 1]
        (body,) = party.view.said("confirm")
        assert canonical.decode(ceremony.Signed, body)
