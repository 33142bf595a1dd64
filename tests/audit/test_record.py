"""Entries and deeds stand and fall together; nobody rewrites or peeps."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from sunseal import outbox
from sunseal.audit import service
from sunseal.database import Role
from sunseal.errors import Forbidden, Refused
from sunseal.tenders.service.progress import OPEN_GATE
from sunseal_crypto import event
from sunseal_crypto.tick import commitment
from tests.audit.world import NOON, World

DESK_ROLES = [role for role in Role if role not in (Role.WORKER, Role.BIDDER)]
TABLES = ["entry", "tick", "tick_seed", "checkpoint", "cosignature", "tile", "head"]


def test_an_entry_says_who_did_what_and_commits_to_it(world: World) -> None:
    made = world.record("tender.create", data={"reference": "A-1"}, reason="a reason")
    said = event.decode(made.detail)
    assert (said.action, said.role, said.data) == (
        "tender.create",
        "as_centre",
        {"reference": "A-1"},
    )
    assert made.commitment == commitment(made.nonce, made.detail)
    stored = world.rows("select commitment, actor, role, action, reason from audit.entry")
    assert stored == [(made.commitment, said.actor, "as_centre", "tender.create", "a reason")]


RAW = text("select audit.record(null, :public, :first, :nonce, :detail)")


def _detail(role: str) -> bytes:
    said = event.LogEvent(
        version="sunseal/event/v1",
        id="1",
        at=NOON,
        actor="somebody",
        role=role,
        action="an.action",
        object="o",
        outcome="done",
        reason="",
        data={},
    )
    return event.encode(said)


def test_the_database_reads_columns_and_commitment_out_of_the_detail(world: World) -> None:
    row = {"public": False, "first": False, "nonce": b"n" * 32, "detail": _detail("as_agent")}
    with world.unit(Role.AGENT, uuid4()) as uow:
        uow.session.execute(RAW, row)
    stored = world.rows("select commitment, role, actor, action, at from audit.entry")
    expected = (commitment(b"n" * 32, row["detail"]), "as_agent", "somebody", "an.action", NOON)  # type: ignore[arg-type]
    assert stored == [expected]


@pytest.mark.parametrize(
    "changes",
    [
        {"detail": _detail("as_centre")},
        {"nonce": b"n" * 31},
        {"public": True},
        {"first": True},
    ],
    ids=["another's role", "a nonce too short", "public", "before all others"],
)
def test_an_entry_that_is_not_the_caller_s_to_make(
    world: World, changes: dict[str, object]
) -> None:
    row = {"public": False, "first": False, "nonce": b"n" * 32, "detail": _detail("as_agent")}
    with pytest.raises(Forbidden), world.unit(Role.AGENT, uuid4()) as uow:
        uow.session.execute(RAW, row | changes)
    assert world.rows("select action from audit.entry") == [("access.refused",)]


def test_a_deed_that_fails_leaves_no_entry_and_an_entry_no_deed(world: World) -> None:
    def fail() -> None:
        with world.unit(Role.CENTRE, uuid4()) as uow:
            outbox.add(uow, OPEN_GATE, None)
            service.record(uow, "tender.create", "tender/1")
            raise Refused("the timetable says no")

    with pytest.raises(Refused):
        fail()
    assert world.rows("select action from audit.entry") == []
    assert world.rows("select task from kit.outbox") == []


def test_a_refused_access_is_logged_after_the_rollback(world: World) -> None:
    person = uuid4()

    def overreach() -> None:
        with world.unit(Role.CENTRE, person) as uow:
            outbox.add(uow, OPEN_GATE, None)
            uow.require(Role.SUPERVISOR)

    with pytest.raises(Forbidden):
        overreach()
    found = world.rows("select actor, role, action, outcome, reason from audit.entry")
    assert found == [(str(person), "as_centre", "access.refused", "refused", "forbidden")]
    assert world.rows("select task from kit.outbox") == []


def test_what_the_database_refuses_is_logged_as_well(world: World) -> None:
    with pytest.raises(Forbidden), world.unit(Role.CENTRE, uuid4()) as uow:
        uow.session.execute(text("select * from sealed.joining"))
    assert world.rows("select action, outcome from audit.entry") == [("access.refused", "refused")]


@pytest.mark.parametrize("role", list(Role))
def test_nobody_changes_or_deletes_what_the_log_holds(world: World, role: Role) -> None:
    world.record()
    world.tick()
    world.cosign()
    statements = [f"delete from audit.{table}" for table in TABLES]
    statements += [
        "update audit.entry set detail = ''",
        "update audit.entry set outcome = 'done'",
        "update audit.tick set leaf = ''",
        "update audit.tick_seed set seed = ''",
        "update audit.checkpoint set note = ''",
        "update audit.cosignature set line = ''",
        "truncate audit.entry cascade",
    ]
    for statement in statements:
        with pytest.raises(Forbidden), world.unit(role, uuid4(), uuid4()) as uow:
            uow.session.execute(text(statement))


@pytest.mark.parametrize("role", DESK_ROLES)
def test_the_desk_cannot_read_what_is_sealed(world: World, role: Role) -> None:
    world.record_sealed(uuid4(), uuid4())
    world.tick()
    queries = ["select commitment from sealed.event", "select count(*) from sealed.event"]
    queries += ["select seed from sealed.tick_seed", "select tick from sealed.event"]
    for query in queries:
        with pytest.raises(Forbidden), world.unit(role, uuid4(), uuid4()) as uow:
            uow.session.execute(text(query)).all()


def test_a_bidder_reads_its_own_events_alone(world: World) -> None:
    own, other, tender = uuid4(), uuid4(), uuid4()
    mine = world.record_sealed(tender, own)
    world.record_sealed(tender, other)
    with world.unit(Role.BIDDER, uuid4(), own) as uow:
        seen = uow.session.scalars(text("select commitment from sealed.event")).all()
    assert [bytes(each) for each in seen] == [mine.commitment]


@pytest.mark.parametrize("role", [Role.CENTRE, Role.TENDERING_PARTY, Role.AGENT, Role.OPERATOR])
def test_staff_cannot_read_the_log_s_entries(world: World, role: Role) -> None:
    world.record()
    with pytest.raises(Forbidden), world.unit(role, uuid4()) as uow:
        uow.session.execute(text("select detail from audit.entry")).all()


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.BIDDER, Role.CUSTODIAN])
def test_others_read_public_entries_alone(world: World, role: Role) -> None:
    world.record("tender.create")
    shown = world.record("ceremony.certificate", public=True)
    with world.unit(role, uuid4(), uuid4()) as uow:
        seen = uow.session.scalars(text("select commitment from audit.entry")).all()
    assert [bytes(each) for each in seen] == [shown.commitment]
