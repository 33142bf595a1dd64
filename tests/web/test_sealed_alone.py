"""A bid is sealed on a page without a network, and handed in by one that never sees its secrets."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from sunseal.web import assets
from sunseal_crypto import statement
from tests.web.eyes import HEIGHT, inspect
from tests.web.firm_at_work import (
    PASSPHRASE,
    PATIENCE,
    PRICE,
    Machine,
    at_work,
    log_certificate,
    submission_of,
    tick,
)
from tests.web.site import Site

FILE = assets.STATIC / "alone/sunseal-seal.html"


@pytest.fixture
def machine(site: Site, browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    log_certificate(site.world)
    with at_work(site, browser, tmp_path) as made:
        yield made
        assert made.heard == []


class Alone:
    """The page from the disk, in a browser of its own that has no network."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.asked: list[str] = []
        self.heard: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url.partition(":")[0]))
        page.on("console", lambda said: self.heard.append(said.text))
        page.on("pageerror", lambda error: self.heard.append(str(error)))

    def press(self, action: str) -> None:
        self.page.click(f"[data-do={action}]")

    def at(self, step: str) -> None:
        expect(self.page.locator("body")).to_have_attribute("data-at", step, timeout=PATIENCE)

    def saved(self, action: str) -> Path:
        with self.page.expect_download(timeout=PATIENCE) as download:
            self.press(action)
        return self.keep(download.value)

    def keep(self, download: Download) -> Path:
        path = self.folder / download.suggested_filename
        download.save_as(path)
        return path

    def trust(self, kit: Path, roster: Path) -> None:
        self.page.set_input_files("#kit", kit)
        self.page.set_input_files("#roster", roster)
        self.press("trust")

    def makes_keys(self) -> Path:
        self.at("keys")
        self.page.fill("#new-passphrase", PASSPHRASE)
        self.page.fill("#new-again", PASSPHRASE)
        return self.saved("make-keys")

    def seals(self, document: Path, keys: Path) -> tuple[Path, Path]:
        self.at("offer")
        self.page.fill("#price", PRICE)
        self.page.set_input_files("#documents", document)
        self.press("seal")
        self.at("rehearse")
        self.page.set_input_files("#saved-keys", keys)
        self.page.fill("#saved-passphrase", PASSPHRASE)
        self.press("rehearse")
        self.at("done")
        return self.saved("save-sealed"), self.saved("save-handing-in")


@pytest.fixture
def alone(browser: Browser, tmp_path: Path) -> Iterator[Alone]:
    context = browser.new_context(
        offline=True, locale="zh-CN", accept_downloads=True, reduced_motion="reduce"
    )
    made = Alone(context.new_page(), tmp_path)
    made.page.goto(FILE.as_uri())
    yield made
    context.close()
    assert set(made.asked) <= {"file", "blob"}
    assert made.heard == []


def looks(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    inspect(page, f"{name}-zh-1280")
    page.click("#language")
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    inspect(page, f"{name}-en-390")
    page.click("#language")


def kit_from(machine: Machine, page: Page) -> Path:
    expect(page.locator("#seal")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    page.locator("#offline summary").click()
    return machine.saved(page, lambda: machine.press(page, "下载离线封标资料"))


def hands_in(machine: Machine, page: Page, papers: Path, sealed: Path | None) -> None:
    page.set_input_files("#handing-in", papers)
    if sealed:
        page.set_input_files("#sealed-file", sealed)
    machine.press(page, "核对，准备递交")


def test_a_bid_is_sealed_without_a_network_and_handed_in(machine: Machine, alone: Alone) -> None:
    world, page = machine.site.world, machine.open()
    sent: list[bytes] = []
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    kit = kit_from(machine, page)
    alone.trust(kit, world.settings.roster)
    keys = alone.makes_keys()
    sealed, papers = alone.seals(machine.document(1 << 20), keys)
    looks(alone.page, "seal-alone-done")

    machine.trust(page)
    another = alone.folder / "another.age"
    another.write_bytes(sealed.read_bytes()[:-1] + b"?")
    hands_in(machine, page, papers, another)
    machine.says(page, "wrong-handing-in")
    hands_in(machine, page, papers, sealed)
    machine.at(page, "submit")
    machine.press(page, "递交")
    machine.at(page, "received")
    submission, signed = submission_of(world, machine.firm)
    assert statement.verify(signed).size == sealed.stat().st_size
    assert not any(PRICE.encode() in body for body in sent)
    world.check_digest(submission)
    tick(world)
    machine.at(page, "complete")


CASES: dict[str, Callable[[bytes], bytes]] = {
    "another roster": lambda data: data.replace(b'"operator":"', b'"operator":"x'),
    "no roster": lambda data: data[:-1],
}


@pytest.mark.slow
@pytest.mark.parametrize("spoil", CASES.values(), ids=CASES.keys())
def test_nothing_is_sealed_under_a_roster_that_is_not_the_tender_s(
    spoil: Callable[[bytes], bytes], machine: Machine, alone: Alone
) -> None:
    kit = kit_from(machine, machine.open())
    roster = alone.folder / "roster.json"
    roster.write_bytes(spoil(machine.site.world.settings.roster.read_bytes()))
    alone.trust(kit, roster)
    expect(alone.page.locator("#said .bad")).to_be_visible()
    alone.at("trust")
    looks(alone.page, "seal-alone-refused")


@pytest.mark.slow
def test_a_bid_is_replaced_and_withdrawn_without_a_network(machine: Machine, alone: Alone) -> None:
    world, page = machine.site.world, machine.open()
    alone.trust(kit_from(machine, page), world.settings.roster)
    keys = alone.makes_keys()
    first, papers = alone.seals(machine.document(1 << 16), keys)
    machine.trust(page)
    hands_in(machine, page, papers, first)
    machine.at(page, "submit")
    machine.press(page, "递交")
    machine.at(page, "received")

    earlier = alone.folder / "first.json"
    papers.rename(earlier)
    alone.page.set_input_files("#previous", earlier)
    alone.press("seal")
    alone.at("rehearse")
    alone.press("rehearse")
    alone.at("done")
    second, again = alone.saved("save-sealed"), alone.saved("save-handing-in")
    hands_in(machine, page, again, second)
    machine.at(page, "submit")
    machine.press(page, "递交")
    machine.at(page, "received")
    assert statement.verify(submission_of(world, machine.firm)[1]).action == "replace"

    alone.page.set_input_files("#previous", again)
    alone.page.click("summary")
    withdrawal = alone.saved("withdraw")
    hands_in(machine, page, withdrawal, None)
    machine.at(page, "submit")
    machine.press(page, "递交")
    machine.at(page, "received")
    assert statement.verify(submission_of(world, machine.firm)[1]).action == "withdraw"
