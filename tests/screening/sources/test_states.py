"""Each source killed, slowed, emptied, cut short, corrupted and out of age: never clear, and named.

One database: each story begins where the last has recovered, which is part of what is tried.
"""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from sunseal.database import Database, Role, UnitOfWork
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.screening import service as screening
from sunseal.screening.lists import COLUMNS
from sunseal.screening.models import ListSource, Screening
from sunseal.screening.repository import ListRepository, ScreeningRepository
from sunseal.screening.rules import Source
from sunseal.screening.service.check import findings_in, subjects_of
from sunseal.screening.sources.connectors import State
from sunseal.screening.sources.http_registry import HttpRegistry
from tests.screening.sources.registry import Registry, access, record, serving
from tests.support.database import TestDatabase
from tests.support.service import PASSWORD, USCC

NOBODY = f"{','.join(COLUMNS)}\nX-1,company,查无此人有限公司,,serious,test,2020-01-01,"
RECORDS = [record(number) for number in range(5)]


@pytest.fixture(scope="module")
def work(untouched: TestDatabase) -> Database:
    work = untouched.work
    with work.unit_as(Role.WORKER) as uow:
        person = NewPerson("张三", "z@example.cn", PASSWORD)
        organizations.register_firm(uow, "第0建筑有限公司", USCC[0], None, person)
        screening.import_list(uow, "blacklist", NOBODY.encode())
    return work


@pytest.fixture(scope="module")
def registry(papers: Path) -> Iterator[Registry]:
    with serving(Registry(RECORDS, datetime.now(UTC)), papers) as registry:  # noqa: TID251
        yield registry


@pytest.fixture
def connector(registry: Registry, papers: Path) -> HttpRegistry:
    registry.mood, registry.records = "well", RECORDS
    return HttpRegistry("bribery", access(registry, papers, timeout=1.2), lambda _: None)


def _refresh(untouched: TestDatabase, work: Database, connector: HttpRegistry) -> State | None:
    with untouched.admin() as admin:
        admin.execute("update registry.list_source set next_fetch_at = null")
    return screening.refresh(work, connector)


def _only(uow: UnitOfWork) -> UUID:
    [firm] = ScreeningRepository(uow.session).firms()
    return firm


def _check(work: Database) -> Screening:
    with work.unit_as(Role.WORKER) as uow:
        row = screening.check_organization(uow, _only(uow))
        assert row is not None
        return row


def _states(row: Screening) -> dict[str, str]:
    return {each["source"]: each["state"] for each in row.evidence["lists"]}


BAD_DAYS = {
    "cut": State.UNREACHABLE,
    "busy": State.UNREACHABLE,
    "slow": State.TIMEOUT,
    "empty": State.ERROR,
    "truncated": State.ERROR,
    "corrupt": State.ERROR,
    "id card": State.ERROR,
}


@pytest.mark.parametrize("mood", BAD_DAYS)
def test_a_source_in_trouble_clears_nobody_and_recovers_by_itself(
    untouched: TestDatabase,
    work: Database,
    registry: Registry,
    connector: HttpRegistry,
    mood: str,
) -> None:
    assert _refresh(untouched, work, connector) is State.DONE
    assert _check(work).decision == "clear"
    registry.mood = mood
    assert _refresh(untouched, work, connector) is BAD_DAYS[mood]
    row = _check(work)
    assert row.decision == "needs_review"
    assert _states(row)["bribery"] == BAD_DAYS[mood]
    assert _states(row)["blacklist"] == "done"
    assert BAD_DAYS[mood] in row.sentence
    registry.mood = "well"
    assert _refresh(untouched, work, connector) is State.DONE
    assert _check(work).decision == "clear"


def test_a_list_out_of_age_is_stale(
    untouched: TestDatabase, work: Database, registry: Registry, connector: HttpRegistry
) -> None:
    with untouched.admin() as admin:
        admin.execute("update registry.list_source set max_age = '0' where code = 'bribery'")
        assert _refresh(untouched, work, connector) is State.STALE
        row = _check(work)
        assert (row.decision, _states(row)["bribery"]) == ("needs_review", "stale")
        admin.execute("update registry.list_source set max_age = '30 days'")
    assert _refresh(untouched, work, connector) is State.DONE


