"""Two of three custodians open; with one alone nothing opens, and it shows who is missing."""

import time
from functools import partial
from typing import Any

import httpx
import msgspec

from tests.faults.promises import check_honoured
from tests.support.town import Tender, Town, together

SEALED_FOR = 6.0
OPENED_WITHIN = 90.0
NAMES = {"custodian-1": "江湾区公证处", "custodian-2": "江湾区档案馆", "custodian-3": "江湾大学"}


def hall(town: Town, tender: Tender, last: str) -> list[tuple[str, dict[str, Any]]]:
    """What a visitor of the hall hears, up to the first event of kind `last`."""
    heard: list[tuple[str, dict[str, Any]]] = []
    url = f"{town.url}/api/v1/tenders/{tender.id}/hall"
    with httpx.stream("GET", url, timeout=20) as answer:
        kind = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(":")
            if name == "event":
                kind = value.strip()
            elif name == "data":
                heard.append((kind, msgspec.json.decode(value)))
                if kind == last:
                    break
    return heard


def let_silence_be_noticed(town: Town) -> None:
    """As if the minute were over after which a silent custodian is not alive."""
    with town.admin() as connection:
        connection.execute("update custody.presence set seen_at = seen_at - interval '2 minutes'")
    time.sleep(4 * town.stack.tick_seconds)


def test_one_custodian_alone_opens_nothing_and_two_do(town: Town) -> None:
    bidders = town.bidders[:2]
    tender = town.publish(town.window(10))
    together([partial(each.offer, tender.id) for each in bidders])
    town.kill("custodian-2")
    town.kill("custodian-3")
    try:
        town.sleep_until(tender.not_before)
        # 1. The request is out, and stays without the answers it needs.
        heard = dict(hall(town, tender, "release"))
        assert heard["release"]["needed"] == 2
        assert set(heard["release"]["custodians"]) == set(NAMES.values())
        time.sleep(SEALED_FOR)
        assert town.opening(tender.id) is None
        assert town.status(tender.id) == "closed"
        # 2. Who is missing shows to everybody.
        let_silence_be_noticed(town)
        events = hall(town, tender, "pulse")
        assert [kind for kind, _ in events if kind in ("answer", "bid", "record")] == []
        alive = set(dict(events)["pulse"]["custodians"])
        assert set(NAMES.values()) - alive == {NAMES["custodian-2"], NAMES["custodian-3"]}
        # 3. One comes back: it opens by itself, while the third is still dead.
        town.revive("custodian-2")
        town.wait_until_over(tender.id, OPENED_WITHIN)
    finally:
        town.revive("custodian-2")
        town.revive("custodian-3")
    check_honoured(town, tender, bidders)
    opening = town.opening(tender.id)
    assert opening is not None
    assert {each["name"]: each["said"] for each in opening["custodians"]} == {
        NAMES["custodian-1"]: "answered",
        NAMES["custodian-2"]: "answered",
        NAMES["custodian-3"]: "silent",
    }
