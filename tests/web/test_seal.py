"""A firm seals its bid in a real browser and hands it in, while everything that can happens."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from sunseal_crypto import statement
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.spelling import base64_text
from sunseal_parties.bidder import rehearse, trust
from tests.web.eyes import HEIGHT, WIDTHS, Eyes, inspect
from tests.web.firm_at_work import (
    PATIENCE,
    PRICE,
    Machine,
    at_work,
    log_certificate,
    submission_of,
    tick,
)
from tests.web.site import Site

PATCHES = "**/api/v1/uploads/*"
MIB = 1 << 20


@pytest.fixture(scope="module")
def listed(site: Site) -> Site:
    log_certificate(site.world)
    return site


@pytest.fixture
def machine(listed: Site, browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    with at_work(listed, browser, tmp_path) as made:
        yield made
        assert made.heard == []


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


@pytest.mark.slow
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


def settled(machine: Machine) -> None:
    """The worker has read the last submission, and the log holds it."""
    world = machine.site.world
    submission, _ = submission_of(world, machine.firm)
    world.check_digest(submission)
    tick(world)


@pytest.mark.slow
def test_every_step_can_be_read_by_everybody(machine: Machine) -> None:
    """In both languages, on a desk and on a phone; coming back to the page changes no step."""
    page = machine.open()

    def look(step: str) -> None:
        for language in ("en", "zh"):
            speak(page, machine, language)
            machine.at(page, step)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                inspect(page, f"bid-{step}-{language}-{width}")

    machine.trust(page)
    look("key")
    machine.enrol(page)
    look("join")
    machine.join(page)
    look("recovery")
    recovery = machine.recover(page)
    look("offer")
    machine.encrypt(page, machine.document(MIB))
    look("rehearse")
    machine.rehearse(page, recovery)
    look("submit")
    machine.press(page, "递交")
    machine.at(page, "received")
    look("received")
    settled(machine)
    look("complete")


def speak(page: Page, machine: Machine, language: str) -> None:
    assert machine.context
    cookie = {"name": "language", "value": language, "url": machine.site.url}
    machine.context.add_cookies([cookie])
    page.reload()
    ready(page)


def offset_of(asked: Request) -> list[int]:
    """Where a piece begins; nothing for any other request."""
    return [int(asked.headers["upload-offset"])] if asked.method == "PATCH" else []


@pytest.mark.slow
def test_an_upload_goes_on_after_the_browser_was_closed(machine: Machine) -> None:
    page = machine.open()
    recovery = machine.prepare(page)
    machine.seal(page, recovery, machine.document(40 * MIB))
    pieces: list[int] = []

    def cut_after_two(route: Route) -> None:
        if route.request.method == "PATCH":
            pieces.append(int(route.request.headers["upload-offset"]))
        if len(pieces) > 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(PATCHES, cut_after_two)
    machine.press(page, "递交")
    machine.says(page, "offline")
    machine.stop()

    machine.start()
    again: list[int] = []
    assert machine.context
    machine.context.on("request", lambda asked: again.extend(offset_of(asked)))
    page = machine.open()
    machine.at(page, "received")
    assert again[0] == 16 * MIB
    assert len(again) == 4
    settled(machine)
    machine.at(page, "complete")
    machine.heard.clear()


@pytest.mark.slow
def test_a_flaky_line_costs_time_alone(machine: Machine) -> None:
    page = machine.open()
    recovery = machine.prepare(page)
    machine.seal(page, recovery, machine.document(20 * MIB))
    dropped: set[str] = set()

    def drop_the_first(route: Route) -> None:
        """Of each kind at each place; the answer of finalise is lost, and not the request."""
        asked = route.request
        place = f"{asked.method} {asked.url} {asked.headers.get('upload-offset', '')}"
        if asked.method not in ("PATCH", "POST", "HEAD") or place in dropped:
            route.continue_()
            return
        dropped.add(place)
        if asked.url.endswith("/finalise"):
            route.fetch()
        route.abort("connectionreset")

    page.route("**/api/v1/**", drop_the_first)
    machine.press(page, "递交")
    machine.at(page, "received")
    assert len(dropped) > 4
    settled(machine)
    machine.at(page, "complete")
    machine.heard.clear()


@pytest.mark.slow
def test_a_second_tab_is_told_to_wait(machine: Machine) -> None:
    first = machine.open()
    machine.at(first, "roster")
    second = machine.open()
    machine.says(second, "second-tab")
    inspect(second, "bid-second-tab")
    expect(second.get_by_role("button", name="核对", exact=True)).to_have_count(0)


@pytest.mark.slow
def test_a_full_disk_is_found_before_the_work(machine: Machine) -> None:
    page = machine.open()
    machine.prepare(page)
    assert machine.context
    session = machine.context.new_cdp_session(page)
    small = {"origin": machine.site.url, "quotaSize": 8 * MIB}
    session.send("Storage.overrideQuotaForOrigin", small)
    page.fill("#price", PRICE)
    page.set_input_files("#documents", machine.document(16 * MIB))
    machine.press(page, "封标")
    machine.says(page, "no-space")
    machine.at(page, "offer")
    session.send("Storage.overrideQuotaForOrigin", {"origin": machine.site.url})
    machine.press(page, "封标")
    machine.at(page, "rehearse")


@pytest.mark.slow
def test_a_bid_is_replaced_withdrawn_and_made_anew(machine: Machine) -> None:
    page = machine.open()
    recovery = machine.prepare(page)
    document = machine.document(MIB)
    for price, action in (("100.00", "submit"), ("90.00", "replace")):
        if action == "replace":
            machine.press(page, "封一份新的来替换")
            machine.at(page, "offer")
        machine.seal(page, recovery, document, price)
        machine.press(page, "递交")
        machine.at(page, "received")
        settled(machine)
        machine.at(page, "complete")
        assert (
            statement.parse(submission_of(machine.site.world, machine.firm)[1].statement).action
            == action
        )
    page.get_by_text("撤回投标", exact=True).click()
    machine.press(page, "确认撤回")
    machine.at(page, "received")
    tick(machine.site.world)
    machine.at(page, "withdrawn")
    machine.press(page, "重新投标")
    machine.at(page, "offer")
    machine.seal(page, recovery, document, "80.00")
    machine.press(page, "递交")
    machine.at(page, "received")
    said = statement.parse(submission_of(machine.site.world, machine.firm)[1].statement)
    assert (said.action, said.sequence) == ("submit", 4)


@pytest.mark.slow
def test_what_the_page_refuses_it_says_in_words(machine: Machine) -> None:
    page = machine.open()
    machine.at(page, "roster")
    machine.press(page, "核对")
    machine.says(page, "no-file")
    other = machine.folder / "other.json"
    other.write_bytes(machine.site.world.settings.roster_bytes().replace(b"guard-1", b"guard-9"))
    page.set_input_files("#roster", other)
    machine.press(page, "核对")
    machine.says(page, "wrong-roster")
    inspect(page, "bid-wrong-roster")
    page.set_input_files("#roster", machine.site.world.settings.roster)
    machine.press(page, "核对")
    machine.at(page, "key")
    page.set_input_files("#key", machine.document(100))
    machine.press(page, "载入密钥")
    machine.says(page, "wrong-key-file")
    page.fill("#passphrase", "short")
    machine.press(page, "生成密钥并下载备份")
    machine.says(page, "passphrase-short")
    inspect(page, "bid-key")


@pytest.mark.slow
def test_price_recovery_file_and_changed_documents(machine: Machine) -> None:
    page = machine.open()
    recovery = machine.prepare(page)
    document = machine.document(MIB)
    page.set_input_files("#documents", document)
    page.fill("#price", "一百万")
    machine.press(page, "封标")
    machine.says(page, "price-form")
    inspect(page, "bid-offer")
    page.fill("#price", PRICE)
    document.write_bytes(b"edited since it was chosen")
    machine.press(page, "封标")
    machine.says(page, "document-changed")
    machine.seal(page, recovery, document)
    machine.press(page, "放弃这一份，重新封标")
    machine.at(page, "offer")
    page.fill("#price", PRICE)
    machine.press(page, "封标")
    machine.at(page, "rehearse")
    wrong = machine.folder / "wrong.txt"
    wrong.write_text(str(X25519Identity.generate()))
    page.set_input_files("#recovery", wrong)
    machine.press(page, "试开")
    machine.says(page, "wrong-recovery-file")
    inspect(page, "bid-rehearse")


@pytest.mark.slow
def test_a_firm_that_joined_elsewhere_is_sent_there(
    listed: Site, browser: Browser, tmp_path: Path
) -> None:
    with at_work(listed, browser, tmp_path) as machine:
        listed.world.rows(
            """insert into registry.signing_key (organization_id, public_key, enrolled_by,
            enrolled_at) values (%s, %s, %s, kit.now())""",
            machine.firm.organization,
            machine.firm.key.public,
            machine.firm.person,
        )
        machine.firm.joined()
        page = machine.open()
        machine.says(page, "joined-elsewhere")


@pytest.mark.slow
def test_a_deadline_that_nobody_proves_and_one_that_passes(machine: Machine) -> None:
    """The last here: the clock is everybody's."""
    page = machine.open()
    recovery = machine.prepare(page)
    machine.seal(page, recovery, machine.document(MIB))
    world = machine.site.world
    with world.database.admin() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update notice.tender set deadline = deadline + interval '10 minutes'")
    machine.says(page, "deadline-unsure")
    world.move(timedelta(hours=1, minutes=30))
    machine.press(page, "递交")
    machine.says(page, "deadline-passed")
    inspect(page, "bid-too-late")
    machine.heard.clear()