def test_a_shrunken_list_is_an_error_and_the_old_one_stays(
    untouched: TestDatabase, work: Database, registry: Registry, connector: HttpRegistry
) -> None:
    assert _refresh(untouched, work, connector) is State.DONE
    before = _check(work).evidence["lists"]
    registry.records = RECORDS[:2]
    assert _refresh(untouched, work, connector) is State.ERROR
    after = _check(work).evidence["lists"]
    assert [each["snapshot"] for each in after] == [each["snapshot"] for each in before]


def test_a_source_in_trouble_is_left_alone_and_one_worker_asks(
    untouched: TestDatabase, work: Database, registry: Registry, connector: HttpRegistry
) -> None:
    registry.mood = "busy"
    assert _refresh(untouched, work, connector) is State.UNREACHABLE
    asked = registry.asked
    assert screening.refresh(work, connector) is None
    assert registry.asked == asked
    registry.mood = "well"
    with untouched.admin() as admin:
        admin.execute("update registry.list_source set next_fetch_at = null")
    found: list[State | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(screening.refresh(work, connector)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(State.DONE) == 1
    assert found.count(None) == 2


def test_the_same_list_again_is_no_new_snapshot(
    untouched: TestDatabase, work: Database, connector: HttpRegistry
) -> None:
    assert _refresh(untouched, work, connector) is State.DONE
    count = "select count(*) from registry.list_snapshot"
    with untouched.admin() as admin:
        before = admin.execute(count).fetchone()
        assert _refresh(untouched, work, connector) is State.DONE
        assert admin.execute(count).fetchone() == before


def test_the_same_query_twice_and_at_once_has_the_same_evidence(work: Database) -> None:
    rows: list[Screening] = []
    threads = [threading.Thread(target=lambda: rows.append(_check(work))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows) == 3
    assert all(row.evidence == rows[0].evidence for row in rows)


def test_a_list_that_is_switched_in_the_middle_of_a_check_does_not_show(
    untouched: TestDatabase, work: Database
) -> None:
    """The check stops before it reads entries; meanwhile a list that names the firm takes over."""
    before = {each["source"]: each["snapshot"] for each in _check(work).evidence["lists"]}
    rows: list[Screening] = []
    checking = threading.Thread(target=lambda: rows.append(_check(work)))
    with untouched.admin() as admin, admin.transaction():
        admin.execute("lock table registry.list_entry in access exclusive mode")
        checking.start()
        waiting = "select count(*) from pg_locks where not granted"
        while admin.execute(waiting).fetchone() == (0,):
            time.sleep(0.02)
        snapshot = uuid4()
        admin.execute(
            """insert into registry.list_snapshot (id, source, sha256, rows, published_at,
                imported_at) values (%s, 'blacklist', '', 1, now(), now())""",
            (snapshot,),
        )
        admin.execute(
            """insert into registry.list_entry (snapshot_id, reference, subject, name, name_key,
                identifier, severity, reason, effective_from)
            values (%s, 'B-1', 'company', 'x', 'x', %s, 'bar', 'x', '2020-01-01')""",
            (snapshot, USCC[0]),
        )
        admin.execute(
            "update registry.list_source set current_snapshot = %s where code = 'blacklist'",
            (snapshot,),
        )
    checking.join()
    [row] = rows
    assert row.decision == "clear"
    assert {each["source"]: each["snapshot"] for each in row.evidence["lists"]} == before
    later = _check(work)
    assert later.decision == "hit"
    _is_reproducible(work, row)
    _is_reproducible(work, later)


def _is_reproducible(work: Database, row: Screening) -> None:
    """From the snapshots that its evidence names the same findings come again."""
    with work.unit_as(Role.WORKER) as uow:
        subjects = subjects_of(uow, row.organization_id)
        again = []
        for each in row.evidence["lists"]:
            snapshot = each["snapshot"] and ListRepository(uow.session).snapshot(
                UUID(each["snapshot"])
            )
            source = uow.session.get(ListSource, each["source"])
            assert source is not None
            again += findings_in(uow, Source(source, snapshot or None, "done"), subjects, {})
        assert [found.sentence for found in again] == [
            found["sentence"] for found in row.evidence["findings"]
        ]


def test_a_list_that_stood_still_too_long_clears_nobody(
    untouched: TestDatabase, work: Database
) -> None:
    """Nothing failed and nobody asked: age alone."""
    with untouched.admin() as admin:
        query = "update registry.list_snapshot set published_at = published_at - %s"
        admin.execute(query, (timedelta(days=60),))
    row = _check(work)
    assert set(_states(row).values()) <= {"stale", "missing"}
    assert row.decision in {"needs_review", "hit"}
