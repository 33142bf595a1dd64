"""Receipts that verify without us, checkpoints under a quorum, cosigners' lines."""

from datetime import timedelta
from uuid import uuid4

import pytest

from sunseal.audit import service
from sunseal.audit.errors import BadCosignature, NoCheckpoint, NoSuchTile
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.entry import verify_entry
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.signing import SigningKey
from tests.audit.world import QUORUM, World


def test_a_public_entry_s_receipt_verifies_for_anyone(world: World) -> None:
    world.tick()
    made = world.record("ceremony.certificate", public=True, first=True)
    number = world.tick()
    world.tick()
    world.cosign()
    with world.unit(Role.PUBLIC) as uow:
        text = service.receipt(uow, made.id)
    assert text is not None
    verified = world.verify(text)
    assert (verified.detail, verified.tick.number, verified.index) == (made.detail, number, 1)
    assert len(verified.cosigned) == QUORUM


def test_a_bidder_gets_the_receipt_of_its_own_sealed_entry_alone(world: World) -> None:
    own, other, tender = uuid4(), uuid4(), uuid4()
    mine, theirs = world.record_sealed(tender, own), world.record_sealed(tender, other)
    world.tick()
    world.cosign()
    with world.unit(Role.BIDDER, uuid4(), own) as uow:
        text = service.receipt(uow, mine.id)
        assert service.receipt(uow, theirs.id) is None
    assert text is not None
    assert world.verify(text).commitment == mine.commitment


def test_there_is_no_receipt_before_the_tick_nor_before_the_quorum(world: World) -> None:
    made = world.record("box.closed", public=True)
    with world.unit(Role.PUBLIC) as uow:
        assert service.logged_entry(uow, made.id) is None
        assert service.receipt(uow, made.id) is None
    world.tick()
    world.cosign(QUORUM - 1)
    with world.unit(Role.PUBLIC) as uow:
        logged = service.logged_entry(uow, made.id)
        assert service.receipt(uow, made.id) is None
        assert service.receipt(uow, made.id, quorum=QUORUM - 1) is not None
    assert logged is not None
    verify_entry(logged)


@pytest.mark.parametrize("role", [Role.CENTRE, Role.TENDERING_PARTY, Role.OPERATOR, Role.DOOR])
def test_staff_get_no_receipts_of_others(world: World, role: Role) -> None:
    made = world.record("session.sign-in")
    world.tick()
    world.cosign()
    with world.unit(role, uuid4()) as uow:
        assert service.receipt(uow, made.id) is None


def test_the_checkpoint_shown_is_the_newest_under_the_quorum(world: World) -> None:
    with world.unit(Role.PUBLIC) as uow, pytest.raises(NoCheckpoint):
        service.checkpoint_note(uow)
    world.tick()
    world.cosign()
    world.tick()
    world.cosign(QUORUM - 1)
    with world.unit(Role.PUBLIC) as uow:
        note = service.checkpoint_note(uow).encode()
    cosigners = [guard.cosigner.verifier for guard in world.guards]
    seen = checkpoint.open_cosigned(note, world.log.verifier, cosigners, QUORUM)
    assert seen.checkpoint.size == 1


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/000.p/3",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/000.p/3",
        "tile/0/0",
        "tile/0/000.p/0",
        "tile/../000",
    ],
)
def test_a_tile_that_the_log_does_not_have(world: World, path: str) -> None:
    world.tick()
    world.tick()
    with world.unit(Role.PUBLIC) as uow, pytest.raises(NoSuchTile):
        service.tile(uow, path)


def _line(world: World, signer: NoteSigner) -> str:
    with world.unit(Role.CUSTODIAN) as uow:
        text = notes.parse(service.latest_checkpoint(uow).encode()).text
    return checkpoint.cosign(text, signer, world.now).decode()


def test_a_cosignature_is_stored_once_however_often_it_comes(world: World) -> None:
    world.tick()
    world.cosign()
    world.now += timedelta(seconds=1)
    world.cosign()
    assert world.rows("select count(*) from audit.cosignature") == [(QUORUM,)]


def test_cosignatures_that_are_none(world: World) -> None:
    world.tick()
    guard = world.guards[0].cosigner
    stranger = NoteSigner("stranger.example", SigningKey.generate(), COSIGNATURE)
    impostor = NoteSigner(guard.name, SigningKey.generate(), COSIGNATURE)
    good = _line(world, guard)
    world.tick()
    cases = {
        "no cosigner of the roster": (2, _line(world, stranger)),
        "not made with the key": (2, _line(world, impostor)),
        "does not hold": (2, good),
        "no checkpoint of size 7": (7, good),
        "not a signature line": (2, "- nobody AAAA\n"),
    }
    for reason, (size, line) in cases.items():
        with pytest.raises(BadCosignature, match=reason), world.unit(Role.CUSTODIAN) as uow:
            service.cosign(uow, world.roster, size, line)
    assert world.rows("select cosigner from audit.cosignature") == []


@pytest.mark.parametrize("role", [Role.CENTRE, Role.SUPERVISOR, Role.OPERATOR])
def test_only_custodians_cosign(world: World, role: Role) -> None:
    world.tick()
    line = _line(world, world.guards[0].cosigner)
    with pytest.raises(Forbidden), world.unit(role, uuid4()) as uow:
        service.cosign(uow, world.roster, 1, line)
