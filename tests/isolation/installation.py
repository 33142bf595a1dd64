"""Two fresh installations that play the same tender: in one nobody bids, in the other firms do.

The same clock steps, the same ticks, the same firms and lists. Only what bidders do differs: small
and large bids, one replaced, one withdrawn, one of a listed firm, one whose bytes do not arrive
whole, and requests that the box refuses.
"""

import hashlib
import importlib
import logging
import pkgutil
import secrets
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from litestar import Litestar
from litestar.testing import TestClient

import sunseal_tasks
from sunseal.app import create_app
from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_tasks import errands, webhooks
from sunseal_tasks.outbox import sweep
from sunseal_tasks.workshop import Workshop
from tests.isolation.hooks import hook_everybody
from tests.opening.world import Firm, World, make_world
from tests.support.database import TestDatabase
from tests.support.service import Guard, Service, bearer
from tests.tenders.people import SESSION, enrol

ENVELOPE = "1"
STAFF = ("tendering_party", "agent", "centre", "supervisor", "operator")
FIRMS = 6
LISTED = 3


def _named(kind: str) -> dict[str, Any]:
    """The worker's tasks by name, of all rooms."""
    rooms = pkgutil.iter_modules(sunseal_tasks.__path__, "sunseal_tasks.")
    found = [getattr(importlib.import_module(each.name), kind, {}) for each in rooms]
    return {name: act for tasks in found for name, act in tasks.items()}


JOBS, UNITS = _named("JOBS"), _named("TASKS")
# From here on statistics stay as they are: when a database is tended next is chance.
UNTENDED = """
    do $$
    declare
        name text;
    begin
        for name in select format('%I.%I', schemaname, tablename) from pg_tables
            where schemaname not in ('pg_catalog', 'information_schema')
        loop
            execute format('alter table %s set (autovacuum_enabled = off)', name);
        end loop;
    end $$
"""

Message = tuple[str, list[str | None]]


@dataclass
class Installation:
    """`tokens` are those of one person of each role; "" is a visitor."""

    world: World
    app: Litestar
    client: TestClient[Any]
    tokens: dict[str, str]
    firms: list[Firm]
    firm_tokens: list[str]
    messages: list[Message] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def shop(self) -> Workshop:
        world = self.world
        return Workshop(world.settings, world.work, world.storage, world.keys)

    def ask(self, method: str, path: str, role: str = "", **given: Any) -> Any:
        token = self.tokens[role]
        headers = given.pop("headers", {}) | (bearer(token) if token else {})
        return self.client.request(method, path, headers=headers, **given)

    def run_errands(self) -> None:
        """What the worker does with the messages that the sweep sends it."""
        sent: list[Message] = []
        sweep(self.shop, lambda name, args: sent.append((name, args)))
        for name, args in sent:
            argument, errand = (*args, None)[:2]
            act, do = (JOBS[name], errands.do_job) if name in JOBS else (UNITS[name], None)
            given = UUID(argument) if argument else errands.NOTHING
            (do or errands.do_unit)(self.shop, act, given, UUID(errand) if errand else None)
        self.messages += sent

    def tick(self) -> None:
        """The log's next tick, which all custodians and witnesses cosign and follow."""
        self.world.tick()
        with self.world.work.unit_as(Role.WORKER) as uow:
            note = notes.parse(audit.latest_checkpoint(uow).encode())
            now = uow.now
        size = Checkpoint.parse(note.text).size
        for guard in self.world.guards:
            line = checkpoint.cosign(note.text, guard.cosigner, now).decode()
            form = {"size": size, "line": line}
            answer = self.ask("POST", "/api/v1/log/cosignatures", "custodian", json=form)
            assert answer.status_code == 204, answer.text


Act = Callable[[Installation], None]


def small(one: Installation) -> None:
    firm = one.firms[0].joined()
    firm.submit(firm.seal("1001.00"), check=False)


def large_and_replaced(one: Installation) -> None:
    firm = one.firms[1].joined()
    firm.submit(firm.seal("1002.00", {"plan.bin": secrets.token_bytes(300_000)}), check=False)
    one.run_errands()
    firm.submit(firm.seal("999.00"), "replace", check=False)


def withdrawn(one: Installation) -> None:
    firm = one.firms[2].joined()
    firm.submit(firm.seal("1003.00"), check=False)
    one.run_errands()
    firm.withdraw()


def listed(one: Installation) -> None:
    firm = one.firms[LISTED].joined()
    firm.submit(firm.seal("1004.00"), check=False)


