"""Numbers of people's id cards: found again by digest, kept nowhere, and re-keyed without a gap."""

import logging
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from sunseal.database import Role
from sunseal.screening import person_ids
from sunseal.screening import service as screening
from sunseal.screening.lists import COLUMNS
from sunseal.screening.person_ids import NoPersonKey, Ring
from sunseal.screening.service.rekey import drop_older
from tests.support.database import TestDatabase

CARD, OTHER = "11010119900307803X", "110101199003070134"
HEAD = ",".join(COLUMNS)
LIST = f"{HEAD}\nP-1,person,张三,{CARD},serious,张三（{CARD}）行贿,2020-01-01,"


def test_a_number_has_one_digest_however_it_is_spelled(ring: Ring) -> None:
    spelled = ["１１０１０１１９９００３０７８０３Ｘ", " 110101199003 07803x "]
    assert {ring.digests(each)[1] for each in spelled} == {ring.digests(CARD)[1]}
    assert ring.digests(OTHER)[1] != ring.digests(CARD)[1]


def test_a_new_key_takes_old_digests_along_without_the_number(tmp_path: Path) -> None:
    old = person_ids.rotate(tmp_path)
    new = person_ids.rotate(tmp_path)
    assert new.keys[0] == old.keys[0]
    assert old.digests(CARD)[1] == new.digests(CARD)[1]
    assert new.carried(1, old.digests(CARD)[1]) == {2: new.digests(CARD)[2]}
    assert person_ids.read(tmp_path) == new
    assert (tmp_path / person_ids.FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [None, "", "{}", '{"keys": []}', '{"keys": ["00"]}', "x"])
def test_a_ring_that_cannot_be_used_is_none(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / person_ids.FILE).write_text(content)
    with pytest.raises(NoPersonKey):
        person_ids.read(tmp_path)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(CARD, "1101**********803X"), ("E12345678", "E123*5678"), ("G1234567", "******67")],
)
def test_what_may_be_shown_of_a_number(number: str, shown: str) -> None:
    assert person_ids.mask(number) == shown


def _import(database: TestDatabase, ring: Ring | None) -> UUID:
    with database.work.unit_as(Role.WORKER) as uow:
        return screening.import_list(uow, "blacklist", LIST.encode(), ring=ring).id


def everything(connection: psycopg.Connection[tuple[str]]) -> str:
    """Every row of every table as text, and what PostgreSQL was told to say."""
    tables = connection.execute(
        """select schemaname, tablename from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')"""
    ).fetchall()
    texts = []
    for schema, table in tables:
        query = sql.SQL("select coalesce(string_agg(t::text, chr(10)), '') from {} t")
        [row] = connection.execute(query.format(sql.Identifier(schema, table))).fetchall()
        texts.append(row[0])
    return "\n".join(texts)


def test_no_number_is_in_any_table_log_line_or_message(
    database: TestDatabase, ring: Ring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NoPersonKey) as refused:
        _import(database, None)
    _import(database, ring)
    with database.admin() as admin:
        told = everything(admin)
    found = told + caplog.text + str(refused.value)
    assert "1101**********803X" in told
    for number in (CARD, CARD[:-1], CARD.encode().hex()):
        assert number not in found


def test_a_key_is_changed_without_a_gap(database: TestDatabase, tmp_path: Path) -> None:
    """At every step somebody who is on a list is found by his number."""
    folder = tmp_path / "keys"
    _import(database, person_ids.rotate(folder))

    def found() -> bool:
        with database.admin() as admin:
            digests = list(person_ids.read(folder).digests(CARD).values())
            query = "select count(*) from registry.person_digest where digest = any(%s)"
            row = admin.execute(query, (digests,)).fetchone()
        return row is not None and row[0] > 0

    assert found()
    old = person_ids.read(folder)
    ring = person_ids.rotate(folder)
    assert found()
    with database.work.unit_as(Role.WORKER) as uow:
        assert screening.rekey(uow, ring) == 1
    assert found()
    # A worker that still had the old ring writes once more: the older digests are not dropped.
    _import(database, old)
    with database.work.unit_as(Role.WORKER) as uow:
        drop_older(uow, ring)
        assert screening.rekey(uow, ring) == 0
        drop_older(uow, ring)
    assert found()
    with database.admin() as admin:
        versions = admin.execute("select distinct version from registry.person_digest").fetchall()
    assert versions == [(2,)]


def test_only_the_worker_reads_digests(untouched: TestDatabase) -> None:
    for role in (Role.CENTRE, Role.SUPERVISOR, Role.OPERATOR):
        with (
            pytest.raises(Exception, match="role does not allow"),
            untouched.desk.unit_as(role, uuid4()) as uow,
        ):
            screening.rekey(uow, Ring((b"x" * 32,)))
