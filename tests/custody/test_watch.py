"""An hour before a deadline somebody is told whom to call; and who may know and write that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg.errors import InsufficientPrivilege

from sunseal.app import create_app
from sunseal.custody import service
from sunseal.custody.errors import NotInRoster
from sunseal.database import Role
from sunseal.errors import Forbidden, Unauthenticated
from sunseal_tasks import custody as tasks
from sunseal_tasks import supervision
from sunseal_tasks.workshop import Workshop
from tests.opening.world import World, make_world
from tests.supervision.test_alerts import Inbox, post_office
from tests.support.database import maker

__all__ = ["post_office"]

HOUR = timedelta(minutes=60)
SEEN = """
    insert into custody.presence (name, seen_at) values (%s, kit.now())
    on conflict (name) do update set seen_at = kit.now()
"""
CLERK = """
    with centre as (
        insert into registry.organization (name, name_key, kind, registered_at)
        values ('交易中心', %s, 'centre', kit.now()) returning id)
    insert into registry.person (organization_id, name, email, role, administrator, password_hash,
        created_at) select id, '周敏', %s, 'centre', %s, '-', kit.now() from centre
"""


@pytest.fixture(scope="module")
def world(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with maker(embedded, template) as make:
        yield make_world(make(), tmp_path_factory.mktemp("watch"))


@pytest.fixture(autouse=True)
def awake(world: World) -> None:
    """All programs have just asked, and the deadline is twenty minutes away."""
    deadline = world.key.terms.deadline
    [(now,)] = world.rows("select kit.now()")
    world.move(deadline - timedelta(minutes=20) - now)
    for guard in world.guards:
        world.rows(SEEN, guard.name)


def look(world: World, role: Role = Role.CENTRE, window: timedelta = HOUR) -> service.Watch:
    with world.database.desk.unit_as(role, uuid4(), uuid4()) as uow:
        return service.look(uow, world.roster, window)


def fall_silent(world: World, name: str, minutes: int = 3) -> None:
    world.rows(
        "update custody.presence set seen_at = kit.now() - make_interval(mins => %s)"
        " where name = %s",
        minutes,
        name,
    )


def test_all_quiet_while_everybody_is_there(world: World) -> None:
    found = look(world)
    assert [each.event for each in found.near] == ["deadline"]
    assert [each.event for each in look(world, window=2 * HOUR).near] == ["deadline", "opening"]
    assert not found.alarms


def test_a_silent_custodian_is_named_with_its_number_an_hour_before(world: World) -> None:
    name = world.guards[0].name
    with world.database.desk.unit_as(Role.CENTRE, uuid4(), uuid4()) as uow:
        service.enter(uow, world.roster, name, "王工", "021 5550 0000")
    fall_silent(world, name)
    found = look(world)
    assert found.alarms
    [one] = found.silent
    assert one.name == name
    assert one.contact is not None
    assert one.contact.phone == "021 5550 0000"
    assert one.seen_at is not None
    assert not look(world, window=timedelta(minutes=10)).alarms


def test_a_custodian_that_was_never_heard_of_is_silent(world: World) -> None:
    """Its program was never started: there is no word of it to be old."""
    name = world.guards[0].name
    world.rows("delete from custody.presence where name = %s", name)
    found = look(world)
    assert found.alarms
    assert [(each.name, each.seen_at) for each in found.silent] == [(name, None)]


def test_a_silent_witness_alarms_nobody(world: World) -> None:
    witness = world.roster.witnesses[0].name
    world.rows(SEEN, witness)
    fall_silent(world, witness)
    assert not look(world).alarms


def test_a_number_is_never_overwritten_and_the_log_does_not_hold_it(world: World) -> None:
    name = world.guards[1].name
    people = [uuid4(), uuid4()]
    for person, phone in zip(people, ("111", "222"), strict=True):
        with world.database.desk.unit_as(Role.OPERATOR, person, uuid4()) as uow:
            service.enter(uow, world.roster, name, "值班", phone)
    rows = world.rows(
        "select phone, entered_by from custody.contact where name = %s order by entered_at", name
    )
    assert rows == [("111", people[0]), ("222", people[1])]
    details = world.rows(
        "select convert_from(detail, 'UTF8') from audit.entry where action = 'custody.contact'"
        " and object = %s",
        f"custodian/{name}",
    )
    assert len(details) == 2
    assert not any('"222"' in detail or "值班" in detail for (detail,) in details)


def test_a_stranger_to_the_roster_gets_no_number(world: World) -> None:
    with (
        pytest.raises(NotInRoster),
        world.database.desk.unit_as(Role.CENTRE, uuid4(), uuid4()) as uow,
    ):
        service.enter(uow, world.roster, "某某托管", "王工", "12345")


OUTSIDE = (Role.TENDERING_PARTY, Role.AGENT, Role.PUBLIC, Role.CUSTODIAN)


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_else_looks_or_enters(world: World, role: Role) -> None:
    with pytest.raises(Unauthenticated if role is Role.PUBLIC else Forbidden):
        look(world, role)


READ = "select phone from custody.contact"
WRITE = """
    insert into custody.contact (id, name, person, phone, entered_by)
    values (gen_random_uuid(), 'x', 'x', '12345', '{}')
