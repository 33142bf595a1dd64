"""A registry over HTTPS that is well, slow, dead, cut short or lying, without a database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sunseal.screening.sources.connectors import (
    FIRST_WAIT,
    LONGEST_WAIT,
    REFRESH,
    SourceFailed,
    State,
    wait_after,
)
from sunseal.screening.sources.http_registry import HttpRegistry
from tests.screening.sources.registry import (
    PAGE,
    Registry,
    access,
    certificates,
    record,
    serving,
)

PUBLISHED = datetime(2027, 3, 1, tzinfo=UTC)
RECORDS = [record(number) for number in range(2 * PAGE + 1)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("registry")
    certificates(made)
    return made


@pytest.fixture
def registry(folder: Path) -> Iterator[Registry]:
    with serving(Registry(RECORDS, PUBLISHED), folder) as registry:
        yield registry


def _never(_: float) -> None:
    """Back-off that costs the tests nothing."""


def test_all_pages_make_one_list(registry: Registry, folder: Path) -> None:
    fetched = HttpRegistry("bribery", access(registry, folder), _never).fetch()
    assert [row.reference for row in fetched.rows] == [each["reference"] for each in RECORDS]
    assert (fetched.published_at, registry.asked) == (PUBLISHED, 3)
    again = HttpRegistry("bribery", access(registry, folder), _never).fetch()
    assert again.sha256 == fetched.sha256


FAILURES = {
    "slow": State.TIMEOUT,
    "busy": State.UNREACHABLE,
    "cut": State.UNREACHABLE,
    "forbidden": State.ERROR,
    "truncated": State.ERROR,
    "replaced": State.ERROR,
    "corrupt": State.ERROR,
    "endless": State.ERROR,
    "bad row": State.ERROR,
    "id card": State.ERROR,
}


@pytest.mark.parametrize("mood", FAILURES)
def test_each_bad_day_has_a_name_and_no_list(registry: Registry, folder: Path, mood: str) -> None:
    registry.mood = mood
    reached = access(registry, folder, timeout=1.2)
    with pytest.raises(SourceFailed) as failed:
        HttpRegistry("bribery", reached, _never).fetch()
    assert failed.value.state is FAILURES[mood]
    assert "110101199003070118" not in str(failed.value)


def test_a_busy_registry_is_asked_again_after_as_long_as_it_says(
    registry: Registry, folder: Path
) -> None:
    registry.mood = "busy once"
    slept: list[float] = []
    fetched = HttpRegistry("bribery", access(registry, folder), slept.append).fetch()
    assert (len(fetched.rows), slept) == (len(RECORDS), [1.0])


def test_a_list_that_takes_too_long_as_a_whole_is_given_up(
    registry: Registry, folder: Path
) -> None:
    ticks = iter(range(0, 10_000, 20))
    connector = HttpRegistry(
        "bribery", access(registry, folder), _never, clock=lambda: float(next(ticks))
    )
    with pytest.raises(SourceFailed) as failed:
        connector.fetch()
    assert failed.value.state is State.TIMEOUT


def test_nobody_at_home(folder: Path) -> None:
    reached = access(Registry([], PUBLISHED, url="https://127.0.0.1:1"), folder)
    with pytest.raises(SourceFailed) as failed:
        HttpRegistry("bribery", reached, _never).fetch()
    assert failed.value.state is State.UNREACHABLE


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_certificate_of_another_authority_is_refused(
    registry: Registry, folder: Path, side: str
) -> None:
    reached = access(registry, folder)
    if side == "ours":
        files = {"certificate": folder / "stranger.pem", "key": folder / "stranger.key"}
        reached = replace(reached, **files)
    else:
        reached = replace(reached, authority=folder / "stranger.pem")
    with pytest.raises(SourceFailed) as failed:
        HttpRegistry("bribery", reached, _never).fetch()
    assert failed.value.state is State.UNREACHABLE


def test_a_certificate_that_is_missing_is_our_error(registry: Registry, folder: Path) -> None:
    reached = replace(access(registry, folder), key=folder / "nowhere.key")
    with pytest.raises(SourceFailed) as failed:
        HttpRegistry("bribery", reached, _never).fetch()
    assert failed.value.state is State.ERROR


def test_a_failing_source_is_left_alone_for_longer_each_time() -> None:
    waits = [wait_after(failures) for failures in range(20)]
    assert waits[:3] == [REFRESH, FIRST_WAIT, FIRST_WAIT * 2]
    assert waits[1:] == sorted(waits[1:])
    assert waits[-1] == LONGEST_WAIT
