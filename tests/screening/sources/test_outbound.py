"""What the owners of lists see in a quiet week and in one with bids: the same questions.

Their servers keep every request, and the process itself says to whom it connects.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sunseal.bids import service as bids
from sunseal.database import Database, Role
from sunseal.screening import service as screening
from sunseal.screening.sources.connectors import State
from tests.bids.conftest import opened
from tests.bids.world import Box, seal
from tests.screening.sources.besieged import Download, OfRegistry, downloads, of_registry
from tests.support.database import TestDatabase

PORT = re.compile(r"127\.0\.0\.1:\d+")
FIRM = "天知地知建筑有限公司"
_listening: list[list[int]] = []


def _on_connect(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        for heard in _listening:
            heard.append(arguments[1][1])


sys.addaudithook(_on_connect)


@pytest.fixture(scope="module")
def box(untouched: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with opened(untouched, tmp_path_factory.mktemp("box")) as made:
        yield made


@pytest.fixture
def work(untouched: TestDatabase) -> Database:
    return untouched.work


@pytest.fixture
def registry(papers: Path) -> Iterator[OfRegistry]:
    with of_registry(papers, "bribery") as made:
        yield made


@pytest.fixture
def download() -> Iterator[Download]:
    with downloads() as made:
        made.source = "blacklist"
        yield made


def _week(box: Box, work: Database, sources: list[Any], bidders: int) -> list[int]:
    """What happens in it, and the ports that anybody connected to outside the fetches."""
    heard: list[int] = []
    _listening.append(heard)
    envelope = box.envelope()
    for _ in range(bidders):
        bidder = box.joined(envelope)
        with box.database.admin() as admin:
            admin.execute(
                "update registry.organization set name = %s, name_key = %s where id = %s",
                (FIRM, FIRM, bidder.organization),
            )
        file = seal(envelope, 1000)
        submission = bidder.handed_in(bidder.say(file), file.data, checked=False)
        bids.check_digest(work, box.settings, box.keys, box.storage, UUID(submission))
        with work.unit_as(Role.WORKER) as uow:
            screening.check_submission(uow, UUID(submission))
            screening.check_tenderer(uow, envelope.tender, envelope.name, bidder.organization)
            screening.check_organization(uow, bidder.organization)
            screening.check_all(uow)
    _listening.remove(heard)
    for source in sources:
        source.well()
        with box.database.admin() as admin:
            admin.execute("update registry.list_source set next_fetch_at = null")
        assert screening.refresh(work, source.connector) is State.DONE
    return heard


def test_two_weeks_look_alike_to_the_owners_of_lists(
    box: Box, work: Database, registry: OfRegistry, download: Download
) -> None:
    weeks = []
    for bidders in (0, 3):
        download.asked.clear()
        registry.registry.requests.clear()
        heard = _week(box, work, [registry, download], bidders)
        asked = [*download.asked, *registry.registry.requests]
        weeks.append([PORT.sub("<here>", each) for each in asked])
        assert heard == []
    quiet, busy = weeks
    assert quiet == busy
    assert len(quiet) == 1 + 3
    assert not any(FIRM in each for each in busy)
