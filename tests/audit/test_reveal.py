"""Seeds show when no sealed tender can be in their tick, and every entry in it can be read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from sunseal.audit import rules, service
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal_crypto.tick import TickLeaf, verify_tick
from tests.audit.world import NOON, World

SEEDS = text("select seed from audit.tick_seed")


def _sweep(world: World, limit: int = 1000) -> int:
    with world.unit(Role.WORKER) as uow:
        return service.reveal_seeds(uow, limit)


def _shown(world: World) -> list[int]:
    return [row[0] for row in world.rows("select number from audit.tick_seed order by number")]


def test_the_rule() -> None:
    earlier = NOON - timedelta(hours=1)
    assert rules.seeds_shown_before([], NOON) == NOON
    assert rules.seeds_shown_before([NOON, earlier], NOON) == earlier


def test_a_seed_shows_its_tick_to_be_complete(world: World) -> None:
    tender = world.tender("opened")
    made = [world.record(), world.record_sealed(tender, uuid4())]
    number = world.tick()
    world.reveal(tender)
    world.now += timedelta(seconds=1)
    assert _sweep(world) == 1
    ((shown, seed, slots, commitments),) = world.rows("select * from audit.tick_seed")
    assert shown == number
    entries = dict(zip(slots, map(bytes, commitments), strict=True))
    assert set(entries.values()) == {entry.commitment for entry in made}
    ((leaf,),) = world.rows("select leaf from audit.tick")
    verify_tick(bytes(seed), entries, TickLeaf.parse(bytes(leaf)))


@pytest.mark.parametrize("state", ["open", "closing", "closed", "released"])
def test_one_sealed_tender_keeps_all_its_ticks_shut(world: World, state: str) -> None:
    before = world.tick()
    world.now += timedelta(seconds=1)
    tender = world.tender(state)
    during = world.tick()
    world.now += timedelta(seconds=10)
    _sweep(world)
    assert _shown(world) == [before]
    world.move_gate(tender, "opened")
    _sweep(world)
    assert _shown(world) == [before, during]


def test_a_gate_whose_tender_is_unknown_keeps_everything_shut(world: World) -> None:
    tender = world.tender("open")
    world.move_gate(tender, "open", to=uuid4())
    world.tick()
    world.now += timedelta(seconds=1)
    assert _sweep(world) == 0


def test_a_tick_with_an_event_that_nobody_can_read_stays_shut(world: World) -> None:
    tender = world.tender("opened")
    world.record_sealed(tender, uuid4())
    hidden = world.tick()
    empty = world.tick()
    world.now += timedelta(seconds=1)
    _sweep(world)
    assert _shown(world) == [empty]
    world.reveal(tender)
    _sweep(world)
    assert _shown(world) == [hidden, empty]


def test_a_backlog_is_worked_off_from_the_oldest(world: World) -> None:
    numbers = [world.tick() for _ in range(5)]
    world.now += timedelta(seconds=1)
    assert [_sweep(world, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert _shown(world) == numbers


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CENTRE, Role.OPERATOR])
def test_nobody_but_the_worker_reveals(world: World, role: Role) -> None:
    with pytest.raises(Forbidden), world.unit(role, uuid4()) as uow:
        service.reveal_seeds(uow)


def test_seeds_are_the_supervisors_alone(world: World) -> None:
    world.tick()
    world.now += timedelta(seconds=1)
    _sweep(world)
    for role in (Role.PUBLIC, Role.CENTRE, Role.BIDDER, Role.CUSTODIAN, Role.OPERATOR):
        with pytest.raises(Forbidden), world.unit(role, uuid4(), uuid4()) as uow:
            uow.session.execute(SEEDS).all()
    with world.unit(Role.SUPERVISOR, uuid4()) as uow:
        assert len(uow.session.execute(SEEDS).all()) == 1
