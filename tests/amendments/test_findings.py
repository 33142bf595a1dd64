"""Supervisors hear of each postponement, and of each that no amendment made."""

from sunseal.database import Role
from sunseal.supervision.evidence import Evidence
from sunseal.supervision.rules.base import Circumstances, Fact
from sunseal.supervision.rules.moved_deadline import MovedDeadline
from tests.amendments.world import Amended


def found(town: Amended) -> list[Fact]:
    with town.world.work.unit_as(Role.WORKER) as uow:
        evidence = Evidence(uow.session, uow.now.replace(year=2000))
        return list(MovedDeadline().look(Circumstances(evidence, town.world.roster, uow.now)))


def test_an_amendment_in_force_is_a_finding_by_its_number(town: Amended) -> None:
    assert found(town) == []
    town.acknowledge(town.confirmed(), 1)
    town.tick()
    assert found(town) == []
    [amendment] = town.world.rows("select id from notice.amendment")
    town.acknowledge(amendment[0], 2)
    town.tick()
    [fact] = found(town)
    assert fact.sentence == "Amendment 1 postponed the deadline of tender T-1."
    town.postpone(2)
    assert [each.key[-1] for each in found(town)] == ["1", "2"]


def test_a_deadline_moved_without_the_custodians_is_another_finding(town: Amended) -> None:
    """A superuser moves page and box, and adds the row that would say why."""
    town.acknowledge(town.confirmed(), 1)
    town.tick()
    town.world.rows(
        "set session_replication_role = replica; "
        "update notice.tender set deadline = deadline + interval '1 hour', "
        "not_before = not_before + interval '1 hour'"
    )
    town.world.rows("update sealed.gate set deadline = deadline + interval '1 hour'")
    town.world.rows("insert into notice.postponement select id, kit.now() from notice.amendment")
    sentences = [fact.sentence for fact in found(town)]
    assert sentences == [
        "The deadline of tender T-1 is not the one in force.",
        "The not-before of tender T-1 is not the one in force.",
        "The deadline of the box of tender T-1 is not the one in force.",
    ]
