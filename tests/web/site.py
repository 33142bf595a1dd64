"""The real service on a port of its own, with a tender to look at and people who are signed in."""

import asyncio
import hashlib
import logging
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

import uvicorn
from sqlalchemy import text

from sunseal.app import create_app
from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal.settings import Settings
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.checkpoint import Checkpoint
from tests.opening.world import Firm, World, make_world
from tests.support.database import TestDatabase

READY_WITHIN = 10.0
PASSWORD = "correct horse battery"
TITLE = "江湾区东支河综合整治工程施工"
SUMMARY = """清淤 3.2 公里，护岸 5.6 公里，新建泵站一座。

投标人须具有水利水电工程施工总承包贰级及以上资质，项目负责人须具有二级注册建造师证书。"""
PARTY = "江湾区水务局"
# The notice is fixed: whoever wants to see a long title writes it as an insider would.
DRESS = """
    update notice.tender set reference = '江水招〔2026〕018号', title = %s, summary = %s,
        tendering_party_name = %s, threshold = %s, ceiling_price = '13800000.00'
"""
DOCUMENT = """
    insert into notice.document (id, tender_id, name, media_type, size, sha256, objects, added_at)
    values (gen_random_uuid(), %s, '江湾区东支河综合整治工程施工招标文件及工程量清单（最终版）.pdf',
        'application/pdf', 48301224, %s, '{}', kit.now())
"""
PENALTY = """
    with entry as (
        insert into registry.blacklist_entry (decision_number, authority, subject, name,
            identifier, severity, reason, effective_from, effective_to, proposed_by, proposed_at)
        values ('江水罚〔2026〕7号', '江湾区水务局', 'company', '虹桥建筑劳务有限公司',
            '91440300100000006C', '严重', '在东支河二期工程中与他人串通投标', current_date - 9,
            current_date + 700, gen_random_uuid(), kit.now()) returning id)
    insert into registry.blacklist_confirmation (entry_id, confirmed_by, confirmed_at)
    select id, gen_random_uuid(), kit.now() from entry
"""
PRESENT = text(
    "insert into custody.presence (name, seen_at) values (:name, kit.now())"
    " on conflict (name) do update set seen_at = excluded.seen_at"
)
PERSON = """
    insert into registry.person (id, organization_id, name, email, role, administrator,
        password_hash, created_at)
    values (%s, %s, %s, %s, %s, true, '-', kit.now())
"""
ORGANIZATION = """
    insert into registry.organization (id, name, name_key, kind, registered_at)
    values (%s, %s, %s, %s, kit.now())
"""
SESSION = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    values (%s, %s, 'session', kit.now(), kit.now() + interval '30 d')
"""


@dataclass
class Site:
    """`url` is where the server listens."""

    world: World
    server: "Server"
    url: str

    @property
    def tender(self) -> str:
        return f"/tenders/{self.world.tender}"

    def session(self, person: UUID) -> str:
        """A session's token, made without a password."""
        token = secrets.token_urlsafe(24)
        self.world.rows(SESSION, hashlib.sha256(token.encode()).digest(), person)
        return token

    def staff(self, kind: str, name: str, organization: UUID | None = None) -> str:
        """A person of a new authority, or of `organization`; the token of a session."""
        person, place = uuid4(), organization or uuid4()
        if organization is None:
            self.world.rows(ORGANIZATION, place, name, name, kind)
        self.world.rows(PERSON, person, place, "周敏", f"{person}@example.cn", kind)
        return self.session(person)

    def tick(self) -> None:
        """The log's next tick, under which all custodians and witnesses put their names."""
        self.world.tick()
        with self.world.work.unit_as(Role.WORKER) as uow:
            note, now = notes.parse(audit.latest_checkpoint(uow).encode()), uow.now
        size = Checkpoint.parse(note.text).size
        with self.world.database.desk.unit_as(Role.CUSTODIAN, uuid4(), uuid4()) as uow:
            for guard in self.world.guards:
                line = checkpoint.cosign(note.text, guard.cosigner, now).decode()
                audit.cosign(uow, self.world.roster, size, line)
                uow.session.execute(PRESENT, {"name": guard.name})

    def furnish(self) -> None:
        """A document, an entry of the blacklist, and a log that is vouched for."""
        with self.world.database.admin() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(DOCUMENT, [self.world.tender, hashlib.sha256(b"document").digest()])
            admin.execute(PENALTY)
        self.tick()

    def dress(self) -> None:
        """Gives the tender the words of a real one."""
        with self.world.database.admin() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(DRESS, [TITLE, SUMMARY, PARTY, self.world.key.terms.t])

    def firm_session(self, firm: Firm) -> str:
        return self.session(firm.person)


class Server:
    """The service by uvicorn, in a thread of this process; it can go away and come back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        # Passkeys are made for a host by name; a number has none.
        settings = replace(self._settings, url=f"http://localhost:{self.port}")
        config = uvicorn.Config(
            create_app(settings),
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()))
        self._thread.start()
        until = time.monotonic() + READY_WITHIN
        while not self._server.started:
            assert self._thread.is_alive(), "the service ended"
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@contextmanager
def running(database: TestDatabase, folder: Path, **terms: int) -> Iterator[Site]:
    with serving(make_world(database, folder, **terms)) as site:
        yield site


@contextmanager
def serving(world: World) -> Iterator[Site]:
    """The service for a world that somebody has made."""
    server = Server(world.settings)
    try:
        site = Site(world, server, f"http://127.0.0.1:{server.port}")
        site.dress()
        yield site
    finally:
        server.stop()
