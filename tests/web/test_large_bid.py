"""Two GiB through the page, from the chosen file to the receipt, and the memory that it takes."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sunseal_crypto.age import X25519Identity
from sunseal_parties.bidder import rehearse
from tests.support.memory import BrowserMemory
from tests.web.firm_at_work import Machine, at_work, log_certificate, submission_of, tick
from tests.web.site import Site

# Sealed it is larger than 2³¹ bytes: sums of 32 bits, as a script makes them too easily, show here.
SIZE = 2 << 30
MIB = 1 << 20
PATIENCE = 1_200_000
# MiB in the page's own process and in all of the browser's. How much of what was read waits to be
# cleared away is the machine's to say; a fifth of the file at once would be kept on purpose.
PAGE_MAY_TAKE, ALL_MAY_TAKE = 400, 600


@pytest.fixture
def machine(site: Site, browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    log_certificate(site.world)
    with at_work(site, browser, tmp_path) as made:
        yield made
        assert made.heard == []
    # Six GiB are more than a machine should keep of a test that is over.
    shutil.rmtree(tmp_path)


def noise(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
    return path


def comes_to(page: Page, step: str) -> None:
    expect(page.locator("#seal")).to_have_attribute("data-at", step, timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_gib_are_sealed_rehearsed_and_handed_in(machine: Machine) -> None:
    world = machine.site.world
    recovery = machine.prepare(machine.open())
    # Back on another day: making a key takes 256 MiB for its passphrase, and that is another story.
    machine.stop()
    machine.start()
    page = machine.open()
    page.set_default_timeout(PATIENCE)
    machine.at(page, "offer")
    document = noise(machine.folder / "施工图纸.zip", SIZE)
    page.fill("#price", "1.00")
    page.set_input_files("#documents", document)

    steps = {
        "rehearse": lambda: machine.press(page, "封标"),
        "submit": lambda: rehearsed(machine, page, recovery),
        "received": lambda: machine.press(page, "递交"),
    }
    with BrowserMemory(machine.folder / "profile").watched() as memory:
        for step, press in steps.items():
            began = time.perf_counter()
            press()
            comes_to(page, step)
            seconds = time.perf_counter() - began
            print(f"{step}: {seconds:.0f} s, {memory}")
    assert memory.page < PAGE_MAY_TAKE, memory
    assert memory.all < ALL_MAY_TAKE, memory

    submission, signed = submission_of(world, machine.firm)
    world.check_digest(submission)
    tick(world)
    comes_to(page, "complete")
    sealed = machine.saved(page, lambda: machine.press(page, "下载封好的文件"))
    identity = X25519Identity.from_string(recovery.read_text().splitlines()[-1])
    key = bytes(
        world.rows(
            "select public_key from registry.signing_key where organization_id = %s",
            machine.firm.organization,
        )[0][0]
    )
    opened = rehearse.rehearse(sealed, signed, world.key, key, identity)
    assert [file.size for file in opened.files] == [SIZE]


def rehearsed(machine: Machine, page: Page, recovery: Path) -> None:
    page.set_input_files("#recovery", recovery)
    machine.press(page, "试开")
