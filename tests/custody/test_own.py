"""What a custodian's own page says of its part, from the key to the answer and the erasure."""

from pathlib import Path
from uuid import UUID, uuid4

from sunseal.custody import service
from sunseal.custody.service.own import Own
from sunseal.database import Role
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase

REFUSED = """
    insert into custody.release_answer (request_id, custodian, refusal, refused_rule, updated_at)
    select id, 2, 'x', 'too-few-bids', kit.now() from custody.release_request
"""
ERASED = """
    insert into opened.erasure (tender_id, envelope, custodian, digest, body, entry_id, at)
    select tender_id, envelope, 1, sha256('x'), 'x', gen_random_uuid(), kit.now()
    from custody.release_request
"""


def seat(world: World, number: int) -> UUID:
    """The organization of a custodian, by its place in the roster."""
    place, name = uuid4(), world.guards[number - 1].name
    world.rows(
        "insert into registry.organization (id, name, name_key, kind, registered_at)"
        " values (%s, %s, %s, 'custodian', kit.now())",
        place,
        name,
        name,
    )
    return place


def own(world: World, place: UUID) -> Own:
    with world.database.desk.unit_as(Role.CUSTODIAN, uuid4(), place) as uow:
        return service.own(uow, world.roster)


def test_a_custodian_sees_what_it_said_and_nothing_before_it_is_asked(
    database: TestDatabase, tmp_path: Path
) -> None:
    world = make_world(database, tmp_path)
    first, second = seat(world, 1), seat(world, 2)
    world.bidders(1)
    world.close()
    before = own(world, first)
    assert (before.seat, before.requests) == (1, [])
    [key] = before.ceremonies
    assert (key.state, key.waits_for, key.erased_at) == ("complete", None, None)
    world.ask()
    assert [each.said for each in own(world, first).requests] == ["asked"]
    world.answer(1)
    world.rows(REFUSED)
    world.rows(ERASED)
    [answered], [refused] = own(world, first).requests, own(world, second).requests
    assert answered.said == "answered"
    assert (refused.said, refused.rule) == ("refused", "too-few-bids")
    assert own(world, first).ceremonies[0].erased_at is not None
    assert own(world, second).ceremonies[0].erased_at is None
