"""Every kind of source under every fault: never clear, a named state, the bid sealed all the same.

One installation for all: each case begins where the one before has recovered by itself.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest

from sunseal.database import Database, Role
from sunseal.screening import service as screening
from sunseal.screening.models import TenderScreening
from sunseal.screening.repository import ScreeningRepository
from sunseal.screening.sources.connectors import State
from tests.bids.conftest import opened
from tests.bids.world import Box, Envelope, seal
from tests.screening.sources.besieged import FILES, Source, downloads, of_registry
from tests.support.database import TestDatabase

ON_THE_WIRE = {
    "killed": State.UNREACHABLE,
    "slow": State.TIMEOUT,
    "empty": State.ERROR,
    "truncated": State.ERROR,
    "corrupt": State.ERROR,
    "expired": State.STALE,
}
ON_DISK = ON_THE_WIRE | {"slow": State.ERROR}
STATES = {
    "registry": ON_THE_WIRE,
    "download": ON_THE_WIRE | {"truncated": State.UNREACHABLE},
    **dict.fromkeys(FILES, ON_DISK),
}


@pytest.fixture(scope="module")
def sources(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Source]]:
    folder = tmp_path_factory.mktemp("lists")
    with ExitStack() as stack:
        found: dict[str, Source] = {kind: make(folder) for kind, make in FILES.items()}
        found["download"] = stack.enter_context(downloads())
        for kind, each in found.items():
            each.source = kind  # type: ignore[attr-defined]
        found["registry"] = stack.enter_context(of_registry(papers, "registry"))
        yield found


@pytest.fixture(scope="module")
def work(untouched: TestDatabase) -> Database:
    return untouched.work


@pytest.fixture(scope="module")
def box(
    untouched: TestDatabase,
    work: Database,
    sources: dict[str, Source],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Box]:
    """Every list is required and in force; nobody is on any."""
    with untouched.admin() as admin:
        admin.execute("update registry.list_source set required = false")
        for kind in sources:
            admin.execute(
                """insert into registry.list_source (code, kind, title, required, max_age, min_rows)
                values (%s, 'bribery', %s, true, '30 days', 1)""",
                (kind, kind),
            )
    with opened(untouched, tmp_path_factory.mktemp("box")) as made:
        for each in sources.values():
            each.well()
            assert screening.refresh(work, each.connector) is State.DONE
        yield made


@pytest.fixture(scope="module")
def envelope(box: Box) -> Envelope:
    return box.envelope(box_size=64)


def _refresh(box: Box, work: Database, source: Source) -> State | None:
    with box.database.admin() as admin:
        admin.execute("update registry.list_source set next_fetch_at = null")
    return screening.refresh(work, source.connector)


def _bid(box: Box, envelope: Envelope) -> UUID:
    """A new bidder hands a sealed bid in; who it is."""
    bidder = box.joined(envelope)
    file = seal(envelope, 1000)
    submission = bidder.handed_in(bidder.say(file), file.data, checked=False)
    assert bidder.look(submission)["promise"]
    return bidder.organization


def _screened(work: Database, envelope: Envelope, bidder: UUID) -> TenderScreening:
    with work.unit_as(Role.WORKER) as uow:
        place = (envelope.tender, envelope.name, bidder)
        screening.check_tenderer(uow, *place)
        row = ScreeningRepository(uow.session).latest_for(*place)
        assert row is not None
        return row


def _required(row: TenderScreening) -> dict[str, str]:
    return {each["source"]: each["state"] for each in row.evidence["lists"] if each["required"]}


@pytest.mark.parametrize(
    ("kind", "fault"), [(kind, fault) for kind, faults in STATES.items() for fault in faults]
)
def test_a_source_under_attack(
    box: Box,
    work: Database,
    envelope: Envelope,
    sources: dict[str, Source],
    kind: str,
    fault: str,
) -> None:
    source = sources[kind]
    source.suffer(fault)
    state = STATES[kind][fault]
    assert _refresh(box, work, source) is state
    bidder = _bid(box, envelope)
    row = _screened(work, envelope, bidder)
    assert row.decision == "needs_review"
    assert f"{kind} ({state})" in row.sentence
    assert _required(row) == {**dict.fromkeys(sources, "done"), kind: state}
    source.well()
    assert _refresh(box, work, source) is State.DONE
    healed = _screened(work, envelope, bidder)
    assert (healed.decision, set(_required(healed).values())) == ("clear", {"done"})
