"""Looking at a page as its readers do, and as those who cannot see it.

`look` opens it in both languages and at two widths, keeps a picture of each, and fails for what
axe-core finds, for anything in the console, and for a page that scrolls sideways.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.web.looked import check_listed

PICTURES = Path(__file__).parents[2] / "build/screenshots"
WIDTHS = (1280, 390)
LANGUAGES = ("zh", "en")
HEIGHT = 900
EXAMINED = (("zh", 1280), ("en", 390))
# A clock is behind `data-clock`, and differs from run to run.
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Rules of WCAG 2.2 AA and axe's own good practice. Nothing is switched off.
RULES = {"resultTypes": ["violations"]}


@dataclass
class Eyes:
    """A browser with which somebody looks at one site."""

    browser: Browser
    url: str
    token: str = ""
    role: str = ""
    errors: list[str] = field(default_factory=list)

    @contextmanager
    def page(
        self, language: str = "zh", width: int = 1280, *, scripts: bool = True
    ) -> Iterator[Page]:
        """A page of a fresh browser profile."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": HEIGHT},
            locale="zh-CN" if language == "zh" else "en-GB",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        self._dress(context, language)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        try:
            yield page
        finally:
            context.close()

    def look(
        self,
        path: str,
        name: str,
        *,
        before: Callable[[Page], Any] | None = None,
        status: int = 200,
    ) -> None:
        """All languages and widths; `before` does something on the page first."""
        # One profile for all: as a reader who changes languages, it fetches the style sheet once.
        with self.page(LANGUAGES[0]) as page:
            for language in LANGUAGES:
                page.context.add_cookies([self._cookie("language", language)])
                answer = page.goto(path, wait_until="load")
                assert answer is not None
                assert answer.status == status, f"{path}: {answer.status}"
                if before is not None:
                    before(page)
                self._views(page, name, language)
                if status == 200:
                    check_listed(page.url.removeprefix(self.url), name)
        self.no_errors(status)

    def look_at(self, page: Page, name: str) -> None:
        """As `look`, at the page that somebody came to by what was done before."""
        check_listed(page.url.removeprefix(self.url), name)
        before = page.viewport_size
        assert before is not None
        own = "en" if page.locator("html").get_attribute("lang") == "en" else "zh"
        for language in sorted(LANGUAGES, key=lambda each: each == own):
            page.context.add_cookies([self._cookie("language", language)])
            page.reload(wait_until="load")
            self._views(page, name, language)
        page.set_viewport_size(before)

    def _views(self, page: Page, name: str, language: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            # The same elements four times: twice is enough, once where words are long.
            axe = (language, width) in EXAMINED
            inspect(page, f"{name}-{language}-{width}", axe=axe)

    def no_errors(self, status: int = 200) -> None:
        """The browser itself notes a page that came with an error's status; that one is meant."""
        meant = f"status of {status}" if status != 200 else "\0"
        found = [error for error in self.errors if meant not in error]
        self.errors.clear()
        assert not found, found

    def _dress(self, context: BrowserContext, language: str) -> None:
        kept = {"language": language}
        if self.token:
            kept |= {"session": self.token, "role": self.role}
        context.add_cookies([self._cookie(*each) for each in kept.items()])

    def _cookie(self, name: str, value: str) -> Any:
        return {"name": name, "value": value, "url": self.url}

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text}")


def inspect(page: Page, name: str, *, axe: bool = True) -> None:
    """A picture of the page as it stands, and what is wrong with it. Raises AssertionError."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = PICTURES / f"{name}.jpeg"
    page.screenshot(path=picture, full_page=True, type="jpeg", quality=85)
    assert page.evaluate(OVERFLOW) <= 0, f"{name} scrolls sideways"
    if not axe:
        return
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, f"{name}: {_said(found)}"


def _said(violations: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes'][:4]]}"
        for each in violations
    )
