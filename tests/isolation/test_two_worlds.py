"""Before the opening, nobody on the desk's side can tell five bids from none."""

import pytest

from tests.isolation import compare, routes, statements
from tests.isolation.compare import Worlds
from tests.isolation.installation import slots_taken


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
    probes, leaks = compare.by_statements(two_worlds, role, targets)
    with capsys.disabled():
        print(f"\n{role}: {probes} statements compared, {len(leaks)} leaks")
    assert not leaks, "\n".join(f"{probe}: {how}" for probe, how in leaks.items())


def test_no_route_tells(two_worlds: Worlds, capsys: pytest.CaptureFixture[str]) -> None:
    for one in two_worlds:
        one.ask("GET", "/api/v1/custody/work", "custodian")
    assert routes.first_words(two_worlds[0]) == routes.first_words(two_worlds[1])
    probes, leaks = compare.by_requests(two_worlds)
    with capsys.disabled():
        print(f"\n{probes} requests compared, {len(leaks)} leaks")
    assert not leaks, "\n".join(f"{probe}: {how}" for probe, how in leaks.items())
    assert probes > 600
