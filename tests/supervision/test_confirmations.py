"""Two people of two organizations, within a day, or nothing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from sunseal.confirmations import service as confirmations
from sunseal.confirmations.errors import (
    AlreadyConfirmed,
    NoSuchProposal,
    NotAnother,
    ProposalExpired,
)
from sunseal.confirmations.rules import Matter
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal.supervision import service
from sunseal.supervision.errors import NothingToRead
from tests.supervision.world import CHANNELS, REASON, World

SECRETS = ("header", "object", "size", "sha256", "organization", "statement_bytes", "digest")


@pytest.fixture
def tender(shared: World) -> UUID:
    return shared.tender()


def propose(world: World, tender: UUID, who: str = "operator") -> UUID:
    with world.unit(who) as uow:
        return service.propose(uow, tender, REASON).id


def confirm(world: World, proposal: UUID, who: str = "supervisor") -> None:
    with world.unit(who) as uow:
        confirmations.confirm(uow, proposal, REASON)


def prepare(world: World, proposal: UUID) -> None:
    with world.worker() as uow:
        service.prepare(uow, proposal)


def read(world: World, proposal: UUID, who: str = "operator") -> dict[str, Any]:
    with world.unit(who) as uow:
        return service.read(uow, proposal)


def fill(world: World, tender: UUID) -> dict[str, str]:
    """A bidder with half an upload, and everything that must not be told about it."""
    secrets = {name: uuid4().hex for name in ("statement", "signature", "digest", "sha", "key")}
    organization, joining, submission, upload = uuid4(), uuid4(), uuid4(), uuid4()
    header, piece = uuid4(), uuid4()
    with world.database.admin() as admin:
        admin.execute(
            "insert into sealed.joining values (%s, %s, '1', %s, %s, %s, %s, %s, %s, now())",
            (
                joining,
                tender,
                organization,
                uuid4(),
                uuid4().bytes * 2,
                secrets["statement"].encode(),
                secrets["signature"].encode(),
                secrets["key"].encode(),
            ),
        )
        admin.execute(
            """insert into sealed.submission (id, joining_id, organization_id, action, sequence,
                statement, signature, digest, size, sha256, state, upload_id, header_object,
                committed_at)
            values (%s, %s, %s, 'submit', 1, %s, %s, %s, 987654, %s, 'committed', %s, %s, now())""",
            (
                submission,
                joining,
                organization,
                secrets["statement"].encode(),
                secrets["signature"].encode(),
                secrets["digest"].encode(),
                secrets["sha"].encode(),
                upload,
                header,
            ),
        )
        admin.execute(
            "insert into sealed.upload values (%s, %s, %s, 987654, now(), now())",
            (upload, organization, submission),
        )
        admin.execute(
            "insert into sealed.segment values (%s, 0, 500000, %s, %s, %s)",
            (upload, secrets["sha"].encode(), piece, organization),
        )
    more = {"header": header, "piece": piece, "organization": organization, "upload": upload}
    return secrets | {name: str(value) for name, value in more.items()} | {"size": "987654"}


def test_two_people_see_states_once_and_nothing_of_the_content(shared: World, tender: UUID) -> None:
    secrets = fill(shared, tender)
    proposal = propose(shared, tender)
    confirm(shared, proposal)
    prepare(shared, proposal)
    prepare(shared, proposal)
    seen = read(shared, proposal)
    [statement] = seen["statements"]
    assert seen.keys() == {"tender", "envelopes", "statements"}
    assert statement.keys() == {
        "pseudonym",
        "action",
        "sequence",
        "state",
        "promised",
        "logged",
        "stored_percent",
    }
    assert (statement["state"], statement["stored_percent"]) == ("committed", 50)
    for name, secret in secrets.items():
        assert secret not in str(seen), name
        assert secret.encode().hex() not in str(seen), name
    with pytest.raises(NothingToRead):
        read(shared, proposal)
    actions = [
        row[0]
        for row in shared.log.rows(
            "select action from audit.entry where object = :o order by at",
            o=f"tender/{tender}",
        )
    ]
    assert sorted(actions) == sorted(
        ["confirmation.propose", "confirmation.confirm", "break-glass.made", "break-glass.read"]
    )


def test_supervisors_are_told_at_every_stage_and_of_no_words(shared: World, tender: UUID) -> None:
    proposal = propose(shared, tender)
    for act, stages in (
        (lambda: None, 1),
        (lambda: confirm(shared, proposal), 2),
        (lambda: (prepare(shared, proposal), read(shared, proposal)), 3),
    ):
        act()
        for _ in range(2):
            with shared.worker() as uow:
                service.announce(uow, proposal, CHANNELS)
        told = shared.log.rows(
            "select occasion, body from supervision.alert where cause = :c", c=proposal
        )
        assert len(told) == stages * len(CHANNELS)
        assert all(REASON not in body for _, body in told)
    errands = shared.log.rows(
        "select count(*) from kit.outbox where task = 'supervision.announce' and argument = :p",
        p=proposal,
    )
    assert errands == [(3,)]


def test_one_person_alone_gets_nothing(shared: World, tender: UUID) -> None:
    proposal = propose(shared, tender)
    with pytest.raises(Exception, match="Nobody looks into the box alone"):
        prepare(shared, proposal)
    with pytest.raises(NothingToRead):
        read(shared, proposal)
    with pytest.raises(Forbidden):
        confirm(shared, proposal, "operator")


def test_one_organization_twice_gets_nothing(shared: World, tender: UUID) -> None:
    name = f"inspector-{uuid4().hex[:8]}"
    shared.add(name, "supervisor", beside="operator")
    proposal = propose(shared, tender)
    with pytest.raises(NotAnother):
        confirm(shared, proposal, name)
    with pytest.raises(Exception, match="Nobody looks into the box alone"):
        prepare(shared, proposal)


def test_another_operator_does_not_read_what_a_colleague_asked_for(
    shared: World, tender: UUID
) -> None:
    name = f"colleague-{uuid4().hex[:8]}"
    shared.add(name, "operator", beside="operator")
    proposal = propose(shared, tender)
    confirm(shared, proposal)
    prepare(shared, proposal)
    for who in (name, "supervisor"):
        with pytest.raises((NothingToRead, Forbidden)):
            read(shared, proposal, who)
    assert read(shared, proposal)["tender"] == str(tender)


def test_a_proposal_ends_and_is_confirmed_once(shared: World, tender: UUID) -> None:
    proposal = propose(shared, tender)
    confirm(shared, proposal)
    with pytest.raises(AlreadyConfirmed):
        confirm(shared, proposal)
    late = propose(shared, tender)
    with shared.database.admin() as admin:
        admin.execute("update supervision.proposal set expires_at = '2020-01-01'")
    with pytest.raises(ProposalExpired):
        confirm(shared, late)
    with pytest.raises(NoSuchProposal):
        confirm(shared, uuid4())


def test_what_nobody_fetched_within_an_hour_is_gone(shared: World, tender: UUID) -> None:
    proposal = propose(shared, tender)
    confirm(shared, proposal)
    prepare(shared, proposal)
    with shared.database.admin() as admin:
        admin.execute("update supervision.glimpse set made_at = made_at - interval '2 hours'")
    with pytest.raises(NothingToRead):
        read(shared, proposal)


def test_other_matters_wait_for_people_and_give_no_look(shared: World) -> None:
    with shared.unit("operator") as uow:
        proposal = confirmations.propose(uow, Matter.EXPORT_SEALED, "backup", REASON).id
    confirm(shared, proposal)
    with pytest.raises(Exception, match="Nobody looks into the box alone"), shared.worker() as uow:
        uow.session.connection().exec_driver_sql(
            f"insert into supervision.glimpse (proposal_id, body) values ('{proposal}', '{{}}')"
        )


@pytest.mark.parametrize("who", ["centre", "supervisor"])
def test_only_operators_propose(shared: World, tender: UUID, who: str) -> None:
    with pytest.raises(Forbidden):
        propose(shared, tender, who)


Forge = Callable[[World, UUID], tuple[str, Role, str]]
FORGERIES: dict[str, Forge] = {
    "a proposal in another's name": lambda w, _: (
        "desk",
        Role.OPERATOR,
        "insert into supervision.proposal (matter, object, reason, proposed_by, entry_id) values"
        f" ('break-glass', 'x', 'ten letters', '{w.people['supervisor'].id}', gen_random_uuid())",
    ),
    "a proposal that never ends": lambda w, _: (
        "desk",
        Role.OPERATOR,
        "insert into supervision.proposal (matter, object, reason, proposed_by, entry_id,"
        f" expires_at) values ('break-glass', 'x', 'ten letters', '{w.people['operator'].id}',"
        " gen_random_uuid(), 'infinity')",
    ),
    "the operator as its own supervisor": lambda w, p: (
        "desk",
        Role.SUPERVISOR,
        "insert into supervision.confirmation (proposal_id, reason, confirmed_by, entry_id) values"
        f" ('{p}', 'ten letters', '{w.people['operator'].id}', gen_random_uuid())",
    ),
    "the worker as two people": lambda w, p: (
        "work",
        Role.WORKER,
        "insert into supervision.confirmation (proposal_id, reason, confirmed_by, entry_id) values"
        f" ('{p}', 'ten letters', '{w.people['supervisor'].id}', gen_random_uuid())",
    ),
    "the look itself, by its table": lambda w, p: (
        "desk",
        Role.OPERATOR,
        "select body from supervision.glimpse",
    ),
    "sign-ins, by the centre": lambda w, p: (
        "desk",
        Role.CENTRE,
        "select address from supervision.sign_in",
    ),
    "sign-ins, by supervisors": lambda w, p: (
        "desk",
        Role.SUPERVISOR,
        "select address from supervision.sign_in",
    ),
    "sign-ins, by the door": lambda w, p: (
        "desk",
        Role.DOOR,
        "select address from supervision.sign_in",
    ),
    "a finding made away with": lambda w, p: (
        "work",
        Role.WORKER,
        "delete from supervision.finding",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_the_database_itself_refuses(shared: World, tender: UUID, name: str) -> None:
    proposal = propose(shared, tender)
    login, role, statement = FORGERIES[name](shared, proposal)
    with psycopg.connect(shared.database.urls[login]) as connection:
        connection.execute("select set_config('role', %s, true)", (role.value,))
        actor = str(shared.people["operator"].id)
        connection.execute("select set_config('sunseal.actor', %s, true)", (actor,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
