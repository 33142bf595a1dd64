"""Two installations, in one of which firms ask: what may differ, and when.

Before a batch nothing does: tests/isolation plays that on every route, page and statement. Here it
is after one.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from sunseal.clarifications import rules
from tests.clarifications.world import DAY, Place, opened
from tests.isolation import normal, statements
from tests.support.database import maker

Worlds = tuple[Place, Place]
# Another buyer may call the function that tells a tender's own side; the centre may not.
OTHERS = ("as_tendering_party", pytest.param("as_centre", marks=pytest.mark.slow))
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def worlds(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    """The second is where somebody asks; both are past the next batch."""
    with ExitStack() as kept:
        make = kept.enter_context(maker(embedded, template))
        quiet, asking = (
            kept.enter_context(opened(make(), tmp_path_factory.mktemp(name)))
            for name in ("quiet", "asking")
        )
        firms = [[place.world.firm() for _ in range(3)] for place in (quiet, asking)]
        for number, firm in enumerate(firms[1]):
            assert asking.asks(firm, f"第{number}册图纸何时发放？").status_code == 201
        for firm in firms[0]:
            quiet.token(firm)  # to have signed in is not to have asked
        # By the same step: the clock's own words stand in plans.
        [[now]] = quiet.world.rows("select kit.now()")
        step = rules.released_at(now, now + DAY) - now + MINUTE
        for place in (quiet, asking):
            place.world.move(step)
            place.work()
            with place.world.database.admin() as admin:
                admin.execute("vacuum analyze")
        yield quiet, asking


def different(worlds: Worlds, role: str, organizations: tuple[Any, Any]) -> dict[str, Any]:
    """What statements of a role tell differently, by the statement."""
    told = [
        statements.walk(place.world.database, role, organization, ())
        for place, organization in zip(worlds, organizations, strict=True)
    ]
    assert told[0].keys() == told[1].keys()
    pairs = {probe: (told[0][probe], told[1][probe]) for probe in told[0]}
    return {probe: pair for probe, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("role", OTHERS)
def test_what_was_released_tells_nobody_else(worlds: Worlds, role: str) -> None:
    """Neither the centre, nor somebody who buys something else."""
    strangers = worlds[0].stranger.organization, worlds[1].stranger.organization
    found = different(worlds, role, strangers)
    assert {probe: normal.difference(*pair) for probe, pair in found.items()} == {}


def test_the_tenders_own_side_learns_the_texts_and_no_more(worlds: Worlds) -> None:
    agents = worlds[0].staff["agent"].organization, worlds[1].staff["agent"].organization
    assert different(worlds, "as_agent", agents) == {}
    quiet, asking = (place.released() for place in worlds)
    assert quiet == []
    assert {each["text"] for each in asking} == {
        f"第{number}册图纸何时发放？" for number in range(3)
    }
    assert len({each["released_at"] for each in asking}) == 1
    assert {each["clarification"] for each in asking} == {None}


PATHS = ("", "/clarifications", "/feed.atom", "/questions")


SLOW = [
    pytest.param(who, marks=pytest.mark.slow) for who in ("supervisor", "operator", "custodian")
]


@pytest.mark.parametrize("who", ["", "centre", *SLOW])
def test_no_page_tells_of_what_was_released(worlds: Worlds, who: str) -> None:
    shown = []
    for place in worlds:
        token = place.staff[who].token if who else ""
        cookies = f"session={token}; role={who}; language=zh" if who else "language=zh"
        paths = [f"/tenders/{place.world.tender}{path}" for path in PATHS]
        paths += [f"/work{paths[0]}/clarifications", f"{place.path}/questions"]
        answers = [
            place.client.get(path, headers={"host": "localhost", "cookie": cookies})
            for path in paths
        ]
        shown.append([(each.status_code, len(each.content)) for each in answers])
    assert shown[0] == shown[1]
