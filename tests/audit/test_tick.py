"""The heartbeat: one leaf for each tick, whatever happened and however many make it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from uuid import uuid4

from sunseal.audit import service
from sunseal.audit.repository import LogRepository
from sunseal.database import Role
from sunseal_crypto import merkle, tiles
from sunseal_crypto.checkpoint import open_checkpoint
from sunseal_crypto.tick import SLOTS, TickLeaf, verify_tick
from sunseal_crypto.tiles import Tile
from tests.audit.world import QUORUM, TICK_SECONDS, World


def _leaves(world: World) -> list[TickLeaf]:
    return [
        TickLeaf.parse(bytes(row[0]))
        for row in world.rows("select leaf from audit.tick order by index")
    ]


def test_an_idle_tick_and_a_busy_one_look_alike_outside(world: World) -> None:
    world.tick()
    world.record()
    world.tick()
    idle, busy = (bytes(row[0]) for row in world.rows("select leaf from audit.tick order by index"))
    assert len(idle) == len(busy)
    assert idle.split(b"\n")[0] == busy.split(b"\n")[0] == b"sunseal/tick/v1"


def test_two_workers_at_once_make_one_tick(world: World) -> None:
    entry = world.record()
    world.now += timedelta(seconds=1)
    made, go_on = Event(), Event()

    def first() -> int | None:
        with world.unit(Role.WORKER) as uow:
            number = service.tick(uow, world.log, TICK_SECONDS, QUORUM, [])
            made.set()
            assert go_on.wait(60)
            return number

    def second() -> int | None:
        assert made.wait(60)
        with world.unit(Role.WORKER) as uow:
            go_on.set()
            return service.tick(uow, world.log, TICK_SECONDS, QUORUM, [])

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(first), pool.submit(second)]
        numbers = [result.result(30) for result in results]
    assert numbers == [service.current_tick(world.now, TICK_SECONDS), None]
    assert world.rows("select commitment, tick from audit.entry") == [
        (entry.commitment, numbers[0])
    ]
    assert world.rows("select count(*) from audit.tick") == [(1,)]


def test_a_clock_that_goes_back_makes_no_tick(world: World) -> None:
    assert world.tick() is not None
    assert world.tick(seconds=-5) is None
    assert world.tick(seconds=5) is None


def test_a_missed_tick_leaves_its_number_out(world: World) -> None:
    first = world.tick()
    later = world.tick(seconds=7)
    assert first is not None
    assert later == first + 7
    assert [leaf.number for leaf in _leaves(world)] == [first, later]
    assert world.rows("select index from audit.tick order by index") == [(0,), (1,)]


def test_a_tick_is_what_its_seed_and_entries_give(world: World) -> None:
    tender, organization = uuid4(), uuid4()
    made = [world.record(), world.record(), world.record_sealed(tender, organization)]
    world.tick()
    ((seed,),) = world.rows("select seed from sealed.tick_seed")
    placed = world.rows("""select slot, commitment from audit.entry
        union all select slot, commitment from sealed.event""")
    entries = {slot: bytes(entry) for slot, entry in placed}
    assert sorted(entries.values()) == sorted(entry.commitment for entry in made)
    verify_tick(bytes(seed), entries, _leaves(world)[0])


def _flood(world: World, actor: str, count: int, seconds: int) -> None:
    """Entries of one actor, each a bit later than the one before."""
    with world.database.admin() as admin:
        admin.execute(
            """insert into audit.entry (nonce, detail, commitment, actor, role, action, object,
                outcome, reason, at)
            select sha256(n::text::bytea), '', sha256((%(actor)s || n)::bytea), %(actor)s,
                'as_centre', 'flood', '', 'done', '', %(at)s + n * interval '1 ms'
            from generate_series(1, %(count)s) n""",
            {"actor": actor, "count": count, "at": world.now + timedelta(seconds=seconds)},
        )


def test_a_full_tick_takes_first_things_first_and_is_fair_to_each_actor(world: World) -> None:
    _flood(world, "flooder", SLOTS + 10, seconds=0)
    _flood(world, "quiet", 2, seconds=60)
    world.now += timedelta(seconds=120)
    closed = world.record("box.closed", first=True)
    tender = uuid4()
    accepted = world.record_sealed(tender, uuid4(), "bid.accepted", first=True)
    ordinary = world.record_sealed(tender, uuid4(), "bid.commit")

    number = world.tick()
    placed = {
        bytes(row[0])
        for row in world.rows(
            """select commitment from audit.entry where tick = :n
           union all select commitment from sealed.event where tick = :n""",
            n=number,
        )
    }
    assert len(placed) == SLOTS
    assert {closed.commitment, accepted.commitment, ordinary.commitment} <= placed
    waiting = world.rows("select distinct actor from audit.entry where tick is null")
    assert waiting == [("flooder",)]

    world.tick()
    assert world.rows("select count(*) from audit.entry where tick is null") == [(0,)]
    slots = world.rows("select slot from audit.entry where tick = :n", n=number)
    assert len(set(slots)) == len(slots)


def test_the_flooder_s_oldest_entries_go_first(world: World) -> None:
    _flood(world, "flooder", SLOTS + 3, seconds=0)
    world.tick(seconds=60)
    left = world.rows("select at from audit.entry where tick is null order by at")
    newest = world.rows("select at from audit.entry order by at desc limit 3")
    assert left == newest[::-1]


def test_tiles_and_checkpoints_are_those_of_a_log_built_from_scratch(world: World) -> None:
    count = tiles.WIDTH + 5
    with world.unit(Role.WORKER) as uow:
        for at in range(count):
            later = replace(uow, now=uow.now + timedelta(seconds=at))
            service.tick(later, world.log, TICK_SECONDS, QUORUM, [])
    hashes = [
        merkle.leaf_hash(bytes(row[0]))
        for row in world.rows("select leaf from audit.tick order by index")
    ]
    assert len(hashes) == count
    expected = tiles.grow(0, hashes, lambda tile: b"")
    with world.unit(Role.PUBLIC) as uow:
        shown = {tile: service.tile(uow, tile.path) for tile in tiles.tiles_of(count)}
        bundles = b"".join(
            service.tile(uow, Tile(None, index, width).path) for index, width in ((0, 256), (1, 5))
        )
        leaves = LogRepository(uow.session).leaves(0, count)
        newest = service.latest_checkpoint(uow)
    assert shown == expected
    assert bundles == tiles.bundle(leaves[:256]) + tiles.bundle(leaves[256:])
    point = open_checkpoint(newest.encode(), world.log.verifier)
    assert (point.size, point.root) == (count, merkle.root(hashes))
