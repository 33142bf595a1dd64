"""What an operator does with staff, what takes two, and what he would try for himself."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg.errors import InsufficientPrivilege

from sunseal.administration import service as administration
from sunseal.administration.errors import NoSuchInvitation, TakesTwo
from sunseal.app import create_app
from sunseal.confirmations import service as confirmations
from sunseal.confirmations.rules import Matter
from sunseal.database import Role
from sunseal.organizations.errors import AlreadyRegistered
from sunseal.organizations.service import NewPerson
from sunseal.web import csrf
from tests.support.database import maker, settings_for
from tests.support.service import PASSWORD, Service, guards, roster_of

REASON = "丢了手机，也找不到恢复码"
OWN = """
    select p.id, p.organization_id from registry.person p where p.email = %s
"""


SESSION = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    values (%s, %s, 'session', kit.now(), kit.now() + interval '1 d')
"""
PERSON = """
    with place as (
        insert into registry.organization (name, name_key, kind, registered_at)
        values (%s, %s, %s, kit.now()) returning id)
    insert into registry.person (organization_id, name, email, role, administrator, password_hash,
        created_at) select id, '张三', %s, %s, true, %s, kit.now() from place
"""


@dataclass
class Office:
    service: Service
    operator: str = ""

    def rows(self, query: str, *values: object) -> list[Any]:
        with self.service.database.admin() as admin:
            found = admin.execute(query.encode(), values)
            return found.fetchall() if found.description else []

    def who(self, email: str) -> tuple[UUID, UUID]:
        """A person and its organization."""
        [(person, organization)] = self.rows(OWN, email)
        return person, organization

    def unit(self, role: Role, email: str) -> Any:
        return self.service.database.desk.unit_as(role, *self.who(email))

    def page(self, method: str, path: str, token: str, **form: str) -> Any:
        headers = {
            "host": "localhost",
            "sec-fetch-site": "same-origin",
            "cookie": f"session={token}; role=operator; language=en" if token else "language=en",
        }
        data = {**form, "csrf": csrf.token_of(token)} if method == "POST" else None
        return self.service.client.request(
            method, path, headers=headers, data=data, follow_redirects=False
        )

    def session(self, email: str) -> str:
        """Signed in without a password, which takes long."""
        token = secrets.token_urlsafe(24)
        digest, (person, _) = hashlib.sha256(token.encode()).digest(), self.who(email)
        self.rows(SESSION, digest, person)
        return token

    def sign_in(self, email: str, password: str = PASSWORD) -> int:
        form = {"email": email, "password": password}
        return int(self.service.client.post("/api/v1/sessions", json=form).status_code)

    def agree(self, matter: Matter, email: str, *, confirmed: bool = True) -> UUID:
        with self.unit(Role.OPERATOR, "operator@example.cn") as uow:
            proposal = confirmations.propose(uow, matter, email, REASON).id
        if confirmed:
            with self.unit(Role.SUPERVISOR, "supervisor@example.cn") as uow:
                confirmations.confirm(uow, proposal, REASON)
        return proposal

    def carry_out(self, proposal: UUID) -> None:
        with self.service.database.work.unit_as(Role.WORKER) as uow:
            administration.carry_out(uow, proposal)

    def is_disabled(self, email: str) -> bool:
        query = "select disabled_at is not null from registry.person where email = %s"
        return bool(self.rows(query, email)[0][0])