"""
REFUSED = {
    "a visitor reads numbers": ("desk", "as_public", READ),
    "a party reads numbers": ("desk", "as_tendering_party", READ),
    "an agent reads numbers": ("desk", "as_agent", READ),
    "a bidder reads numbers": ("box", "as_bidder", READ),
    "a supervisor enters one": ("desk", "as_supervisor", WRITE),
    "a custodian enters one": ("desk", "as_custodian", WRITE),
    "a clerk enters one in another's name": ("desk", "as_centre", WRITE.format(uuid4())),
    "a clerk changes one": ("desk", "as_centre", "update custody.contact set phone = '12345'"),
    "an operator removes one": ("desk", "as_operator", "delete from custody.contact"),
}


@pytest.mark.parametrize(("login", "role", "statement"), REFUSED.values(), ids=REFUSED.keys())
def test_the_database_refuses(world: World, login: str, role: str, statement: str) -> None:
    me = str(uuid4())
    with psycopg.connect(world.database.urls[login]) as connection:
        connection.execute(
            "select set_config('role', %s, true), set_config('sunseal.actor', %s, true)", (role, me)
        )
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement.replace("{}", me).encode())


def test_a_custodian_sees_its_own_number_alone(world: World) -> None:
    mine, other = world.guards[2].name, world.guards[3].name
    place = uuid4()
    world.rows(
        "insert into registry.organization (id, name, name_key, kind, registered_at)"
        " values (%s, %s, %s, 'custodian', kit.now())",
        place,
        mine,
        mine,
    )
    for name in (mine, other):
        with world.database.desk.unit_as(Role.CENTRE, uuid4(), uuid4()) as uow:
            service.enter(uow, world.roster, name, "王工", "12345")
    with world.database.desk.unit_as(Role.CUSTODIAN, uuid4(), place) as uow:
        own = service.own(uow, world.roster)
        rows = uow.session.connection().exec_driver_sql("select name from custody.contact").all()
    assert own.contact is not None
    assert [tuple(row) for row in rows] == [(mine,)]


def test_the_centre_gets_one_letter_for_each_silence_and_event(
    world: World, post_office: Inbox
) -> None:
    """With the number in no letter: that leaves the house."""
    settings = replace(world.settings, smtp_url=post_office.url, mail_from="platform@example.cn")
    settings = replace(settings, watch_minutes=120)
    shop = Workshop(settings, world.work, world.storage, world.keys)
    for email, administrator in (("chief@centre.cn", True), ("clerk@centre.cn", False)):
        world.rows(CLERK, email, email, administrator)
    name = world.guards[0].name
    fall_silent(world, name)
    world.rows("delete from supervision.alert")
    for _ in range(2):
        tasks.watch(shop, UUID(int=0))
    alerts = world.rows("select id, channel, body from supervision.alert")
    assert [channel for _, channel, _ in alerts] == ["centre", "centre"]
    for alert, _, body in alerts:
        assert name in body
        assert "021 5550" not in body
        supervision.alert(shop, alert)
    assert len(post_office.received) == 2
    for envelope, _ in post_office.received:
        assert "chief@centre.cn" in envelope["rcpt"]
        assert "clerk@centre.cn" not in envelope["rcpt"]


def test_pages_are_for_those_who_watch(world: World) -> None:
    with TestClient(create_app(world.settings)) as client:
        for path in ("/work/custodians", "/work/custodians/alarm", "/custodian"):
            answer = client.get(path, follow_redirects=False)
            assert answer.status_code == 303, path
            assert "tel:" not in answer.text
        hall = client.get(f"/tenders/{world.tender}/hall")
        assert hall.status_code == 200
        assert "/work/custodians" not in hall.text
