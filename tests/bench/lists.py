"""Look-ups in lists as PostgreSQL holds them, by identifier and by equal name, at any length.

The peer looks at every name; it is measured on some of them, and multiplied.
"""

import os
import random
from collections.abc import Iterator
from uuid import uuid4

import psycopg
from rapidfuzz import fuzz, process

from sunseal.database import Role
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.screening import service as screening
from sunseal.screening.repository import ListRepository
from tests.bench.database import bare_table, installation
from tests.bench.row import Row, seconds
from tests.support.database import TestDatabase

# Ten million rows take minutes to make, so somebody has to ask for them.
LARGE = "SUNSEAL_BENCH_LARGE"
PEER = "RapidFuzz brute force"
SAMPLE = 20_000
FILL = """
    insert into registry.list_entry (snapshot_id, reference, subject, name, name_key, identifier,
        severity, reason, effective_from, by_name)
    select %s, 'R-' || i, 'company', 'firm ' || i, 'firm' || i, '91' || lpad(i::text, 16, '0'),
        'serious', 'x', '2020-01-01', false
    from generate_series(1, %s) i
"""


def measure(entries: int = 1_000_000, queries: int = 500) -> Iterator[Row]:
    sizes = [entries, 10 * entries] if os.environ.get(LARGE) else [entries]
    with installation() as make:
        for size in sizes:
            yield from _at(make(), size, queries)


def _at(database: TestDatabase, size: int, queries: int) -> Iterator[Row]:
    snapshot = uuid4()
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        _fill(admin, snapshot, size)
    chance = random.Random(5)
    numbers = [chance.randrange(1, 2 * size) for _ in range(queries)]
    peer = _brute_force(size)
    with database.work.unit_as(Role.WORKER) as uow:
        lists = ListRepository(uow.session)

        def look(number: int) -> None:
            lists.matching(snapshot, [f"91{number:016}"], [f"firm{number + 1}"])

        times = sorted(seconds(lambda number=number: look(number)) for number in numbers)  # type: ignore[misc]
    exact, middle = (times[int(len(times) * share)] * 1000 for share in (0.99, 0.5))
    yield Row.beside(f"list_exact_p99_{size}", exact, "ms", PEER, peer * 1000)
    yield Row.beside(f"list_exact_median_{size}", middle, "ms", PEER, peer * 1000)
    yield Row.beside(f"list_check_{size}", _whole_check(database) * 1000, "ms", PEER, peer * 1000)


def _whole_check(database: TestDatabase) -> float:
    """A firm with its legal representative against every list, its result stored: the median."""
    work = database.work
    with work.unit_as(Role.WORKER) as uow:
        person = NewPerson("张三", "z@example.cn", "correct horse battery")
        firm, _ = organizations.register_firm(
            uow, "第0建筑有限公司", "91440300100000000R", "王伟", person
        )

    def check() -> None:
        with work.unit_as(Role.WORKER) as uow:
            screening.check_organization(uow, firm.id)

    check()
    return sorted(seconds(check) for _ in range(21))[10]


def _fill(admin: psycopg.Connection[tuple[str]], snapshot: object, size: int) -> None:
    admin.execute(
        """insert into registry.list_snapshot (id, source, sha256, rows, published_at, imported_at)
        values (%s, 'blacklist', '', %s, now(), now())""",
        (snapshot, size),
    )
    with bare_table(admin, "registry.list_entry"):
        admin.execute(FILL, (snapshot, size))
    admin.execute(
        "update registry.list_source set current_snapshot = %s where code = 'blacklist'",
        (snapshot,),
    )


def _brute_force(size: int) -> float:
    names = [f"firm {number}" for number in range(SAMPLE)]
    once = seconds(lambda: process.extract("firm 12345", names, scorer=fuzz.ratio, limit=10))
    return once * size / SAMPLE
