"""An opening ends at the latest when the bids' validity does; then things are deleted, in turn."""

from datetime import timedelta
from pathlib import Path

import pytest

from sunseal.bids import service as bids
from sunseal.database import Role
from sunseal.opening import rules
from sunseal_crypto import event
from tests.opening.world import Firm, World

NAMESAKE = "B-7,company,同名建筑有限公司,,serious,a judgment,2020-01-01,"
DAY = timedelta(days=1)


def validity_ends(world: World) -> None:
    world.move_to(world.key.terms.deadline + world.tools.periods.validity)


def wait(world: World, period: timedelta) -> None:
    world.move(period)
    world.advance()


def objects(world: World) -> int:
    folder = Path(world.settings.storage_url.removeprefix("file://"))
    return sum(path.is_file() for path in folder.rglob("*"))


def said(world: World, action: str) -> int:
    rows = world.rows("select detail from sealed.event")
    return sum(event.decode(bytes(row[0])).action == action for row in rows)


def pending(world: World) -> Firm:
    world.lists(NAMESAKE)
    firm = world.firm("同名建筑有限公司").joined()
    firm.submit(firm.seal("7.00"))
    return firm


def test_what_is_pending_closes_when_the_validity_of_bids_ends(world: World) -> None:
    world.bidders(1)
    pending(world)
    world.open()
    assert world.outcomes() == ["opened", "pending"]
    world.move_to(world.key.terms.deadline + world.tools.periods.validity - timedelta(hours=1))
    world.advance()
    assert not world.records()[-1].final
    validity_ends(world)
    world.advance()
    assert world.outcomes() == ["not_opened", "opened"]
    assert [record.final for record in world.records()] == [False, True]
    assert world.rows("select count(*) from custody.release_request where done_at is null") == [
        (0,)
    ]
    # Nothing reopens it: not even a list that clears the firm now.
    world.lists()
    world.advance()
    assert len(world.records()) == len(world.rows("select 1 from opened.record")) == 2


def test_what_waits_for_bytes_closes_too(world: World) -> None:
    harmed, _ = world.bidders(2)
    [[name]] = world.rows(
        "select header_object from sealed.submission where id = %s", harmed.submission
    )
    kept = world.storage.get(name)
    world.storage.delete(name)
    world.open()
    assert world.outcomes() == ["opened", "platform_fault"]
    validity_ends(world)
    world.storage.put(name, kept)
    world.advance()
    assert world.outcomes() == ["not_opened", "opened"]
    assert world.records()[-1].final
    assert world.rows("select count(*) from opened.wanted where settled_at is null") == [(0,)]


def test_a_box_that_nobody_helped_to_open_fails(world: World) -> None:
    world.bidders(2)
    world.close()
    world.ask()
    world.answer(1)
    world.advance()
    assert world.records() == []
    validity_ends(world)
    # The answer that was missing comes a moment too late.
    world.answer(2)
    world.advance()
    assert world.outcomes() == ["not_opened", "not_opened"]
    [record] = world.records()
    assert (record.final, record.result, world.status()) == (True, "opened", "failed")
    assert {leaf.bidder for leaf in record.leaves} == {None}
    assert world.rows("select count(*) from sealed.share") == [(0,)]


@pytest.mark.slow
def test_a_killed_or_doubled_ending_writes_one_final_record(world: World) -> None:
    world.bidders(1)
    pending(world)
    world.open()
    validity_ends(world)
    for _ in range(3):
        world.advance()
    assert [record.final for record in world.records()] == [False, True]
    assert len(world.rows("select 1 from opened.ending")) == 1


def test_after_appeals_points_go_and_then_what_was_never_opened(world: World) -> None:
    world.lists("B-1,company,黑名单有限公司,91440300100000000R,serious,x,2020-01-01,")
    opened, replaced = world.bidders(2)
    replaced.submit(replaced.seal("8.00"), "replace")
    refused = world.firm().joined()
    refused.submit(refused.seal(), sha256=bytes(32))
    barred = world.firm("黑名单有限公司", "91440300100000000R").joined()
    barred.submit(barred.seal())
    gone = world.firm().joined()
    gone.submit(gone.seal())
    gone.withdraw()
    world.open()
    assert world.outcomes() == ["barred", "opened", "opened", "refused", "withdrawn"]
    periods = world.tools.periods
    world.advance()
    # 1. Appeals run: a wrong bar can still be put right.
    wait(world, periods.appeal - DAY)
    headers = "select count(*) from sealed.submission where header_object is not null"
    assert world.rows(headers) == [(4,)]
    assert world.rows("select count(*) from custody.release_answer where answer is null") == [(0,)]
    # 2. They are over.
    wait(world, DAY + timedelta(seconds=1))
    assert world.rows(headers) == [(3,)]
    assert world.rows("select count(*) from custody.release_answer where answer is not null") == [
        (0,)
    ]
    before = objects(world)
    # 3. The bytes of what nobody opened: replaced, refused, barred and withdrawn.
    wait(world, periods.unopened)
    assert said(world, "bid.destroyed") == 4
    assert objects(world) < before
    left = world.rows(
        "select state, organization_id from sealed.submission where upload_id is not null"
    )
    assert sorted(left) == sorted(
        [("accepted", opened.organization), ("accepted", replaced.organization)]
    )
    assert world.document("offer.txt")
    # And then it rests.
    assert world.rows("select next_check_at from sealed.gate")[0][0] == rules.NEVER
    [[answers, bids]] = world.rows("select answers_deleted_at, bids_deleted_at from opened.ending")
    assert answers < bids


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_of_a_tender_that_came_to_nothing_no_byte_is_left(few: World, end: str) -> None:
    few.bidders(2)
    for [name] in few.rows("select argument from kit.outbox where task = 'bids.discard_object'"):
        with few.work.unit_as(Role.WORKER) as uow:
            bids.discard_object(uow, few.storage, name)
    if end == "cancelled":
        few.rows(
            """update notice.tender set status = 'cancelled', cancelled_at = kit.now(),
            cancel_reason = 'no money'"""
        )
        few.rows("update sealed.gate set state = 'cancelled'")
        few.move_to(few.key.terms.deadline)
        few.advance()
    else:
        few.close()
        few.ask()
    assert few.status() == few.state() == end
    wait(few, timedelta(0))
    assert objects(few) > 0
    wait(few, few.tools.periods.unopened + timedelta(seconds=1))
    assert objects(few) == 0
    assert said(few, "bid.destroyed") == 2
    wait(few, DAY)
    assert said(few, "bid.destroyed") == 2
