"""The bidder's client against the platform itself, over a socket: the two speak one language.

There is no ceremony here: the gate is opened as custody would open it, for a key made in memory.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import uvicorn

from sunseal.app import create_app
from sunseal.database import Role
from sunseal.keys import Keys, make
from sunseal.screening import person_ids
from sunseal.screening import service as screening
from sunseal.settings import Settings
from tests.bidder.conftest import Desk
from tests.bidder.stand_in import Platform
from tests.bidder.world import World
from tests.screening.sources.declared import BOSS, OWNER
from tests.support.database import TestDatabase, settings_for
from tests.support.service import PASSWORD, USCC


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    config = uvicorn.Config(create_app(settings), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive(), "the platform did not start"
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def open_gate(database: TestDatabase, world: World) -> None:
    with database.admin() as connection:
        connection.execute(
            """insert into sealed.gate (tender_id, envelope, deadline, not_before, minimum_bids,
                box_size, terms, recipient, key_id, state, next_check_at)
            values (%s, '1', kit.now() + %s, kit.now() + %s, 1, 16, %s, %s, %s, 'open', kit.now())
            """,
            (
                world.tender,
                timedelta(hours=1),
                timedelta(hours=2),
                world.terms,
                world.key.recipient,
                world.key.id,
            ),
        )


@pytest.fixture
def real(
    database: TestDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    """A registered firm with an enrolled key, before an envelope whose key it has accepted."""
    settings = settings_for(database, tmp_path / "platform")
    make(settings.keys, settings.origin)
    keys = Keys(settings.keys, settings.origin)
    world = World(origin=settings.origin, log=keys.log, promise_key=keys.promise)
    settings.roster.write_bytes(world.roster)
    open_gate(database, world)
    with serving(settings) as url:
        desk = Desk(tmp_path, Platform(world), url, capsys)
        password = tmp_path / "password"
        password.write_text(PASSWORD)
        desk.done(
            *("register", "--name", "A firm", "--uscc", USCC[0], "--person", "Li"),
            *("--legal-representative", "Wang", "--email", "li@firm.example"),
            *("--password-file", str(password)),
        )
        desk.done("enrol-key", "--roster", desk.roster_file())
        for what in ("roster", "notice", "certificate"):
            desk.envelope.pin(what, getattr(world, what))
        yield desk


def test_the_platform_takes_what_the_client_sends(real: Desk) -> None:
    for _ in range(2):
        real.done("join", real.tender)
    document = real.document("large.bin", b"0123456789abcdef" * (9 << 16))
    real.done("seal", real.tender, document, "--price", "100")
    for _ in range(2):
        assert "is received" in real.done("submit", real.tender, "--wait", "0").out
    real.done("replace", real.tender, real.document(), "--price", "90", "--wait", "0")
    real.done("withdraw", real.tender, "--yes", "--wait", "0")
    found = [(a.said.action, a.stage) for a in real.attempts.all()]
    assert found == [("submit", "received"), ("replace", "received"), ("withdraw", "received")]


def test_numbers_of_a_firm_from_abroad_are_searched_for(
    real: Desk, database: TestDatabase, tmp_path: Path
) -> None:
    ring = person_ids.rotate(tmp_path / "platform/keys")
    listed = tmp_path / "owners.csv"
    listed.write_text(f"kind,name,identifier,country,person_id\nperson,李娜,,,{OWNER}\n")
    number = tmp_path / "number"
    number.write_text(BOSS + "\n")
    real.done(
        *("register", "--name", "Harbour Ltd", "--person", "Ann", "--email", "ann@example.com"),
        *("--country", "gb", "--registration-number", "0436-6849"),
        *("--legal-representative", "Ann Lee", "--legal-representative-id-file", str(number)),
        *("--owners-file", str(listed), "--password-file", str(tmp_path / "password")),
    )
    with database.admin() as admin:
        [(firm,)] = admin.execute("select id from registry.organization where country = 'GB'")
    entry = {"subject": "person", "name": "某", "reference": "B", "effective_from": "2020-01-01"}
    entry |= {"severity": "serious", "reason": "行贿"}
    numbers = {
        BOSS: entry,
        OWNER: entry,
        "04366849": entry | {"subject": "company", "country": "GB"},
    }
    for identifier, row in numbers.items():
        data = msgspec.json.encode(row | {"identifier": identifier})
        with database.work.unit_as(Role.WORKER) as uow:
            screening.import_list(uow, "blacklist", data, "jsonl", ring=ring)
            made = screening.check_organization(uow, firm)
        assert made is not None
        assert made.decision == "hit", made.evidence


def test_the_platform_s_refusal_reaches_the_user_in_its_words(
    real: Desk, database: TestDatabase
) -> None:
    real.done("join", real.tender)
    real.seal()
    with database.admin() as connection:
        connection.execute("update sealed.gate set deadline = kit.now()")
    ended = real.run("submit", real.tender)
    assert ended.code == 1
    assert "The deadline was" in ended.err
    assert real.attempts.all()[0].stage == "rehearsed"
