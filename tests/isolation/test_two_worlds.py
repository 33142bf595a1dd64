"""Before the opening, nobody on the desk's side can tell five bids from none."""

from typing import Any

import pytest

from tests.isolation import normal, routes, statements
from tests.isolation.installation import Installation, slots_taken

Worlds = tuple[Installation, Installation]


def test_the_worlds_do_differ(two_worlds: Worlds) -> None:
    quiet, busy = two_worlds
    assert slots_taken(quiet) == 0
    assert slots_taken(busy) >= 20
    states = busy.world.rows("select distinct state from sealed.submission")
    assert {row[0] for row in states} >= {
        "accepted",
        "replaced",
        "withdrawn",
        "refused",
        "committed",
    }


@pytest.mark.parametrize("role", statements.DESK)
def test_no_statement_tells(
    two_worlds: Worlds, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL's own relations and functions are the same for every role, so one asks them."""
    targets = statements.TARGETS[:1] if role == "as_supervisor" else ()
    compare_statements(two_worlds, role, targets, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("role", statements.DESK)
def test_no_function_of_postgresql_tells(
    two_worlds: Worlds, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    compare_statements(two_worlds, role, statements.TARGETS, capsys)


def compare_statements(
    two_worlds: Worlds, role: str, targets: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    quiet, busy = (
        statements.walk(one.world.database, role, one.world.party, targets) for one in two_worlds
    )
    assert quiet.keys() == busy.keys()
    leaks = {
        probe: normal.difference(quiet[probe], busy[probe])
        for probe in quiet
        if quiet[probe] != busy[probe]
    }
    with capsys.disabled():
        print(f"\n{role}: {len(quiet)} statements compared, {len(leaks)} leaks")
    assert not leaks, "\n".join(f"{probe}: {how}" for probe, how in leaks.items())


def walk_http(two_worlds: Worlds) -> tuple[int, dict[str, Any]]:
    """How many requests were compared, and those that were answered differently."""
    quiet, busy = two_worlds
    document = quiet.ask("GET", "/api/v1/schema/openapi.json").json()
    assert document == busy.ask("GET", "/api/v1/schema/openapi.json").json()
    probes, leaks = 0, {}
    for request in routes.requests(document):
        for role in quiet.tokens:
            pairs = zip(
                routes.filled(request, str(quiet.world.tender)),
                routes.filled(request, str(busy.world.tender)),
                strict=True,
            )
            for first, second in pairs:
                probes += 1
                told = (
                    routes.send(quiet, role, request, first),
                    routes.send(busy, role, request, second),
                )
                if told[0] != told[1]:
                    leaks[f"{role or 'visitor'}: {request}"] = normal.difference(*told)
    return probes, leaks


def test_no_route_tells(two_worlds: Worlds, capsys: pytest.CaptureFixture[str]) -> None:
    for one in two_worlds:
        one.ask("GET", "/api/v1/custody/work", "custodian")
    assert routes.first_words(two_worlds[0]) == routes.first_words(two_worlds[1])
    probes, leaks = walk_http(two_worlds)
    with capsys.disabled():
        print(f"\n{probes} requests compared, {len(leaks)} leaks")
    assert not leaks, "\n".join(f"{probe}: {how}" for probe, how in leaks.items())
    assert probes > 600
