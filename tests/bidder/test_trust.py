"""No key is sealed to that the bidder's own roster does not vouch for."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sunseal_crypto import canonical
from sunseal_crypto.certificate import Certificate
from sunseal_crypto.notice import Notice
from sunseal_crypto.signing import SigningKey
from tests.bidder.conftest import Desk
from tests.bidder.stand_in import TOKEN, Platform
from tests.bidder.world import World


@pytest.fixture
def shared_world() -> World:
    """Each test spoils a world of its own."""
    return World()


@pytest.fixture
def signed_in(desk: Desk) -> Desk:
    token = desk.folder / "token"
    token.write_text(TOKEN)
    desk.done("login", "--token-file", str(token))
    return desk


def check(desk: Desk, data: bytes | None = None) -> Any:
    return desk.run("check", desk.tender, "--roster", desk.roster_file(data))


def spoil(world: World, **facts: Any) -> None:
    parsed = canonical.decode(Certificate, world.certificate)
    vars(world)["certificate"] = canonical.encode(msgspec.structs.replace(parsed, **facts))


def no_signature(world: World) -> None:
    signatures = canonical.decode(Certificate, world.certificate).signatures
    spoil(world, signatures=[*signatures[:-1], bytes(64)])


def another_seat(world: World) -> None:
    statics = canonical.decode(Certificate, world.certificate).statics
    spoil(world, statics=[statics[1], statics[0], statics[2]])


def another_notice(world: World) -> None:
    assert world.certificate
    notice = canonical.decode(Notice, world.notice)
    later = msgspec.structs.replace(notice, summary="with a garden")
    vars(world)["notice"] = canonical.encode(later)


def another_tender(world: World) -> None:
    """All is in order, but made for another tender of the same platform."""
    other = World(
        log=world.log,
        promise_key=world.promise_key,
        identities=world.identities,
        cosigners=world.cosigners,
    )
    vars(other)["roster"] = world.roster
    vars(world)["notice"], vars(world)["certificate"] = other.notice, other.certificate


LIES: dict[str, tuple[Callable[[World], None], str]] = {
    "a custodian did not sign": (no_signature, "cannot be trusted"),
    "ceremony keys in other seats": (another_seat, "did not sign this ceremony key"),
    "a notice changed after the ceremony": (another_notice, "another notice"),
    "the key of another tender": (another_tender, "another tender or envelope"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_certificate_that_is_not_good(signed_in: Desk, platform: Platform, name: str) -> None:
    lie, reason = LIES[name]
    lie(platform.world)
    ended = check(signed_in)
    assert ended.code == 1
    assert reason in ended.err
    assert signed_in.envelope.pinned("certificate") is None


def test_the_wrong_roster_says_which_one_is_wanted(signed_in: Desk) -> None:
    ended = check(signed_in, World().roster)
    assert ended.code == 1
    assert "Get the roster again" in ended.err


def test_a_roster_that_is_none(signed_in: Desk) -> None:
    ended = check(signed_in, b"{}")
    assert ended.code == 2
    assert "is no roster file" in ended.err


def test_a_certificate_that_is_not_in_the_log(signed_in: Desk, platform: Platform) -> None:
    platform.certificate_receipt = False
    assert "log does not hold the certificate yet" in check(signed_in).err


@pytest.mark.parametrize("lie", ["too few cosigners", "of another certificate"])
def test_a_certificate_receipt_that_proves_nothing(
    signed_in: Desk, platform: Platform, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = platform.world
    nonce, detail = world.entry("ceremony.certificate", certificate="AA==")
    text = world.certificate_receipt(b"another")
    if lie == "too few cosigners":
        text = world.receipt(nonce, detail, cosigners=2)
    monkeypatch.setattr(world, "certificate_receipt", lambda: text)
    ended = check(signed_in)
    assert ended.code == 1
    assert "receipt" in ended.err


def test_the_second_certificate_is_an_attack(signed_in: Desk, platform: Platform) -> None:
    assert check(signed_in).code == 0
    first = signed_in.envelope.pinned("certificate")
    vars(platform.world)["certificate"] = platform.world.hold_ceremony()
    ended = check(signed_in)
    assert ended.code == 1
    assert "another certificate than the one accepted first" in ended.err
    assert signed_in.envelope.pinned("certificate") == first


def test_the_second_certificate_is_not_sealed_to(signed_in: Desk, platform: Platform) -> None:
    key = platform.world.key.recipient
    signed_in.enter()
    vars(platform.world)["certificate"] = platform.world.hold_ceremony()
    signed_in.seal()
    assert signed_in.attempts.all()[0].said.recipient == key


def test_another_machine_s_pseudonym(signed_in: Desk, platform: Platform) -> None:
    signed_in.enter()
    (signed_in.envelope.folder / "pseudonym.key").write_bytes(SigningKey.generate().seed())
    ended = signed_in.run("join", signed_in.tender)
    assert ended.code == 1
    assert "pseudonym made in another folder" in ended.err
