"""A firm seals its bid in a real browser and hands it in, while everything that can happens."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal_crypto import checkpoint, notes, statement
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import SignedStatement
from sunseal_parties.bidder import rehearse, trust
from tests.opening.world import Firm, World
from tests.web.eyes import Eyes
from tests.web.site import Site

PATIENCE = 20_000
PRICE = "12876500.00"
PASSPHRASE = "correct horse battery"


def log_certificate(world: World) -> None:
    """As the ceremony does when it is complete."""
    digest = hashlib.sha256(world.council.certificate).digest()
    with world.database.desk.unit_as(Role.CUSTODIAN) as uow:
        entry = audit.record(
            uow,
            "ceremony.certificate",
            f"tender/{world.tender}/envelope/1",
            tender_id=world.tender,
            data={"certificate": base64_text(digest)},
            public=True,
            first=True,
        )
    world.rows("update custody.ceremony set certificate_entry = %s", entry.id)
    tick(world)


def tick(world: World) -> None:
    """The log's next tick, under everybody's cosignature."""
    world.tick()
    with world.work.unit_as(Role.WORKER) as uow:
        text, now = notes.parse(audit.latest_checkpoint(uow).encode()).text, uow.now
    size = Checkpoint.parse(text).size
    for guard in world.guards:
        line = checkpoint.cosign(text, guard.cosigner, now).decode()
        with world.database.desk.unit_as(Role.CUSTODIAN) as uow:
            audit.cosign(uow, world.roster, size, line)


@dataclass
class Machine:
    """The firm's own computer: its browser's profile, and the folder of its downloads."""

    context: BrowserContext
    site: Site
    firm: Firm
    folder: Path
    heard: list[str]

    def open(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.goto(f"{self.site.tender}/bid")
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.heard.append(f"{said.type}: {said.text}")

    def saved(self, page: Page, press: Callable[[], Any]) -> Path:
        with page.expect_download() as download:
            press()
        path = self.folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def document(self, size: int) -> Path:
        path = self.folder / "施工组织设计.pdf"
        path.write_bytes(secrets.token_bytes(size))
        return path

    def press(self, page: Page, label: str) -> None:
        page.get_by_role("button", name=label, exact=True).locator("visible=true").click()

    def at(self, page: Page, step: str) -> None:
        expect(page.locator("#seal")).to_have_attribute("data-at", step, timeout=PATIENCE)

    def says(self, page: Page, code: str) -> None:
        message = page.locator("#seal-message")
        expect(message).to_be_visible(timeout=PATIENCE)
        expect(message).to_have_attribute("data-shown", code, timeout=PATIENCE)

    def prepare(self, page: Page) -> Path:
        """From the roster to the recovery file, whose path is returned."""
        self.at(page, "roster")
        page.set_input_files("#roster", self.site.world.settings.roster)
        self.press(page, "核对")
        self.at(page, "key")
        page.fill("#passphrase", PASSPHRASE)
        page.fill("#passphrase-again", PASSPHRASE)
        self.saved(page, lambda: self.press(page, "生成密钥并下载备份"))
        self.press(page, "备份已存好，登记公钥")
        self.at(page, "join")
        self.press(page, "参加本项目")
        self.at(page, "recovery")
        recovery = self.saved(page, lambda: self.press(page, "生成并下载恢复文件"))
        self.press(page, "已存到安全的地方，继续")
        self.at(page, "offer")
        return recovery

    def seal(self, page: Page, recovery: Path, document: Path, price: str = PRICE) -> None:
        """To the point where it may be handed in."""
        page.fill("#price", price)
        page.set_input_files("#documents", document)
        self.press(page, "封标")
        self.at(page, "rehearse")
        page.set_input_files("#recovery", recovery)
        self.press(page, "试开")
        self.at(page, "submit")


@pytest.fixture(scope="module")
def listed(site: Site) -> Site:
    log_certificate(site.world)
    return site


@pytest.fixture
def machine(listed: Site, browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    with at_work(listed, browser, tmp_path) as made:
        yield made
        assert made.heard == []


@contextmanager
def at_work(site: Site, browser: Browser, folder: Path) -> Iterator[Machine]:
    """A firm that has not enrolled a key yet, signed in."""
    firm = site.world.firm()
    site.world.rows(
        "delete from registry.signing_key where organization_id = %s", firm.organization
    )
    site.world.rows("update registry.person set administrator = true where id = %s", firm.person)
    context = browser.new_context(base_url=site.url, locale="zh-CN", accept_downloads=True)
    token = site.firm_session(firm)
    for name, value in (("session", token), ("role", "bidder"), ("language", "zh")):
        context.add_cookies([{"name": name, "value": value, "url": site.url}])
    yield Machine(context, site, firm, folder, [])
    context.close()


def submission_of(world: World, firm: Firm) -> tuple[UUID, SignedStatement]:
    rows = world.rows(
        """select id, statement, signature from sealed.submission where organization_id = %s
        order by committed_at desc limit 1""",
        firm.organization,
    )
    return rows[0][0], SignedStatement(bytes(rows[0][1]), bytes(rows[0][2]))


def test_a_bid_is_sealed_rehearsed_and_handed_in(machine: Machine) -> None:
    world = machine.site.world
    page = machine.open()
    recovery = machine.prepare(page)
    machine.seal(page, recovery, machine.document(4 << 20))
    machine.press(page, "递交")
    machine.at(page, "received")

    submission, signed = submission_of(world, machine.firm)
    sealed = machine.saved(page, lambda: machine.press(page, "下载封好的文件"))
    identity = X25519Identity.from_string(recovery.read_text().splitlines()[-1])
    key = bytes(
        world.rows(
            "select public_key from registry.signing_key where organization_id = %s",
            machine.firm.organization,
        )[0][0]
    )
    opened = rehearse.rehearse(sealed, signed, world.key, key, identity)
    assert opened.price == PRICE
    assert opened.organization == str(machine.firm.organization)

    world.check_digest(submission)
    tick(world)
    machine.at(page, "complete")
    receipt = machine.saved(page, lambda: machine.press(page, "下载回执"))
    verified = trust.verify_receipt(receipt.read_bytes(), world.roster, world.key.terms.q)
    assert base64_text(statement.digest(signed.statement)) in verified.detail.decode()


def test_the_pages_can_be_read_by_everybody(
    listed: Site, eyes: Callable[..., Eyes], tmp_path: Path
) -> None:
    firm = listed.world.firm()
    reader = eyes(listed.firm_session(firm), "bidder")
    reader.look(f"{listed.tender}/bid", "bid-roster", before=ready)
    reader.look("/bids", "bids-none")
    firm.joined().submit(firm.seal())
    reader.look("/bids", "bids-one")


def ready(page: Page) -> None:
    expect(page.locator("#seal")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
