"""Bids whose screening is not decided when the others are opened."""

from uuid import uuid4

from sunseal.adjudications import service as adjudications
from sunseal.database import Role
from sunseal.screening.rules import Decision
from tests.opening.world import Firm, World

# A name without an identifier: nothing tells the two companies apart.
NAMESAKE = "B-7,company,同名建筑有限公司,,serious,a judgment,2020-01-01,"


def _pending(world: World) -> tuple[Firm, Firm]:
    world.lists(NAMESAKE)
    [other] = world.bidders(1)
    firm = world.firm("同名建筑有限公司").joined()
    firm.submit(firm.seal("7.00"))
    world.open()
    assert world.bids()[other.name][0] == "opened"
    assert world.outcomes() == ["opened", "pending"]
    assert not world.records()[-1].final
    return firm, other


def _adjudicate(world: World, firm: Firm, verdict: Decision) -> None:
    people = []
    for number in range(2):
        organization, person = uuid4(), uuid4()
        world.rows(
            """insert into registry.organization (id, name, name_key, kind, registered_at)
            values (%s, 's', 's', 'supervisor', kit.now())""",
            organization,
        )
        world.rows(
            """insert into registry.person (id, organization_id, name, email, role, password_hash,
            created_at) values (%s, %s, 'p', %s, 'supervisor', '-', kit.now())""",
            person,
            organization,
            f"{number}-{person}@example.cn",
        )
        people.append((person, organization))
    desk = world.database.desk
    with desk.unit_as(Role.SUPERVISOR, *people[0]) as uow:
        proposals = adjudications.propose(
            uow, firm.organization, "blacklist", "B-7", verdict, "the files were compared"
        )
    for proposal in proposals:
        with desk.unit_as(Role.SUPERVISOR, *people[1]) as uow:
            adjudications.confirm(uow, proposal.id)


def test_a_bid_that_is_cleared_is_opened_from_the_same_box(world: World) -> None:
    firm, _ = _pending(world)
    world.advance()
    assert len(world.requests()) == 1
    _adjudicate(world, firm, Decision.CLEAR)
    world.advance()
    assert len(world.requests()) == 2
    world.tick()
    world.answer(1, 2)
    world.advance()
    assert world.bids()[firm.name][:2] == ("opened", "7.00")
    assert world.records()[-1].final
    assert world.rows("select count(*) from sealed.share") == [(0,)]


def test_a_bid_is_barred_late_by_two_people_only(world: World) -> None:
    firm, _ = _pending(world)
    # Prices have been seen: the list alone, even with the same identifier, bars nobody now.
    code = "91440300100000000R"
    world.rows("update registry.organization set uscc = %s where id = %s", code, firm.organization)
    world.lists(NAMESAKE.replace(",,serious", f",{code},serious"))
    world.tick()
    world.advance()
    assert world.outcomes() == ["opened", "pending"]
    _adjudicate(world, firm, Decision.HIT)
    world.advance()
    world.tick()
    world.advance()
    assert world.outcomes() == ["barred", "opened"]
    assert world.records()[-1].final
    assert len(world.requests()) == 1


def test_without_lists_in_age_nobody_is_clear(world: World) -> None:
    world.bidders(2)
    world.rows("update registry.list_snapshot set published_at = published_at - interval '60 days'")
    world.open()
    assert world.outcomes() == ["pending", "pending"]
    world.lists()
    world.advance()
    world.tick()
    world.answer(2, 3, honest=False)
    world.advance()
    assert world.outcomes() == ["opened", "opened"]


def test_what_was_pending_counts_towards_the_minimum(few: World) -> None:
    few.lists(NAMESAKE)
    few.bidders(2)
    firm = few.firm("同名建筑有限公司").joined()
    firm.submit(firm.seal())
    few.open()
    assert few.outcomes() == ["opened", "opened", "pending"]
