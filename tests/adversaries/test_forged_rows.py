"""Rows that an injection in a desk page would like to bring: a finished key, a published tender."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec.structs import replace
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from sunseal.settings import Settings
from sunseal_crypto import canonical, roster, terms
from sunseal_crypto.errors import Unverified
from sunseal_crypto.terms import Terms
from tests.custody.world import STEPS, World, custody_service, world_of
from tests.support.custodians import Council, hold
from tests.support.database import TestDatabase
from tests.support.service import guards, roster_of

CEREMONY = """
    insert into custody.ceremony (tender_id, envelope, attempt, state, terms, session, roster,
        notice, certificate, expires_at, created_at, ended_at)
    values (%s, '1', 2, %s, %s, %s, %s, '', %s, now() + interval '1 day', now(), %s)
"""
TENDER = """
    insert into notice.tender (reference, title, summary, tendering_party_id, tendering_party_name,
        agent_id, agent_name, status, statutory, deadline, not_before, minimum_bids, threshold,
        box_size, currency, notice, created_by, created_at, published_at)
    values ('F-1', '', '', kit.organization(), '', kit.organization(), '', %s, false, now(), now(),
        1, 2, 4, 'CNY', %s,
        gen_random_uuid(), now(), %s)
"""
WRITERS = ("as_centre", "as_tendering_party", "as_agent")


@pytest.fixture
def world(database: TestDatabase, settings: Settings) -> Iterator[World]:
    with custody_service(database, settings, n=3, witnesses=1) as service:
        yield world_of(service)


def terms_of(world: World) -> Terms:
    [[data]] = world.sql("select terms from custody.ceremony")
    return terms.parse(data)


def council(world: World, folder: Path, **changes: object) -> Council:
    """A key made by custodians who are all the attacker's, for terms of the attacker's choice."""
    theirs = guards(3)
    honest = terms_of(world)
    named = roster_of(honest.origin, folder, theirs, guards(1, first=4))
    agreed = replace(honest, roster=roster.fingerprint(named), attempt=2, **changes)
    return hold(theirs, named, replace(agreed, replaces=[bytes(64)]))


def row(world: World, made: Council, state: str) -> tuple[object, ...]:
    agreed = canonical.encode(made.key.terms)
    ended = None if state == "certify" else "2026-01-01"
    certificate = None if state == "certify" else made.certificate
    return (UUID(world.tender), state, agreed, made.session, made.roster_bytes, certificate, ended)


def test_no_desk_brings_a_finished_ceremony(world: World, tmp_path: Path) -> None:
    made = council(world, tmp_path / "theirs")
    with psycopg.connect(world.service.database.urls["desk"]) as desk:
        desk.execute("set local role as_centre")
        with pytest.raises(InsufficientPrivilege):
            desk.execute(CEREMONY, row(world, made, "complete"))


@pytest.mark.parametrize("sooner", [False, True], ids=["their key", "their key, and sooner"])
def test_the_worker_opens_no_box_for_a_key_that_the_notice_does_not_know(
    world: World, sooner: bool, tmp_path: Path
) -> None:
    """As if every policy had failed: the row is there, and the errand as well."""
    changes = {"not_before": terms_of(world).deadline} if sooner else {}
    made = council(world, tmp_path / "theirs", **changes)
    world.sql(CEREMONY, *row(world, made, "complete"))
    world.publish()
    with pytest.raises(Unverified, match="differ in"):
        world.open_gate()
    assert world.sql("select count(*) from sealed.gate") == [(0,)]


def test_a_ceremony_that_is_over_stays_as_it_is(world: World) -> None:
    world.finish(*STEPS)
    for statement in (
        "update custody.ceremony set state = 'failed'",
        "update custody.ceremony set certificate = 'x'",
        "delete from custody.ceremony",
    ):
        with pytest.raises(RestrictViolation, match="over"):
            world.sql(statement)


@pytest.mark.parametrize("role", WRITERS)
@pytest.mark.parametrize(
    ("status", "notice", "published"),
    [("published", b"n", "2026-01-01"), ("ceremony", b"n", None), ("draft", None, "2026-01-01")],
    ids=["published", "fixed", "a draft for everybody"],
)
def test_no_desk_brings_a_published_tender(
    untouched: TestDatabase, role: str, status: str, notice: bytes | None, published: str | None
) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute("select set_config('sunseal.organization', %s, true)", (str(uuid4()),))
        desk.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        desk.execute("savepoint a_draft_is_taken")
        desk.execute(TENDER, ("draft", None, None))
        desk.execute("rollback to a_draft_is_taken")
        with pytest.raises(InsufficientPrivilege):
            desk.execute(TENDER, (status, notice, published))


WORKERS_OWN = (
    "update sealed.gate set deadline = deadline + interval '1 hour'",
    "update sealed.gate set not_before = deadline",
    "update sealed.gate set recipient = 'age1other', key_id = 'x', terms = 'x'",
    "update sealed.gate set minimum_bids = 0",
    "update sealed.event set detail = 'x', commitment = 'x'",
    "update sealed.joining set organization_id = gen_random_uuid()",
    "update sealed.box_leaf set detail = 'x'",
    "delete from sealed.gate",
    "delete from sealed.event",
    "delete from sealed.joining",
    "delete from sealed.box_leaf",
)
BIDDERS_OWN = (
    "insert into sealed.event (nonce, detail, commitment, at, tick) values ('', '', '', now(), 1)",
    "insert into sealed.event (nonce, detail, commitment, revealed) values ('', '', '', true)",
    "insert into sealed.gate (tender_id) values (gen_random_uuid())",
)


@pytest.mark.parametrize(
    ("login", "role", "statement"),
    [("work", "as_worker", one) for one in WORKERS_OWN]
    + [("box", "as_bidder", one) for one in BIDDERS_OWN],
)
def test_not_even_their_own_side_rewrites_the_box(
    untouched: TestDatabase, login: str, role: str, statement: str
) -> None:
    with psycopg.connect(untouched.urls[login]) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement.encode())


EVERYBODYS = {
    "kit.now()",
    "kit.actor()",
    "kit.organization()",
    "kit.practice()",
    "registry.on_this_side(text)",
}
FUNCTIONS = """
    select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('kit', 'registry', 'notice', 'custody', 'sealed', 'opened', 'audit')
      and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
          where acl.grantee = 0 and acl.privilege_type = 'EXECUTE')
"""
UNSAFE = """
    select p.oid::regprocedure::text from pg_proc p
    where p.prosecdef and p.proowner = 'sunseal_owner'::regrole
      and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
"""


def test_a_function_is_everybodys_only_by_name(database: TestDatabase) -> None:
    with database.admin() as admin:
        admin.execute("set role sunseal_owner")
        admin.execute("create function sealed.later() returns int language sql as 'select 1'")
        admin.execute("create table sealed.later (id int)")
        open_to_all = {one for [one] in admin.execute(FUNCTIONS).fetchall()}
        assert admin.execute(UNSAFE).fetchall() == []
        [readers] = admin.execute(
            """select count(*) from pg_roles r where rolname like 'as\\_%'
            and has_table_privilege(rolname, 'sealed.later', 'select')"""
        ).fetchone() or (None,)
    assert open_to_all == EVERYBODYS
    assert readers == 0
