"""Two worlds, one with bids and one without: how much is compared, and how much of it tells."""

from collections.abc import Iterator

from tests.bench.database import installation
from tests.bench.row import NotMeasured, Row
from tests.isolation import compare, pages, statements, timing
from tests.isolation.compare import Worlds
from tests.isolation.installation import played, slots_taken
from tests.support.servers import scratch_folder

BLIND = 0.5


def measure(pairs: int = 5_000) -> Iterator[Row]:
    with installation() as make, scratch_folder() as folder:
        for name in ("quiet", "busy"):
            (folder / name).mkdir()
        with (
            played(make(), folder / "quiet", busy=False) as quiet,
            played(make(), folder / "busy", busy=True) as busy,
        ):
            yield from _told((quiet, busy))
            first, second = timing.samples(quiet, busy, pairs)
            value = timing.auc(first, second)
            yield Row.beside("two_worlds_auc", value, "AUC", "a blind guess", BLIND)


def _told(worlds: Worlds) -> Iterator[Row]:
    """Every statement, request and page, by every role of the desk's side."""
    if slots_taken(worlds[0]) or not slots_taken(worlds[1]):
        raise NotMeasured("the two worlds do not differ")
    probes, leaks = compare.by_requests(worlds)
    for role in statements.DESK:
        asked, told = compare.by_statements(worlds, role, statements.TARGETS)
        probes += asked
        leaks |= {f"{role}: {probe}": how for probe, how in told.items()}
    for role in pages.ROLES:
        statuses, told = pages.compare(worlds, role)
        probes += len(statuses)
        leaks |= {f"{role}: {page}": how for page, how in told.items()}
    yield Row.beside("two_worlds_probes", probes, "probes", "leaks", len(leaks))
    yield Row.beside("two_worlds_leaks", len(leaks), "leaks", "probes", probes)
