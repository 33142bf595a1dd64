"""Somebody who practises in a browser of his own, and reads nothing but what the pages say."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.web.conftest import ARGUMENTS, CHROMIUM
from tests.web.eyes import HEIGHT, WIDTHS, inspect

PATIENCE = 60_000
PRICE = "888888.00"
PASSPHRASE = "correct horse battery"


@dataclass
class Practiser:
    browser: Browser
    url: str
    folder: Path
    heard: list[str] = field(default_factory=list)
    context: BrowserContext | None = None

    def open(self) -> Page:
        """A browser that has never been here."""
        self.context = self.browser.browser_type.launch_persistent_context(
            self.folder / "profile",
            executable_path=CHROMIUM,
            args=list(ARGUMENTS),
            base_url=self.url,
            locale="zh-CN",
            accept_downloads=True,
        )
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.goto("/practice")
        return page

    def close(self) -> None:
        if self.context:
            self.context.close()

    def step(self, page: Page, number: int) -> None:
        """The guide says where he is; a picture of it is kept, in both widths."""
        guide = page.locator(".practice-step", has_text=f"练习 {number}/6").locator("visible=true")
        expect(guide).to_be_visible(timeout=PATIENCE)
        assert page.title().startswith("练习 · ")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            inspect(page, f"practice-{number}-zh-{width}", axe=False)
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    def press(self, page: Page, label: str) -> None:
        page.get_by_role("button", name=label, exact=True).locator("visible=true").click()

    def follow(self, page: Page, label: str) -> None:
        page.get_by_role("link", name=label, exact=True).locator("visible=true").first.click()

    def saved(self, page: Page, label: str, role: str = "button") -> Path:
        link = page.get_by_role(role, name=label, exact=True)  # type: ignore[arg-type]
        with page.expect_download() as download:
            link.locator("visible=true").first.click()
        path = self.folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def at(self, page: Page, step: str) -> None:
        expect(page.locator("#seal")).to_have_attribute("data-at", step, timeout=PATIENCE)

    def seal(self, page: Page) -> Path:
        """From the notice to the bid that may be handed in, as the guide says; the roster."""
        self.at(page, "roster")
        self.step(page, 3)
        roster = self.saved(page, "下载名册", "link")
        page.set_input_files("#roster", roster)
        self.press(page, "核对")
        self.at(page, "key")
        page.fill("#passphrase", PASSPHRASE)
        page.fill("#passphrase-again", PASSPHRASE)
        self.saved(page, "生成密钥并下载备份")
        self.press(page, "备份已存好，登记公钥")
        self.at(page, "join")
        self.press(page, "参加本项目")
        self.at(page, "recovery")
        recovery = self.saved(page, "生成并下载恢复文件")
        self.press(page, "已存到安全的地方，继续")
        self.at(page, "offer")
        page.fill("#price", PRICE)
        page.set_input_files("#documents", self.saved(page, "下载示例文件", "link"))
        self.press(page, "封标")
        self.at(page, "rehearse")
        self.step(page, 4)
        page.set_input_files("#recovery", recovery)
        self.press(page, "试开")
        self.at(page, "submit")
        return roster

    def submit(self, page: Page) -> Path:
        """The receipt."""
        self.press(page, "递交")
        self.at(page, "complete")
        self.step(page, 5)
        return self.saved(page, "下载回执")

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.heard.append(f"{said.type}: {said.text}")
