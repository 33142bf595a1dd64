"""In the middle of a firm's work its browser is closed, its disk fills up, the deadline moves."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.amendments.world import Amended, amended
from tests.support.database import maker
from tests.web.firm_at_work import (
    PATIENCE,
    PRICE,
    Machine,
    at_work,
    log_certificate,
    submission_of,
    tick,
)
from tests.web.site import serving

pytestmark = pytest.mark.slow

MIB = 1 << 20
PATCHES = "**/api/v1/uploads/*"
KEPT = """async () => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("sealed", { create: true });
  return await Array.fromAsync(folder.keys());
}"""


@pytest.fixture
def town(embedded: Any, template: str, tmp_path: Path) -> Iterator[Amended]:
    with maker(embedded, template) as make:
        yield amended(make(), tmp_path)


@pytest.fixture
def machine(town: Amended, browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    with serving(town.world) as site:
        log_certificate(town.world)
        with at_work(site, browser, tmp_path) as made:
            yield made


def test_a_browser_closed_while_it_seals_seals_once_more(machine: Machine) -> None:
    page = machine.open()
    recovery = machine.prepare(page)
    document = machine.document(96 * MIB)
    page.fill("#price", PRICE)
    page.set_input_files("#documents", document)
    machine.press(page, "封标")
    expect(page.locator("#seal-progress [data-work=sealing]")).to_be_visible(timeout=PATIENCE)
    machine.stop()

    machine.start()
    page = machine.open()
    machine.at(page, "offer")
    machine.seal(page, recovery, document)
    assert len(page.evaluate(KEPT)) == 1
    machine.press(page, "递交")
    machine.at(page, "received")
    assert machine.heard == []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for the firm's browser, which others can fill."""
    path = tmp_path / "profile"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", str(path)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nobody may mount a disk here")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


def test_a_disk_that_is_full_in_the_middle_of_the_work(disk: Path, machine: Machine) -> None:
    page = machine.open()
    recovery = machine.prepare(page)
    document = machine.document(160 * MIB)
    page.fill("#price", PRICE)
    page.set_input_files("#documents", document)
    machine.press(page, "封标")
    expect(page.locator("#seal-progress [data-work=sealing]")).to_be_visible(timeout=PATIENCE)
    filler = disk / "somebody else's"
    fill(filler)
    machine.says(page, "no-space")
    machine.at(page, "offer")

    filler.unlink()
    machine.seal(page, recovery, document)
    assert len(page.evaluate(KEPT)) == 1
    machine.heard.clear()


def fill(path: Path) -> None:
    """Takes what is left of the disk, to the last byte."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(MIB))


def test_a_deadline_that_moves_while_it_uploads(machine: Machine, town: Amended) -> None:
    """The line is down until after the published deadline, and up again before the new one."""
    world, page = town.world, machine.open()
    recovery = machine.prepare(page)
    machine.seal(page, recovery, machine.document(24 * MIB))
    before = page.locator("[data-fact=deadline]").first.inner_text()
    pieces: list[str] = []

    def cut_after_one(route: Route) -> None:
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
        if len(pieces) > 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(PATCHES, cut_after_one)
    machine.press(page, "递交")
    machine.says(page, "offline")

    in_force(town)
    expect(page.locator("[data-fact=deadline]").first).not_to_have_text(before, timeout=PATIENCE)
    world.move_to(world.key.terms.deadline)
    page.unroute(PATCHES)
    machine.at(page, "received")
    submission, _ = submission_of(world, machine.firm)
    world.check_digest(submission)
    tick(world)
    machine.at(page, "complete")
    [[at]] = world.rows("select finalised_at from sealed.submission where id = %s", submission)
    assert town.published[0] < at < town.postponed[0]


def in_force(town: Amended) -> None:
    """Both have signed, two custodians of three have acknowledged it, and the log proves it."""
    town.acknowledge(town.confirmed(), 1, 2)
    town.tick()
    tick(town.world)
