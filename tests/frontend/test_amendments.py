"""The browser is never talked into a deadline that is not in force, either."""

from datetime import datetime
from typing import Any

import pytest

from sunseal_crypto import amendment as rules
from sunseal_crypto import canonical
from tests.bidder.test_amendments import BOTH, DAY, LIES, Lie, shown, wish
from tests.bidder.world import DEADLINE, World
from tests.frontend.library import Library


@pytest.fixture(scope="module")
def amended() -> World:
    return World(amenders=list(BOTH))


def timetable(browser: Library, world: World, *amendments: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = browser.ask(
        "timetable",
        certificate=world.certificate,
        roster=world.roster,
        notice=world.notice,
        receipt=world.certificate_receipt(),
        tender=str(world.tender),
        envelope="1",
        amendments=amendments,
    )
    return found


def micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def test_what_is_in_force_moves_the_deadline(browser: Library, amended: World) -> None:
    first = wish(amended)
    second = wish(amended, 2, rules.digest(canonical.encode(first)))
    one, two = shown(amended, first, 1, 3), shown(amended, second, 2, 3, at=DEADLINE)
    assert timetable(browser, amended) == {"deadline": micros(DEADLINE), "number": 0, "doubt": ""}
    found = timetable(browser, amended, one, two)
    assert found == {"deadline": micros(DEADLINE + 2 * DAY), "number": 2, "doubt": ""}


@pytest.mark.parametrize(("lie", "why"), LIES.values(), ids=LIES.keys())
def test_no_lie_moves_it(lie: Lie, why: str, browser: Library, amended: World) -> None:
    found = timetable(browser, amended, lie(amended))
    assert (found["deadline"], found["number"]) == (micros(DEADLINE), 0)
    assert found["doubt"]


def test_the_second_alone_moves_nothing(browser: Library, amended: World) -> None:
    second = wish(amended, 2, rules.digest(canonical.encode(wish(amended))))
    found = timetable(browser, amended, shown(amended, second, 2, 3))
    assert found["number"] == 0


def test_terms_that_name_nobody_are_never_amended(browser: Library, world: World) -> None:
    assert timetable(browser, world, shown(world, wish(world), 1, 2, 3))["number"] == 0