def cut_short(one: Installation) -> None:
    """Stored bytes that are not those signed, which are refused; then an upload that never ends."""
    firm = one.firms[4].joined()
    sealed = firm.seal("1005.00", {"plan.bin": secrets.token_bytes(40_000)})
    firm.submit(sealed, check=False, sha256=bytes(32))
    one.run_errands()
    firm.last = None
    firm.upload(firm.say(firm.seal("1005.01"), "submit"), b"age-encryption.org/v1\n")


def refused(one: Installation) -> None:
    """What bidders ask over HTTP, and hear no."""
    place = f"/api/v1/tenders/{one.world.tender}/envelopes/{ENVELOPE}"
    for token in one.firm_tokens[:5]:
        headers = bearer(token)
        one.client.get("/api/v1/submissions", headers=headers)
        one.client.get(f"{place}/joinings", headers=headers)
        for action, form in (
            ("joinings", {"joining": "AAAA", "signature": "AAAA"}),
            ("submissions", {"statement": "AAAA", "signature": "AAAA"}),
        ):
            answer = one.client.post(f"{place}/{action}", json=form, headers=headers)
            assert 400 <= answer.status_code < 500, answer.text


def asking(one: Installation) -> None:
    """Two firms ask, one of which bids; each looks at its own."""
    path = f"/api/v1/tenders/{one.world.tender}/questions"
    for number in (1, 4):
        headers = bearer(one.firm_tokens[number])
        form = {"text": f"第{number}册图纸的比例是多少？"}
        assert one.client.post(path, json=form, headers=headers).status_code == 201
        assert one.client.get(f"{path}/own", headers=headers).status_code == 200


ACTS: tuple[Act, ...] = (small, large_and_replaced, withdrawn, listed, cut_short, refused, asking)


@contextmanager
def played(
    database: TestDatabase, folder: Path, *, busy: bool, acts: tuple[Act, ...] = ACTS
) -> Iterator[Installation]:
    """An installation before the opening; with `busy`, with bids in its box."""
    world = make_world(database, folder)
    app = create_app(world.settings)
    with TestClient(app) as client, _listening() as lines:
        made = _peopled(world, app, client)
        made.lines = lines
        for act in acts:
            if busy:
                act(made)
            made.run_errands()
            made.tick()
            assert made.ask("GET", "/api/v1/custody/work", "custodian").status_code == 200
            webhooks.tell(made.shop, errands.NOTHING)
        with database.admin() as admin:
            admin.execute("vacuum analyze")
            admin.execute(UNTENDED)
        yield made


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Every line that anything writes to a log meanwhile, at any level, with its fields."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name != "httpx":  # the tests' own client
                lines.append(f"{record.name} {record.getMessage()} {record.exc_info}")

    def hear(_: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        lines.append(f"{method} {dict(event)}")
        raise structlog.DropEvent

    ear, root, before = Ear(), logging.getLogger(), structlog.get_config()["processors"]
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    structlog.configure(processors=[hear])
    logging.getLogger("tests").debug("listening")
    structlog.get_logger().debug("listening")
    try:
        yield lines
    finally:
        structlog.configure(processors=before)
        root.setLevel(level)
        root.removeHandler(ear)


def _peopled(world: World, app: Litestar, client: TestClient[Any]) -> Installation:
    names = [f"第{number}建筑有限公司" for number in range(1, FIRMS + 1)]
    firms = [world.firm(name) for name in names]
    world.lists(f"B-1,company,{names[LISTED]},,bar,test,2020-01-01,")
    service = Service(client, world.database, world.settings, _custodians(world), [])
    tokens = {kind: enrol(service, kind) for kind in STAFF}
    tokens["custodian"] = enrol(service, "custodian", world.guards[0].name)
    firm_tokens = [_session(world, firm) for firm in firms]
    hook_everybody(world)
    everybody = {"": "", **tokens, "bidder": firm_tokens[-1]}
    return Installation(world, app, client, everybody, firms, firm_tokens)


def _custodians(world: World) -> list[Guard]:
    return world.guards[: len(world.roster.custodians)]


def _session(world: World, firm: Firm) -> str:
    token = secrets.token_hex(16)
    digest = hashlib.sha256(token.encode()).digest()
    with world.database.admin() as admin:
        admin.execute(SESSION, {"digest": digest, "person": firm.person})
    return token


def slots_taken(one: Installation) -> int:
    """How many entries of the box the log holds, which its readers must not learn."""
    return int(one.world.rows("select count(*) from sealed.event")[0][0])
