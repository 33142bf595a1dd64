"""A whole practice: real servers, real custodians, a real browser, by the real clock."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from playwright.sync_api import Browser, expect

from sunseal.demo import accounts, evidence
from sunseal.demo.children import program
from sunseal.demo.desk import Desk
from sunseal.demo.firms import BidderFailed, Firm, Profile
from sunseal.demo.seeds import seed_lists
from sunseal.demo.stack import Stack
from sunseal.practice import serve
from sunseal_crypto import canonical, roster
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.signing import SigningKey
from tests.practice.practiser import PATIENCE, PRICE, Practiser
from tests.support.service import guards, roster_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ORIGIN = "practice.localhost/log"
REAL = "tender.example.cn/log"
# Five minutes for people; a browser that does not read needs less.
SECONDS = 40.0
OPENED_WITHIN = 120.0
PORT = 8177


@pytest.fixture
def stack(servers_root: Path) -> Iterator[Stack]:
    made = serve.make(servers_root, "127.0.0.1", PORT, ORIGIN, SECONDS, 2)
    with made:
        seed_lists(made)
        yield made


@pytest.fixture
def practiser(stack: Stack, browser: Browser, tmp_path: Path) -> Iterator[Practiser]:
    made = Practiser(browser, stack.urls[0].replace("127.0.0.1", "localhost"), tmp_path)
    yield made
    made.close()
    assert made.heard == []


def test_one_click_leads_through_a_whole_tender(
    stack: Stack, practiser: Practiser, tmp_path: Path
) -> None:
    page = practiser.open()
    practiser.press(page, "开始练习")
    practiser.step(page, 1)
    page.wait_for_url("**/tenders/*", timeout=PATIENCE)
    tender = page.url.rpartition("/")[2]
    practiser.step(page, 2)
    practiser.follow(page, "参加投标")
    practice_roster = practiser.seal(page)
    receipt = practiser.submit(page)

    practiser.follow(page, "去开标大厅")
    practiser.step(page, 5)
    link = page.get_by_role("link", name="开标结果与记录")
    expect(link).to_be_visible(timeout=(SECONDS + OPENED_WITHIN) * 1000)
    link.click()
    practiser.step(page, 6)
    expect(page.locator("main")).to_contain_text("888,888.00")
    expect(page.locator("main")).to_contain_text("练习企业-")

    others = (strangers(tmp_path), renamed(practice_roster, tmp_path))
    told = page.locator("pre").first.inner_text()
    assert checked(told, receipt, practice_roster) == 0
    assert all(checked(told, receipt, other) == 1 for other in others)
    bundle = bundle_of(stack, tender, tmp_path)
    assert evidence.verify(bundle, practice_roster).code == 0
    for other in others:
        verdict = evidence.verify(bundle, other)
        assert verdict.code == 1, verdict.said


def test_a_program_practises_by_a_token(stack: Stack, tmp_path: Path) -> None:
    """`sunseal-bid` in a folder of its own, and with the roster that the site gives out."""
    with Desk(stack.urls[0]) as visitor:
        begun = visitor.post("/practices")
        end = time.monotonic() + OPENED_WITHIN
        while visitor.post(f"/practices/{begun['tender']}/prepare")["state"] != "ready":
            assert time.monotonic() < end
            time.sleep(1)
    token = tmp_path / "token"
    token.write_text(begun["token"])
    document = tmp_path / "offer.txt"
    document.write_text("offer")
    firm = Firm(Profile("practice", "练习", PRICE, ""), 1, tmp_path, [document])
    firm.bid("login", "--token-file", str(token), urls=stack.urls)
    firm.bid("enrol-key", "--roster", str(stack.installation.roster))
    firm.join(begun["tender"])
    firm.seal(begun["tender"])
    assert firm.submit(begun["tender"])["stage"] == "complete"
    # Whoever holds the real roster is told that this tender's key is none of its institutions'.
    with pytest.raises(BidderFailed):
        firm.bid("check", begun["tender"], "--roster", str(strangers(tmp_path)))


def strangers(folder: Path) -> Path:
    """The roster of a real installation, as supervisors have it out of the gazette."""
    path = folder / "real.json"
    path.write_bytes(roster_of(REAL, folder / "keys", guards(3), guards(1, first=4)))
    return path


def renamed(given: Path, folder: Path) -> Path:
    """The worst: a real name over the practice's institutions, with a log key of its own."""
    log = NoteSigner(REAL, SigningKey.generate())
    made = roster.parse(given.read_bytes())
    path = folder / "renamed.json"
    path.write_bytes(
        canonical.encode(
            structs.replace(made, origin=REAL, log=str(log.verifier), promise=str(log.verifier))
        )
    )
    return path


def checked(told: str, receipt: Path, given: Path) -> int:
    """What the command that the page tells ends with, on these files."""
    files = {"receipt.txt": str(receipt), "roster.json": str(given)}
    name, *arguments = [files.get(word, word) for word in told.split()]
    return subprocess.run([*program(name), *arguments], capture_output=True).returncode


def bundle_of(stack: Stack, tender: str, folder: Path) -> Path:
    """The supervisor's, as soon as the log has revealed all of it."""
    staff = stack.accounts["supervisor"]
    token = accounts.sign_in(stack.urls[0], staff.email, staff.password)
    bundle = folder / "practice.sunseal-bundle"
    with Desk(stack.urls[0], token) as desk:
        end = time.monotonic() + OPENED_WITHIN
        desk.save(f"/audit/tenders/{tender}/bundle", bundle)
        while not evidence.is_complete(bundle):
            assert time.monotonic() < end
            time.sleep(1)
            desk.save(f"/audit/tenders/{tender}/bundle", bundle)
    return bundle
