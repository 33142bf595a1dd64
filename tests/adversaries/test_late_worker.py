"""A tender called off in time is not opened by a late worker, nor called off once it is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from sunseal.custody import service as custody
from sunseal.database import Role, UnitOfWork
from sunseal.errors import Forbidden
from sunseal.tenders import service as tenders
from sunseal.tenders.errors import TimePassed
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase


@pytest.fixture
def world(database: TestDatabase, tmp_path: Path) -> World:
    made = make_world(database, tmp_path)
    made.bidders(1)
    return made


@contextmanager
def clerk(world: World) -> Iterator[UnitOfWork]:
    with world.database.desk.unit_as(Role.CENTRE, uuid4(), uuid4()) as uow:
        yield uow


def test_a_late_worker_asks_nobody_to_open_a_cancelled_tender(world: World) -> None:
    world.close()
    with clerk(world) as uow:
        tenders.cancel(uow, world.tender, "the project was dropped")
    # The errand that shuts the gate has not been run when the time for the request comes.
    world.ask()
    assert world.requests() == []
    assert (world.state(), world.status()) == ("cancelled", "cancelled")


def test_nobody_cancels_by_a_clock_that_he_read_before_the_opening_began(world: World) -> None:
    world.close()

    def cancel_slowly() -> None:
        with clerk(world) as uow:
            world.ask()
            tenders.cancel(uow, world.tender, "too dear")

    with pytest.raises(TimePassed):
        cancel_slowly()
    assert len(world.requests()) == 1
    assert (world.state(), world.status()) == ("released", "closed")


def test_a_gate_is_told_of_a_cancellation_in_time(world: World) -> None:
    world.close()
    with clerk(world) as uow:
        tenders.cancel(uow, world.tender, "the project was dropped")
    with world.work.unit_as(Role.WORKER) as uow:
        custody.cancel_gate(uow, world.tender)
    world.ask()
    assert world.requests() == []
    assert world.state() == "cancelled"


CANCEL = "update notice.tender set status = 'cancelled', cancel_reason = 'too dear'"


def test_not_by_sql_either(world: World) -> None:
    """Between not-before and the request a desk could otherwise still call it off."""
    world.close()
    world.move_to(world.key.terms.not_before)
    with pytest.raises(Forbidden), clerk(world) as uow:
        uow.session.execute(text(CANCEL))
    assert world.status() == "closed"
