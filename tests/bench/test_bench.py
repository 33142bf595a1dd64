"""The measurements at the smallest sizes: that they run, and what they are beside; never speed."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.bench import custody, isolation, log, opening, screening, sealing
from tests.bench.row import Row

SMALL: dict[str, Callable[[], Iterable[Row]]] = {
    "sealing": lambda: sealing.measure(mebibytes=1),
    "custody": lambda: custody.measure(bids=3, repeats=1),
    "log": lambda: log.measure(appended=5, entries=40, ticks=4),
    "isolation": lambda: isolation.measure(requests=5, rounds=1),
    "opening": lambda: opening.measure(sizes=((2, 1 << 10),), large=1 << 10),
    "screening": lambda: [
        *screening.chinese(),
        *screening.speed(size=200, subjects=5),
        *screening.delta(changed=5, firms=50),
    ],
}
NAMES = {
    "sealing": ["seal_1gib", "seal_1gib_memory"],
    "custody": ["ceremony_3of5", "answer_per_bid", "verify_per_share"],
    "log": [
        "log_append",
        "log_receipt_40",
        "log_append_40",
        "audit_verify_40",
        "audit_hash_40",
        "log_proof_40",
    ],
    "isolation": ["audience_role_overhead", "bidder_role_overhead"],
    "opening": ["opening_2x1kib", "open_1024", "open_1024_on_disk"],
    "screening": [
        "chinese_precision",
        "chinese_recall",
        "index_200",
        "exact_p99_200",
        "check_p99_200",
        "subjects_5",
        "delta_5x50",
    ],
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path) -> Iterator[None]:
    """Measurements keep their files under `build` of the folder that they run in."""
    before = Path.cwd()
    (tmp_path / "build").mkdir()
    os.chdir(tmp_path)
    yield
    os.chdir(before)


@pytest.mark.parametrize("name", SMALL)
def test_a_measurement_runs(name: str) -> None:
    rows = list(SMALL[name]())
    assert [row.name for row in rows] == NAMES[name]
    assert all(row.value > 0 for row in rows)
    assert all(row.ratio is None or row.peer_value for row in rows)
