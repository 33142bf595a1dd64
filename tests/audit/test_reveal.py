"""What was hidden shows when it is over: events first, then seeds of ticks without secrets."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sunseal.audit import rules, service
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal_crypto.tick import TickLeaf, verify_tick
from tests.audit.world import NOON, World


def _sweep(world: World, limit: int = 1000) -> int:
    with world.unit(Role.WORKER) as uow:
        return service.reveal_seeds(uow, limit)


def _shown(world: World) -> list[int]:
    return [row[0] for row in world.rows("select number from audit.tick_seed order by number")]


def _open(world: World, tender: UUID) -> int:
    with world.unit(Role.WORKER) as uow:
        return service.reveal_events(uow, tender, "1")


def test_the_rule():
    earlier = NOON - timedelta(hours=1)
    assert rules.seeds_shown_before([], NOON) == NOON
    assert rules.seeds_shown_before([NOON, earlier], NOON) == earlier


def test_events_are_copied_as_they_were_committed_to(world: World) -> None:
    tender = world.tender("opened")
    made = world.record_sealed(tender, uuid4(), "bid.accepted", data={"sequence": "1"}, first=True)
    world.tick()
    assert _open(world, tender) == 1
    assert _open(world, tender) == 0
    copied = world.rows("""
        select a.id, a.tender_id, a.detail, a.commitment, a.role, a.actor, a.action, a.public,
               a.first,
               (a.nonce, a.tick, a.slot, a.path, a.at) = (e.nonce, e.tick, e.slot, e.path, e.at)
        from audit.entry a join sealed.event e using (id)""")
    assert copied == [
        (
            made.id,
            tender,
            made.detail,
            made.commitment,
            "as_bidder",
            "pseudonym",
            "bid.accepted",
            False,
            True,
            True,
        )
    ]


def test_an_event_that_waits_for_its_tick_is_copied_later(world: World) -> None:
    tender = world.tender("opened")
    world.record_sealed(tender, uuid4())
    assert _open(world, tender) == 0
    world.tick()
    _sweep(world)
    assert world.rows("select count(*) from audit.entry") == [(1,)]


def test_another_tender_s_events_stay_sealed(world: World) -> None:
    sealed, opened = world.tender("open"), world.tender("opened")
    world.record_sealed(sealed, uuid4())
    world.record_sealed(opened, uuid4())
    world.tick()
    _sweep(world)
    assert world.rows("select tender_id from audit.entry") == [(opened,)]


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_tender_that_never_opened_is_told_by_pseudonym_alone(world: World, state: str) -> None:
    tender, organization = world.tender(state), uuid4()
    world.record_sealed(tender, organization, "bid.join")
    world.tick()
    _sweep(world)
    ((text,),) = world.rows("select convert_from(detail, 'UTF8') || e::text from audit.entry e")
    assert str(organization) not in text
    assert str(tender) in text


def test_a_seed_shows_its_tick_to_be_complete(world: World) -> None:
    tender = world.tender("opened")
    made = [world.record(), world.record_sealed(tender, uuid4())]
    number = world.tick()
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


def test_a_tick_with_an_event_that_nobody_can_read_stays_shut(world: World) -> None:
    world.record_sealed(uuid4(), uuid4())
    world.tick()
    empty = world.tick()
    world.now += timedelta(seconds=1)
    _sweep(world)
    assert _shown(world) == [empty]


def test_a_backlog_is_worked_off_from_the_oldest(world: World) -> None:
    numbers = [world.tick() for _ in range(5)]
    world.now += timedelta(seconds=1)
    assert [_sweep(world, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert _shown(world) == numbers


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CENTRE, Role.OPERATOR])
def test_nobody_but_the_worker_reveals(world: World, role: Role) -> None:
    for reveal in (
        lambda uow: service.reveal_seeds(uow),
        lambda uow: service.reveal_events(uow, uuid4(), "1"),
    ):
        with pytest.raises(Forbidden), world.unit(role, uuid4()) as uow:
            reveal(uow)
