"""One tender and its people for all tests here, whose clock only moves on; a receiver for each.

The worker's jobs are run by hand.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar.testing import TestClient

from sunseal import outbox
from sunseal.app import create_app
from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal.storage import Storage
from sunseal.webhooks import rules
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_tasks import errands
from sunseal_tasks import webhooks as tasks
from sunseal_tasks.outbox import AGAIN
from sunseal_tasks.workshop import Workshop
from tests.opening.firm import Firm
from tests.opening.world import World, make_world
from tests.support.database import maker
from tests.support.service import bearer
from tests.webhooks.receiver import Receiver, receiving

PERSON = """
    insert into registry.person (id, organization_id, name, email, role, administrator,
        password_hash, created_at)
    values (%s, %s, 'p', %s, %s, %s, '-', kit.now())
"""
ORGANIZATION = """
    insert into registry.organization (id, name, name_key, kind, registered_at)
    values (%s, %s, %s, %s, kit.now())
"""
SESSION = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    values (%s, %s, 'token', kit.now(), kit.now() + interval '1 year')
"""
DRAFT = """
    insert into notice.tender (id, reference, title, summary, tendering_party_id,
        tendering_party_name, status, statutory, deadline, not_before, minimum_bids, threshold,
        box_size, currency, notice, created_by, created_at)
    values (%s, %s, 'a bridge', '', gen_random_uuid(), 'p', 'draft', false,
        kit.now() + interval '30 d', kit.now() + interval '30 d', 1, 2, 4, 'CNY', 'notice',
        gen_random_uuid(), kit.now())
"""
PUBLIC = [
    "tender.published",
    "tender.amended",
    "tender.deadline_near",
    "tender.cancelled",
    "clarification.published",
    "opening.recorded",
    "opening.final",
]


@dataclass(frozen=True)
class Someone:
    organization: UUID
    person: UUID
    token: str


@dataclass
class Town:
    """The service, and who asks it."""

    world: World
    client: TestClient[Any]
    shop: Workshop

    def someone(
        self, kind: str, organization: UUID | None = None, *, administrator: bool = True
    ) -> Someone:
        place, person, token = organization or uuid4(), uuid4(), secrets.token_hex(16)
        if organization is None:
            self.world.rows(ORGANIZATION, place, f"{kind} {place}", f"{kind} {place}", kind)
        email = f"{person}@example.cn"
        self.world.rows(PERSON, person, place, email, kind, administrator)
        self.world.rows(SESSION, hashlib.sha256(token.encode()).digest(), person)
        return Someone(place, person, token)

    def admin_of(self, firm: Firm) -> Someone:
        return self.someone("bidder", firm.organization)

    def ask(self, who: Someone, method: str, path: str, **given: Any) -> Any:
        return self.client.request(
            method, f"/api/v1/webhooks{path}", headers=bearer(who.token), **given
        )

    def add(self, who: Someone, url: str, *events: str) -> Any:
        """The answer's body: the webhook and its secret."""
        answer = self.ask(who, "POST", "", json={"url": url, "events": list(events or PUBLIC)})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def deliveries(self, who: Someone, made: Any) -> Any:
        answer = self.ask(who, "GET", f"/{made['webhook']['id']}/deliveries")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def test(self, who: Someone, made: Any) -> UUID:
        answer = self.ask(who, "POST", f"/{made['webhook']['id']}/test")
        assert answer.status_code == 202, answer.text
        return UUID(answer.json()["delivery"])

    def publish(self) -> UUID:
        """A tender more, as the worker publishes it."""
        tender = uuid4()
        self.world.rows(DRAFT, tender, str(tender))
        for change in ("status = 'ceremony'", "status = 'published', published_at = kit.now()"):
            self.world.rows(f"update notice.tender set {change} where id = %s", tender)
        return tender

    def vouch(self) -> None:
        """The log's next tick, under which all cosigners put their names."""
        self.world.tick()
        with self.world.work.unit_as(Role.WORKER) as uow:
            note, now = notes.parse(audit.latest_checkpoint(uow).encode()), uow.now
        size = Checkpoint.parse(note.text).size
        with self.world.database.desk.unit_as(Role.CUSTODIAN, uuid4(), uuid4()) as uow:
            for guard in self.world.guards:
                line = checkpoint.cosign(note.text, guard.cosigner, now).decode()
                audit.cosign(uow, self.world.roster, size, line)

    def work(self) -> int:
        """The worker's round: what happened is found, and what is due is sent."""
        self.tell()
        return self.run_due()

    def tell(self) -> None:
        tasks.tell(self.shop, errands.NOTHING)

    def run_due(self) -> int:
        with self.world.work.unit_as(Role.WORKER) as uow:
            due = [each for each in outbox.claim(uow, AGAIN) if each.task in tasks.JOBS]
        for each in due:
            errands.do_job(self.shop, tasks.JOBS[each.task], errands.NOTHING, each.id)
        return len(due)

    def later(self, by: timedelta) -> int:
        self.world.move(by)
        return self.run_due()

    def settle_own(self) -> None:
        """A firm's own events wait for a moment of chance."""
        self.later(rules.OWN_WITHIN)


@contextmanager
def built(embedded: Any, template: str, folder: Path) -> Iterator[Town]:
    with maker(embedded, template) as make:
        world = make_world(make(), folder)
        world.settings = replace(world.settings, webhook_loopback=True)
        shop = Workshop(world.settings, world.work, Storage(world.settings.storage_url), world.keys)
        with TestClient(create_app(world.settings)) as client:
            yield Town(world, client, shop)


@pytest.fixture(scope="package")
def town(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with built(embedded, template, tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def receiver(town: Town) -> Iterator[Receiver]:
    """Alone: nothing is sent any more to the addresses of other tests."""
    for schema in ("registry", "sealed"):
        town.world.rows(f"update {schema}.webhook set removed_at = kit.now()")
        town.world.rows(f"update {schema}.webhook_delivery set abandoned_at = kit.now()")
    town.world.rows("delete from kit.outbox")
    with receiving() as made:
        yield made
