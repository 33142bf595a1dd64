"""What two worlds say to the same statements and requests, and where it differs."""

from tests.isolation import normal, routes, statements
from tests.isolation.installation import Installation

Worlds = tuple[Installation, Installation]
Leaks = dict[str, str]


def by_statements(worlds: Worlds, role: str, targets: tuple[str, ...]) -> tuple[int, Leaks]:
    """How many statements were compared, and those that were answered differently."""
    quiet, busy = (
        statements.walk(one.world.database, role, one.world.party, targets) for one in worlds
    )
    assert quiet.keys() == busy.keys()
    leaks = {
        probe: normal.difference(quiet[probe], busy[probe])
        for probe in quiet
        if quiet[probe] != busy[probe]
    }
    return len(quiet), leaks


def by_requests(worlds: Worlds) -> tuple[int, Leaks]:
    """Every route of the API, by every role."""
    quiet, busy = worlds
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
