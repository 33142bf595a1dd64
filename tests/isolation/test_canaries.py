"""Marked bids are sealed, and then the mark is looked for wherever anything is kept."""

import io
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sunseal_tasks.app import make_app
from sunseal_tasks.outbox import sweep
from sunseal_tasks.workshop import Workshop
from tests.adversaries.siege import broker_dump, dump, where_found
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase

FEW, MANY = 12, 1000
# Sealing so many takes minutes on a busy machine.
SLOW = (pytest.mark.slow, pytest.mark.timeout(1800))


def places(world: World, embedded: Any) -> Iterator[tuple[str, bytes]]:
    """The database as rows and as files with their write-ahead log, and all that lies beside it."""
    with world.database.admin() as admin:
        yield from dump(admin)
        admin.execute("checkpoint")
        row = admin.execute(
            "select current_setting('data_directory'), 'base/' || oid from pg_database"
            " where datname = current_database()"
        ).fetchone()
    assert row is not None
    data = Path(row[0])
    yield from _files(data / row[1])
    yield from _files(data / "pg_wal")
    yield from (
        each for each in _files(embedded.root) if each[0].endswith((".log", ".json", ".csv"))
    )
    yield from broker_dump(embedded.redis_url)
    yield from _files(Path(world.settings.storage_url.removeprefix("file://")))
    yield from _files(world.settings.keys)
    yield "settings", repr(world.settings).encode()
    for index in range(len(world.council.shares))[: world.key.terms.t - 1]:
        guard = world.council.guards[index]
        kept = (world.council.shares[index], guard.identity.seed(), world.council.certificate)
        yield f"custodian {index + 1}", b"".join(bytes(each) for each in kept)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                yield str(path), path.read_bytes()
        except FileNotFoundError:
            continue  # the server has just removed it


def seal_marked(world: World, count: int) -> list[str]:
    """`count` bids with one mark in documents, names and practitioners, and in each price."""
    mark, price = f"CANARY-{secrets.token_hex(16)}", secrets.randbelow(9 * 10**10) + 10**10
    for number in range(count):
        firm = world.firm().joined()
        content = f"{mark} {number} ".encode() * 20
        firm.submit(
            firm.seal(
                f"{price}{number:04}.00",
                {f"{mark}.txt": content},
                practitioners=(f"{mark}{number}",),
            ),
            check=False,
        )
    return [mark, str(price)]


def send_errands(world: World, embedded: Any) -> None:
    """What is due is in the broker, as it would be while no worker runs."""
    app = make_app(embedded.redis_url, 1.0)
    shop = Workshop(world.settings, world.work, world.storage, world.keys)
    with app.connection_for_write() as connection:
        sweep(shop, lambda name, args: app.send_task(name, args=args, connection=connection))


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=SLOW)])
def test_no_mark_is_found(
    count: int, database: TestDatabase, tmp_path: Path, embedded: Any
) -> None:
    world = make_world(database, tmp_path, box_size=2048)
    marks = seal_marked(world, count)
    world.tick()
    send_errands(world, embedded)
    found = list(places(world, embedded))
    assert where_found(marks, iter(found)) == set()
    names = " ".join(name for name, _ in found)
    for where in (
        "sealed.submission",
        "pg_wal",
        "the broker's",
        "objects/",
        "keys/",
        "custodian 1",
    ):
        assert where in names
    assert where_found(["a school"], iter(found)) >= {"notice.tender as text"}


def test_the_search_finds_a_mark_that_was_left(database: TestDatabase, tmp_path: Path) -> None:
    """The same bid, not sealed: the search sees it in each spelling."""
    world = make_world(database, tmp_path)
    [mark, _] = seal_marked(world, 1)
    plain = io.BytesIO(f"draft {mark}".encode())
    assert where_found([mark], iter([("a draft", plain.getvalue())])) == {"a draft"}
    with database.admin() as admin:
        admin.execute("update sealed.gate set note = %s", (mark.encode().hex(),))
        assert "sealed.gate as text" in where_found([mark], dump(admin))