@pytest.fixture(scope="module")
def office(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with maker(embedded, template) as make:
        database, folder = make(), tmp_path_factory.mktemp("office")
        settings = settings_for(database, folder)
        custodians, witnesses = guards(3), guards(1, first=4)
        settings.roster.write_bytes(
            roster_of(settings.origin, settings.keys, custodians, witnesses)
        )
        with TestClient(create_app(settings)) as client:
            made = Service(client, database, settings, custodians, witnesses)
            one = Office(made)
            known = NewPerson("", "", PASSWORD).password_hash
            for kind in ("operator", "supervisor", "centre", "agent", "custodian", "bidder"):
                name = "第0建筑有限公司" if kind == "bidder" else kind
                email = f"{'firm0' if kind == 'bidder' else kind}@example.cn"
                one.rows(PERSON, name, name, kind, email, kind, known)
            one.operator = one.session("operator@example.cn")
            yield one


def test_an_operator_registers_a_centre_and_never_knows_a_password(office: Office) -> None:
    form = {"name": "新交易中心", "new_kind": "centre", "person": "周敏", "email": "zhou@new.cn"}
    shown = office.page("POST", "/admin/organizations", office.operator, **form)
    assert shown.status_code == 200, shown.text
    home = re.escape(office.service.settings.public_url)
    [path] = set(re.findall(rf"{home}(/invitations/[\w-]+)", shown.text))
    assert office.sign_in("zhou@new.cn", "correct horse battery") == 401
    chosen = {"password": "a long enough one", "again": "a long enough one"}
    assert office.page("POST", path, "", **chosen).status_code == 303
    assert office.sign_in("zhou@new.cn", "a long enough one") == 201
    again = office.page("POST", path, "", **dict.fromkeys(chosen, "somebody else's"))
    assert again.status_code == 404
    assert office.sign_in("zhou@new.cn", "a long enough one") == 201
    assert not office.rows(
        "select 1 from registry.invitation where position(%s in invitation::text) > 0",
        path.rpartition("/")[2],
    )


def test_a_guessed_invitation_sets_nobodys_password(office: Office) -> None:
    with (
        pytest.raises(NoSuchInvitation),
        office.service.database.desk.unit_as(Role.DOOR) as uow,
    ):
        administration.accept(uow, "guess", "$argon2id$x")


def test_disabled_staff_is_out_at_once_and_comes_back(office: Office) -> None:
    token = office.session("agent@example.cn")
    person, place = office.who("agent@example.cn")
    path = f"/admin/organizations/{place}/people/{person}"
    assert office.page("POST", path, office.operator, word="disable").status_code == 303
    me = office.service.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 401
    assert office.sign_in("agent@example.cn") == 401
    office.page("POST", path, office.operator, word="enable")
    assert office.sign_in("agent@example.cn") == 201
    actions = office.rows("select action from audit.entry where object = %s", f"person/{person}")
    assert {"person.disable", "person.enable"} <= {action for (action,) in actions}


def test_an_administrator_is_appointed_and_dismissed(office: Office) -> None:
    person, place = office.who("agent@example.cn")
    path = f"/admin/organizations/{place}/people/{person}"
    for word, expected in (("dismiss", False), ("appoint", True)):
        office.page("POST", path, office.operator, word=word)
        query = "select administrator from registry.person where id = %s"
        assert office.rows(query, person) == [(expected,)]
    assert office.page("POST", path, office.operator, word="").status_code == 404
    assert office.rows(query, person) == [(True,)], "what was not understood dismissed somebody"


WATCHERS = ("supervisor@example.cn", "custodian@example.cn", "operator@example.cn")


@pytest.mark.parametrize("email", WATCHERS)
def test_an_operator_alone_touches_nobody_who_watches_and_not_himself(
    office: Office, email: str
) -> None:
    person, _ = office.who(email)
    with pytest.raises(TakesTwo), office.unit(Role.OPERATOR, "operator@example.cn") as uow:
        administration.disable(uow, person)


@pytest.mark.parametrize("kind", ["supervisor", "custodian", "bidder"])
def test_an_operator_makes_no_supervisor_to_confirm_his_own_wishes(
    office: Office, kind: str
) -> None:
    person = administration.newcomer("自己", f"own-{kind}@example.cn")
    with pytest.raises(TakesTwo), office.unit(Role.OPERATOR, "operator@example.cn") as uow:
        administration.register(uow, "假监督", kind, person)
    form = {
        "name": "假监督",
        "kind": kind,
        "person": {"name": "x", "email": "x@x.cn", "password": PASSWORD},
    }
    answer = office.service.client.post(
        "/api/v1/authorities", json=form, headers={"Authorization": f"Bearer {office.operator}"}
    )
    assert answer.status_code in (400, 403)


def test_an_address_counts_once(office: Office) -> None:
    person = administration.newcomer("重复", "centre@example.cn")
    _, place = office.who("agent@example.cn")
    with pytest.raises(AlreadyRegistered), office.unit(Role.OPERATOR, "operator@example.cn") as uow:
        administration.add_person(uow, place, person, False)


SQL = {
    "enters a supervisor": "insert into registry.person (organization_id, name, email, role,"
    " administrator, password_hash, created_at) select organization_id, 'x', 'x@y.cn',"
    " 'supervisor', true, 'x', kit.now() from registry.person where role = 'supervisor'",
    "registers a supervisors' office": "insert into registry.organization (name, name_key, kind,"
    " registered_at) values ('x', 'x', 'supervisor', kit.now())",
    "gives a role": "update registry.person set role = 'supervisor' where role = 'centre'",
    "sets a password": "update registry.person set password_hash = 'x' where role = 'centre'",
    "invites a supervisor to a new password": "insert into registry.invitation (person_id, digest)"
    " select id, sha256('x') from registry.person where role = 'supervisor'",
    "invites a clerk who has one": "insert into registry.invitation (person_id, digest) select id,"
    " sha256('x') from registry.person where role = 'agent'",
    "invites by a guess": "select registry.accept_invitation('x', 'x')",
    "reads a digest": "select digest from registry.invitation",
    "reads errands": "select task from kit.outbox",
    "asks for what takes two": "insert into kit.outbox (task, argument)"
    " values ('administration.carry_out', gen_random_uuid())",
    "says that it was done": "insert into supervision.carried_out (proposal_id)"
    " select id from supervision.proposal",
}


@pytest.mark.parametrize("statement", SQL.values(), ids=SQL.keys())
def test_the_database_refuses_an_operators_sql(office: Office, statement: str) -> None:
    office.rows("update registry.person set created_at = kit.now() - interval '1 h'")
    person, place = office.who("operator@example.cn")
    with psycopg.connect(office.service.database.urls["desk"]) as desk:
        desk.execute(
            "select set_config('role', 'as_operator', true),"
            " set_config('sunseal.actor', %s, true), set_config('sunseal.organization', %s, true)",
            (str(person), str(place)),
        )
        with pytest.raises(InsufficientPrivilege):
            desk.execute(statement.encode())


@pytest.mark.parametrize("role", ["supervisor", "custodian", "operator"])
def test_sql_of_an_operator_disables_no_watcher(office: Office, role: str) -> None:
    person, _ = office.who("operator@example.cn")
    with psycopg.connect(office.service.database.urls["desk"]) as desk:
        desk.execute(
            "select set_config('role', 'as_operator', true), set_config('sunseal.actor', %s, true)",
            (str(person),),
        )
        done = desk.execute(
            "update registry.person set disabled_at = kit.now() where role = %s", (role,)
        )
        assert done.rowcount == 0
        desk.rollback()


def test_two_people_disable_a_custodian_and_one_does_not(office: Office) -> None:
    email = "custodian@example.cn"
    office.carry_out(office.agree(Matter.DISABLE_PERSON, email, confirmed=False))
    assert not office.is_disabled(email)
    proposal = office.agree(Matter.DISABLE_PERSON, email)
    [(asked,)] = office.rows(
        "select count(*) from kit.outbox where task = 'administration.carry_out' and argument = %s",
        proposal,
    )
    assert asked == 1
    office.carry_out(proposal)
    assert office.is_disabled(email)
    office.rows("update registry.person set disabled_at = null where email = %s", email)
    office.carry_out(proposal)
    assert not office.is_disabled(email), "what was agreed on once was done twice"


def test_two_people_reset_the_factors_of_staff_and_nobody_a_firms(office: Office) -> None:
    for email, left in (("centre@example.cn", 0), ("firm0@example.cn", 1)):
        person, _ = office.who(email)
        office.rows(
            "insert into registry.factor (person_id, secret, label, created_at, confirmed_at)"
            " values (%s, 'x', '', kit.now(), kit.now())",
            person,
        )
        office.carry_out(office.agree(Matter.RESET_FACTORS, email))
        query = "select count(*) from registry.factor where person_id = %s and removed_at is null"
        assert office.rows(query, person) == [(left,)]
        office.rows("delete from registry.factor where person_id = %s", person)


def test_another_matter_touches_no_account(office: Office) -> None:
    office.carry_out(office.agree(Matter.ADD_CUSTODIAN, "centre@example.cn"))
    assert not office.is_disabled("centre@example.cn")


NOBODYS = "00000000-0000-4000-8000-000000000000"
PATHS = ("/admin/health", "/admin/organizations", f"/admin/organizations/{NOBODYS}")


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_are_the_operators(office: Office, path: str) -> None:
    for email in ("supervisor", "centre", "agent", "firm0"):
        token = office.session(f"{email}@example.cn")
        assert office.page("GET", path, token).status_code == 403
    assert office.page("GET", path, "").status_code == 303


def test_of_a_firm_there_is_its_registration_and_nobody_of_its_people(office: Office) -> None:
    listed = office.page("GET", "/admin/organizations?kind=bidder", office.operator).text
    assert "第0建筑有限公司" in listed
    assert "firm0@example.cn" not in listed
    _, firm = office.who("firm0@example.cn")
    one = office.page("GET", f"/admin/organizations/{firm}", office.operator).text
    assert "firm0@example.cn" not in one
    assert "张三" not in one


def test_what_bidders_have_done_shows_in_no_figure_of_health(office: Office) -> None:
    """A thousand digests to check wait; of staff's errands there is one."""
    office.rows("delete from kit.outbox")
    for task, count in (("bids.check_digest", 1000), ("screening.check_submission", 10)):
        office.rows(
            "insert into kit.outbox (task, created_at, due_at) select %s,"
            " kit.now() - interval '5 min', kit.now() from generate_series(1, %s)",
            task,
            count,
        )
    with office.unit(Role.OPERATOR, "operator@example.cn") as uow:
        assert uow.session.connection().exec_driver_sql("select * from kit.backlog()").all() == [
            (0, None)
        ]
    office.rows(
        "insert into kit.outbox (task, created_at, due_at)"
        " values ('supervision.alert', kit.now() - interval '5 min', kit.now())"
    )
    with office.unit(Role.OPERATOR, "operator@example.cn") as uow:
        row = uow.session.connection().exec_driver_sql("select waiting from kit.backlog()").one()
    assert row[0] == 1
