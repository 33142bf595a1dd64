"""Every page that the application serves, as each role of the desk's side has it in two worlds."""

import re
from typing import Any
from uuid import uuid4

from litestar import Litestar
from litestar.routes import HTTPRoute

from sunseal.web import cookies
from tests.isolation import normal
from tests.isolation.installation import Installation

Worlds = tuple[Installation, Installation]
Leaks = dict[str, str]
NOBODY = str(uuid4())
# The other language shows the same values: one role with many pages is enough.
LANGUAGES = {"centre": ("zh", "en")}
# What is read out on a page by the clock, to the minute or the second, in either language; and as
# evidence of a finding, in seconds.
CLOCK = re.compile(
    r"\d{4}年\d+月\d+日(?: \d\d:\d\d(?::\d\d)?)?|\d+ [A-Z][a-z]+ \d{4}(?:, \d\d:\d\d(?::\d\d)?)?"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d(?!:)|(?<!\d)1[78]\d{8}(?:\.\d+)?(?!\d)"
)
# What one request notes twice has one time, and then chance orders the lines.
LINES = re.compile(r"<tbody>.*?</tbody>", re.DOTALL)
# A fingerprint is shown in pieces, each too short to be told from a word.
FINGERPRINT = re.compile(r'<code class="fingerprint">.*?</code>')
# Custodians ask at a constant rate; on a slow machine one world's would fall silent first.
AWAKE = "update custody.presence set seen_at = kit.now()"
# The pages of each side's own; a bidder sees its own bids, and is no role of the desk.
ROLES = ("", "tendering_party", "agent", "centre", "supervisor", "operator", "custodian")


def pages(app: Litestar) -> list[str]:
    """The path of every page that is read, as the application has it."""
    found = {
        route.path_format
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "GET" in handler.http_methods and not route.path_format.startswith(("/api", "/static"))
    }
    return sorted(found)


def filled(path: str, tender: str) -> str:
    path = path.replace("{tender_id}", tender).replace("{envelope}", "1")
    return re.sub(r"\{[^}]*\}", NOBODY, path)


def seen(one: Installation, role: str, path: str, language: str) -> Any:
    """The page as its reader has it, with what differs by chance or clock marked."""
    token = one.tokens[role]
    kept = {"language": language}
    if token:
        kept |= {cookies.SESSION: token, cookies.ROLE: role}
    answer = one.client.get(
        filled(path, str(one.world.tender)),
        headers={
            "host": "localhost",
            "cookie": "; ".join(f"{name}={value}" for name, value in kept.items()),
        },
        follow_redirects=False,
    )
    status, headers, body = normal.answer(answer)
    body = CLOCK.sub("<clock>", FINGERPRINT.sub("<fingerprint>", body))
    return status, headers, LINES.sub(_sorted, body)


def _sorted(lines: re.Match[str]) -> str:
    return "".join(sorted(lines[0].split("<tr")))


def compare(worlds: Worlds, role: str) -> tuple[list[int], Leaks]:
    """The status of each page, and those pages that are not the same."""
    statuses: list[int] = []
    leaks: Leaks = {}
    for number, path in enumerate(pages(worlds[0].app)):
        for one in worlds if number % 10 == 0 else ():
            one.world.rows(AWAKE)
        for language in LANGUAGES.get(role, ("zh",)):
            told = [seen(one, role, path, language) for one in worlds]
            statuses.append(told[0][0])
            if told[0] != told[1]:
                leaks[f"{path} ({language})"] = normal.difference(*told)
    return statuses, leaks
