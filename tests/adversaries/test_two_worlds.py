"""Nobody on the staff can tell a tender with three bids from one with none, whatever he asks.

Every GET route of the API's own description is asked, as every role, about two tenders that differ
in their bids alone. What must differ between two tenders (ids, times, keys) is replaced by its kind
and length before the answers are compared.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import httpx
import msgspec

from sunseal.demo.desk import API, Desk
from tests.adversaries.siege import Siege
from tests.support.town import ENVELOPE, Town

ROLES = ("", "tendering-party", "agent", "clerk", "supervisor")
NOBODY = "00000000-0000-4000-8000-000000000000"
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIMES = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)")
REFERENCES = re.compile(r"T-[0-9a-f]{8}")
RECIPIENTS = re.compile(r"age1[0-9a-z]{58}")
PLACES = re.compile(r'"tick":\d+,"slot":\d+')
# A path of the log grows with the log, and cosigners sign in the order in which they happen to.
RECEIPTS = re.compile(r'"receipt":"c2sp.org/tlog-proof@v1[^"]*"')
BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
# These never end; the hall is asked for its first words instead.
STREAMS = ("/hall",)
# The same for both tenders, and different each moment: the log's own growth, by the clock alone.
CLOCKWORK = ("/log/",)
# What the description's path parameters are filled with, besides the tender.
FILLED = {"envelope": ENVELOPE, "name": ENVELOPE}


def routes(town: Town) -> list[str]:
    """The paths of all GETs, as the API describes itself."""
    described = httpx.get(f"{town.url}{API}/schema/openapi.json", timeout=30).json()["paths"]
    return sorted(path for path, methods in described.items() if "get" in methods)


def filled(route: str, tender: UUID) -> str:
    def fill(found: re.Match[str]) -> str:
        name = found[1].split(":")[0]
        return str(tender) if name in ("tender_id", "tender") else FILLED.get(name, NOBODY)

    return re.sub(r"\{([^}]+)\}", fill, route)


def told(
    town: Town, visitor: Desk, role: str, route: str, tender: UUID
) -> tuple[int, str, str, list[str]]:
    """Status, type, normalised body and the names of the headers."""
    client = (town.desk(role) if role else visitor)._client
    query = {"tender": str(tender)} if "{tender" not in route else {}
    answer = client.get(town.url + filled(route, tender), params=query)
    names = sorted(set(answer.headers) - {"date", "content-length", "etag"})
    return (
        answer.status_code,
        answer.headers.get("content-type", ""),
        normal(_members(answer.content) if _is_zip(answer) else answer.text),
        names,
    )


def _is_zip(answer: httpx.Response) -> bool:
    return bool(answer.headers.get("content-type", "") == "application/zip")


def _members(data: bytes) -> str:
    """A bundle's list of contents, and of those what is the tender's own; the rest is the log."""
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        names = [name for name in bundle.namelist() if not name.startswith("log/")]
        own = [bundle.read(name).decode() for name in names if name.startswith("envelopes/")]
    return "\n".join([*names, *own])


def normal(text: str) -> str:
    """Without what differs between any two tenders; the length of binary values stays."""
    text = UUIDS.sub("<id>", text)
    text = TIMES.sub("<time>", text)
    text = REFERENCES.sub("<reference>", text)
    text = PLACES.sub("<place in the log>", text)
    text = RECEIPTS.sub("<receipt>", text)
    text = RECIPIENTS.sub("<recipient>", text)
    return BASE64.sub(lambda found: f"<{len(found[0])} of base64>", text)


def asked(town: Town) -> Iterator[tuple[str, str]]:
    for route in routes(town):
        if not route.endswith(STREAMS) and not any(part in route for part in CLOCKWORK):
            for role in ROLES:
                yield role, route


def differences(siege: Siege, visitor: Desk, pairs: Iterable[tuple[str, str]]) -> dict[Any, Any]:
    """What is told of the besieged tender, and of the empty one, where that is not the same."""
    found = {}
    for role, route in pairs:
        told_of = [
            told(siege.town, visitor, role, route, each.id) for each in (siege.tender, siege.empty)
        ]
        if told_of[0] != told_of[1]:
            found[role, route] = told_of
    return found


def test_no_route_tells_three_bids_from_none(siege: Siege) -> None:
    town = siege.town
    pairs = list(asked(town))
    assert len(pairs) >= 15 * len(ROLES)
    with Desk(town.url) as visitor:
        told_differently = differences(siege, visitor, pairs)
        # The deadline of both may have come between two questions: what stays is a difference.
        told_differently = differences(siege, visitor, told_differently)
    siege.check_early()
    assert told_differently == {}


def first_words(town: Town, tender: UUID) -> Any:
    """What the hall says at once: a pulse, or what has happened."""
    with httpx.stream("GET", f"{town.url}{API}/tenders/{tender}/hall", timeout=20) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                return msgspec.json.decode(line.removeprefix("data:")).keys()
    return None


def test_the_hall_says_the_same(siege: Siege) -> None:
    first, second = (first_words(siege.town, each.id) for each in (siege.tender, siege.empty))
    siege.check_early()
    assert first == second == {"now", "custodians"}


def test_the_comparison_sees_one_letter(siege: Siege) -> None:
    """It is not blind: a word in the notice is told apart."""
    body = '{"id":"%s","bids":%d}'
    assert normal(body % (siege.tender.id, 0)) == normal(body % (siege.empty.id, 0))
    assert normal(body % (siege.tender.id, 0)) != normal(body % (siege.empty.id, 3))
