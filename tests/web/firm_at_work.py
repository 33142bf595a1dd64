"""A firm at its own computer: a browser with a profile of its own, and a folder of downloads."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import SignedStatement
from tests.opening.world import Firm, World
from tests.web.conftest import ARGUMENTS, CHROMIUM
from tests.web.site import Site

PATIENCE = 60_000
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

    browser: Browser
    site: Site
    firm: Firm
    folder: Path
    heard: list[str] = field(default_factory=list)
    context: BrowserContext | None = None

    def start(self) -> None:
        """The browser, with whatever was kept in its profile."""
        self.context = self.browser.browser_type.launch_persistent_context(
            self.folder / "profile",
            executable_path=CHROMIUM,
            args=list(ARGUMENTS),
            base_url=self.site.url,
            locale="zh-CN",
            accept_downloads=True,
        )
        token = self.site.firm_session(self.firm)
        for name, value in (("session", token), ("role", "bidder"), ("language", "zh")):
            self.context.add_cookies([{"name": name, "value": value, "url": self.site.url}])

    def stop(self) -> None:
        assert self.context
        self.context.close()

    def open(self) -> Page:
        assert self.context
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
        self.trust(page)
        self.enrol(page)
        self.join(page)
        return self.recover(page)

    def trust(self, page: Page) -> None:
        self.at(page, "roster")
        page.set_input_files("#roster", self.site.world.settings.roster)
        self.press(page, "核对")
        self.at(page, "key")

    def enrol(self, page: Page) -> None:
        page.fill("#passphrase", PASSPHRASE)
        page.fill("#passphrase-again", PASSPHRASE)
        self.saved(page, lambda: self.press(page, "生成密钥并下载备份"))
        self.press(page, "备份已存好，登记公钥")
        self.at(page, "join")

    def join(self, page: Page) -> None:
        self.press(page, "参加本项目")
        self.at(page, "recovery")

    def recover(self, page: Page) -> Path:
        recovery = self.saved(page, lambda: self.press(page, "生成并下载恢复文件"))
        self.press(page, "已存到安全的地方，继续")
        self.at(page, "offer")
        return recovery

    def seal(self, page: Page, recovery: Path, document: Path, price: str = PRICE) -> None:
        """To the point where it may be handed in."""
        self.encrypt(page, document, price)
        self.rehearse(page, recovery)

    def encrypt(self, page: Page, document: Path, price: str = PRICE) -> None:
        page.fill("#price", price)
        page.set_input_files("#documents", document)
        self.press(page, "封标")
        self.at(page, "rehearse")

    def rehearse(self, page: Page, recovery: Path) -> None:
        page.set_input_files("#recovery", recovery)
        self.press(page, "试开")
        self.at(page, "submit")


@contextmanager
def at_work(site: Site, browser: Browser, folder: Path) -> Iterator[Machine]:
    """A firm that has not enrolled a key yet, signed in."""
    firm = site.world.firm()
    site.world.rows(
        "delete from registry.signing_key where organization_id = %s", firm.organization
    )
    site.world.rows("update registry.person set administrator = true where id = %s", firm.person)
    made = Machine(browser, site, firm, folder)
    made.start()
    yield made
    made.stop()


def submission_of(world: World, firm: Firm) -> tuple[UUID, SignedStatement]:
    rows = world.rows(
        """select id, statement, signature from sealed.submission where organization_id = %s
        order by committed_at desc limit 1""",
        firm.organization,
    )
    return rows[0][0], SignedStatement(bytes(rows[0][1]), bytes(rows[0][2]))
