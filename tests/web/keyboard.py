"""Hands that have no mouse: everything is reached by Tab, and pressed by Enter or the space bar.

`walk` goes through a whole page and says what such a reader would complain of.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

# More than any page of ours has; who presses Tab as often is caught.
MOST = 400
# Numbers whatever can be operated, with the shadow that it has without focus. Of a group of radio
# buttons Tab reaches one; what is in a closed part is reached once it is opened.
NUMBER = """() => {
    const all = [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [role=button], [tabindex]")];
    const shown = all.filter((each) => !each.disabled && each.type !== "hidden"
        && each.getAttribute("tabindex") !== "-1"
        && each.checkVisibility({visibilityProperty: true}));
    const groups = new Map();
    for (const each of shown)
        if (each.type === "radio" && (each.checked || !groups.has(each.name)))
            groups.set(each.name, each);
    const stops = shown.filter((each) => each.type !== "radio" || groups.get(each.name) === each);
    stops.forEach((each, number) => {
        each.dataset.stop = number;
        each.dataset.shadow = getComputedStyle(each).boxShadow;
    });
    return stops.map((each) => each.outerHTML.slice(0, 140));
}"""
# Where the focus is: the number, and whether somebody who looks at the page sees it.
FOCUSED = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const shown = focused.matches(".file-input") ? focused.nextElementSibling : focused;
    const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const shadowed = style.boxShadow !== "none" && style.boxShadow !== focused.dataset.shadow;
    const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
        && box.top < innerHeight && box.left < innerWidth;
    return {
        stop: focused.dataset.stop ?? "",
        visible: inside && (ringed || shadowed),
        html: focused.outerHTML.slice(0, 140),
    };
}"""

# What is typed into each part of a date's field.
TYPED = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "ampm": "%p",
}
PART = re.compile("-webkit-datetime-edit-([a-z]+)-field")


def walk(page: Page) -> list[str]:
    """Tab from the page's first stop to its last; returns what is wrong with it."""
    stops: list[str] = page.evaluate(NUMBER)
    missing, unseen = set(range(len(stops))), []
    for _ in range(2 * len(stops) + 20):
        page.keyboard.press("Tab")
        focused: dict[str, Any] | None = page.evaluate(FOCUSED)
        if focused is None:
            continue
        if not focused["visible"]:
            unseen.append(f"its focus is not visible: {focused['html']}")
        missing.discard(int(focused["stop"] or -1))
        if not missing:
            break
    # Somebody who is held in one place never comes to the rest.
    return [f"not reached: {stops[each]}" for each in sorted(missing)] + unseen


@dataclass
class Keys:
    """A page's reader at the keyboard."""

    page: Page

    def reach(self, wanted: Locator) -> None:
        """Forward, as often as it takes. Raises AssertionError."""
        handle = wanted.element_handle()
        for _ in range(MOST):
            if handle.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {wanted}")

    def press(self, label: str, role: Any = "button", key: str = "Enter") -> None:
        found = self.page.get_by_role(role, name=label, exact=True).locator("visible=true")
        self.reach(found.first)
        self.page.keyboard.press(key)

    def type(self, selector: str, text: str) -> None:
        """In place of what is there."""
        self.reach(self.page.locator(selector))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def type_time(self, selector: str, moment: datetime) -> None:
        """Part by part, in the order that this browser gives the field: it asks no page."""
        field = self.page.locator(selector)
        self.reach(field)
        parts = _parts(self.page, selector)
        for part in parts:
            halved = part == "hour" and "ampm" in parts
            self.page.keyboard.type(moment.strftime("%I" if halved else TYPED[part]))
        assert field.input_value() == moment.strftime("%Y-%m-%dT%H:%M")

    def choose(self, selector: str, path: Path) -> None:
        """A file, in the dialogue that the space bar opens."""
        self.reach(self.page.locator(selector))
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Space")
        asked.value.set_files(path)


def _parts(page: Page, selector: str) -> list[str]:
    """Of a date's field, as Chromium draws them; a page itself cannot see them."""
    session = page.context.new_cdp_session(page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    drawn = session.send("DOM.describeNode", {"nodeId": node, "depth": -1, "pierce": True})
    return PART.findall(json.dumps(drawn))
