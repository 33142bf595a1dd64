"""Errands, the sweep and the schedule, without a broker: what a message would do is done here."""

import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from sunseal import outbox
from sunseal.database import Role, UnitOfWork
from sunseal_tasks import app as tasks
from sunseal_tasks import audit, errands
from sunseal_tasks import outbox as sweeps
from sunseal_tasks.heart import Heart
from sunseal_tasks.schedule import beat_schedule
from sunseal_tasks.workshop import Workshop
from tests.opening.world import World, make_world
from tests.support.database import POOL_SIZE, TestDatabase


@pytest.fixture
def world(database: TestDatabase, tmp_path: Path) -> World:
    return make_world(database, tmp_path)


@pytest.fixture
def shop(world: World) -> Workshop:
    world.rows("delete from kit.outbox")
    return Workshop(world.settings, world.work, world.storage, world.keys)


def _add(shop: Workshop, task: str) -> UUID:
    argument = uuid4()
    with shop.work.unit_as(Role.WORKER) as uow:
        outbox.add(uow, task, argument)
    return argument


def _sweep(shop: Workshop) -> list[tuple[str, list[str | None]]]:
    sent: list[tuple[str, list[str | None]]] = []
    sweeps.sweep(shop, lambda name, args: sent.append((name, args)))
    return sent


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("unix:///run/v.sock", "redis+socket:///run/v.sock"),
        ("unix:///run/v.sock?db=3", "redis+socket:///run/v.sock?virtual_host=3"),
        ("redis://host:6379/1", "redis://host:6379/1"),
        ("rediss://host/1", "rediss://host/1"),
    ],
)
def test_celery_is_told_of_sockets_in_its_own_words(given: str, spelled: str) -> None:
    assert tasks.broker_url(given) == spelled


def test_every_task_that_a_room_asks_for_is_registered() -> None:
    asked = {"custody.open_gate", "custody.cancel_gate", "bids.check_digest", "bids.destroy_header"}
    asked |= {"bids.discard_object", "screening.check_organization", "screening.check_submission"}
    asked |= {"screening.check_all", "opening.advance", "audit.tick", "sweep", "tidy"}
    assert asked <= set(tasks.app.tasks)


def test_an_unsettled_errand_is_sent_again(world: World, shop: Workshop) -> None:
    argument = _add(shop, "some.task")
    [(name, args)] = _sweep(shop)
    assert (name, args[0]) == ("some.task", None)
    assert str(argument) not in args
    assert _sweep(shop) == []
    world.move(sweeps.AGAIN + timedelta(seconds=1))
    assert _sweep(shop) == [(name, args)]


def test_a_unit_settles_its_errand_or_neither_happens(world: World, shop: Workshop) -> None:
    argument = _add(shop, "some.task")
    [(_, args)] = _sweep(shop)
    assert args[1] is not None
    errand = UUID(args[1])

    def fails(uow: UnitOfWork, given: UUID) -> None:
        assert given == argument
        outbox.add(uow, "other.task", None)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        errands.do_unit(shop, fails, errands.NOTHING, errand)
    waiting = "select task from kit.outbox where relayed_at is null"
    assert world.rows(waiting) == [("some.task",)]
    errands.do_unit(shop, lambda uow, given: None, argument, errand)
    assert world.rows(waiting) == []


def test_a_job_settles_its_errand_once_it_is_through(world: World, shop: Workshop) -> None:
    argument = _add(shop, "some.job")
    [(_, args)] = _sweep(shop)
    seen: list[UUID] = []
    errand = UUID(args[1] or "")
    errands.do_job(shop, lambda _, given: seen.append(given), errands.NOTHING, errand)
    assert seen == [argument]
    assert world.rows("select count(*) from kit.outbox where relayed_at is null") == [(0,)]


def test_two_sweeps_share_the_errands(shop: Workshop) -> None:
    for _ in range(3):
        _add(shop, "some.task")
    with shop.work.unit_as(Role.WORKER) as one:
        first = outbox.claim(one, sweeps.AGAIN, limit=2)
        with shop.work.unit_as(Role.WORKER) as two:
            second = outbox.claim(two, sweeps.AGAIN)
    assert len(first) == 2
    assert len(second) == 1


def test_messages_name_a_gate_by_an_id_that_says_nothing(world: World, shop: Workshop) -> None:
    assert _sweep(shop) == []
    world.move_to(world.key.terms.deadline)
    assert _sweep(shop) == [("opening.advance", [str(world.gate)])]
    assert world.gate != world.tender


def test_settled_errands_are_forgotten_after_a_day(world: World, shop: Workshop) -> None:
    argument = _add(shop, "some.task")
    [(_, args)] = _sweep(shop)
    errands.do_unit(shop, lambda uow, given: None, argument, UUID(args[1] or ""))
    sweeps.tidy(shop, errands.NOTHING)
    assert world.rows("select count(*) from kit.outbox") == [(1,)]
    world.move(sweeps.KEPT + timedelta(seconds=1))
    sweeps.tidy(shop, errands.NOTHING)
    assert world.rows("select count(*) from kit.outbox where relayed_at is not null") == [(0,)]


def test_an_answer_is_remembered_for_a_day(world: World, shop: Workshop) -> None:
    world.rows("select kit.remember('key', 'request', 201, 'body', 'application/json')")
    sweeps.tidy(shop, errands.NOTHING)
    assert len(world.rows("select * from kit.remembered('key')")) == 1
    world.move(sweeps.KEPT + timedelta(seconds=1))
    sweeps.tidy(shop, errands.NOTHING)
    assert world.rows("select * from kit.remembered('key')") == []


def test_a_tick_asked_for_too_often_is_made_once(world: World, shop: Workshop) -> None:
    world.move(timedelta(seconds=5))
    for _ in range(3):
        audit.tick(shop, errands.NOTHING)
    [[ticks, quorum]] = world.rows(
        "select (select count(*) from audit.tick), quorum from audit.head"
    )
    assert 1 <= ticks <= 2
    # What the terms in force ask of a receipt: three of four cosigners.
    assert quorum == 3


@pytest.mark.parametrize("tick_seconds", [0.2, 1.0, 5.0])
def test_what_is_due_is_asked_for_every_second_or_sooner(tick_seconds: float) -> None:
    assert beat_schedule(tick_seconds)["sweep"]["schedule"] <= min(1.0, tick_seconds)


def test_the_heart_ticks_while_every_connection_of_the_pool_is_taken(
    world: World, shop: Workshop
) -> None:
    shop = replace(shop, settings=replace(shop.settings, tick_seconds=0.2))
    with ExitStack() as taken:
        for _ in range(POOL_SIZE):
            taken.enter_context(shop.work.unit_as(Role.WORKER))
        heart = Heart(shop)
        heart.start()
        until = time.monotonic() + 60
        while world.rows("select count(*) from audit.tick")[0][0] < 3:
            assert time.monotonic() < until
            time.sleep(0.05)
        heart.stop()
    made = world.rows("select count(*) from audit.tick")
    time.sleep(0.5)
    assert world.rows("select count(*) from audit.tick") == made
