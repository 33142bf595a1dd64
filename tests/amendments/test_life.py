"""An amended tender from its first bid to a bundle that verifies, and what insiders do to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sunseal.database import Role
from sunseal.organizations import rules, service
from sunseal_crypto import signing
from tests.amendments.world import HOUR, Amended, Person
from tests.manipulations.scene import Cosigners, Scene
from tests.opening.world import make_world
from tests.support.database import maker


@pytest.fixture(scope="module")
def life(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Scene, Amended]]:
    """One installation, in which everybody is registered and the tender takes bids."""
    clerk, centre = Person(Role.TENDERING_PARTY), Person(Role.CENTRE)
    keys = [clerk.key.public, centre.key.public]
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path_factory.mktemp("life"), amenders=keys)
        scene = Scene(world, Cosigners(world.guards))
        scene.settle_in()
        for who, kind in ((clerk, "tendering_party"), (centre, "centre")):
            who.person = scene.staff[kind]
            who.organization = scene.one(
                "select organization_id from registry.person where id = %s", who.person
            )
            enrol(scene, who)
        seats = [
            Person(Role.CUSTODIAN, organization, person, guard.identity)
            for (person, organization), guard in zip(scene.seats, world.guards, strict=False)
        ]
        scene.sql("update notice.tender set tendering_party_id = %s", clerk.organization)
        scene.publish()
        town = Amended(world, clerk, centre, seats)
        town.tick = scene.tick  # type: ignore[method-assign]
        yield scene, town


def enrol(scene: Scene, who: Person) -> None:
    """By the service, so that the log has it."""
    origin = scene.world.settings.origin
    message = rules.enrolment_message(origin, who.organization, who.key.public)
    proof = signing.sign_labelled(who.key, rules.ENROL_LABEL, message)
    with scene.desk.unit_as(who.role, who.person, who.organization) as uow:
        uow = replace(uow, actor=replace(uow.actor, administrator=True))
        service.enrol_key(uow, origin, who.key.public, proof)


def faults(scene: Scene) -> str:
    return "\n".join(map(str, scene.verdict().findings.faults))


def test_an_amended_tender_is_opened_at_its_later_time_and_the_bundle_verifies(
    life: tuple[Scene, Amended], tmp_path: Path
) -> None:
    scene, town = life
    world, published = scene.world, scene.world.key.terms
    early = scene.firms[0].joined()
    early.submit(early.seal("1001.00"))
    scene.tick()
    id_ = town.confirmed()
    town.acknowledge(id_, 1, 3)
    scene.tick()
    # Nobody looked when the tick came: the deadline itself finds the amendment.
    world.move_to(published.deadline)
    world.advance()
    assert town.timetable() == (published.deadline + HOUR, published.not_before + HOUR)
    scene.tick()
    late = scene.firms[1].joined()
    late.submit(late.seal("998.00"))
    scene.tick()
    assert faults(scene) == ""

    world.destroy_headers()
    world.move_to(published.deadline + HOUR)
    for _ in range(2):
        world.advance()
        scene.tick()
    assert world.state() == "closed"
    world.move_to(published.not_before)
    world.advance()
    assert world.requests() == []
    world.move_to(published.not_before + HOUR)
    for _ in range(2):
        world.advance()
        scene.tick()
    scene.finish()
    bids = world.bids()
    assert {bids[firm.name][:2] for firm in (early, late)} == {
        ("opened", "1001.00"),
        ("opened", "998.00"),
    }
    assert faults(scene) == ""

    # A superuser tidies up afterwards.
    gone = "delete from notice.postponement; delete from notice.amendment_confirmation"
    for statement in gone.split("; "):
        scene.sql(statement)
    told = faults(scene)
    assert "accepted after the deadline" in told
    assert "an amendment that the bundle does not show" in told
    assert "it was shut by a deadline of" in told


def test_a_deadline_moved_by_hand_is_named(embedded: Any, template: str, tmp_path: Path) -> None:
    """The administrator moves page and box; nobody else does anything wrong."""
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path)
        scene = Scene(world, Cosigners(world.guards))
        scene.settle_in()
        scene.publish()
        for table in ("notice.tender", "sealed.gate"):
            scene.sql(
                f"update {table} set deadline = deadline + interval '1 hour',"
                " not_before = not_before + interval '1 hour'"
            )
        world.move_to(world.key.terms.deadline + timedelta(minutes=30))
        firm = scene.firms[0].joined()
        firm.submit(firm.seal())
        scene.tick()
        world.move_to(world.key.terms.deadline + HOUR)
        world.rows("update sealed.gate set next_check_at = kit.now()")
        for _ in range(3):
            world.advance()
            scene.tick()
        told = faults(scene)
        assert "deadline: the table says" in told
        world.move_to(world.key.terms.not_before + HOUR)
        for _ in range(2):
            world.advance()
            scene.tick()
        scene.settle()
        told = faults(scene)
        assert "it was shut by a deadline of" in told
