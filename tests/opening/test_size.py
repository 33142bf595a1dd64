"""Large bids and many bids: time, and memory that does not grow with either."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.opening.killed import main
from tests.opening.world import World, make_world
from tests.support.database import TestDatabase

ROOT = Path(__file__).parents[2]
MIB = 1 << 20


def _advance_elsewhere(world: World) -> tuple[float, int]:
    """Seconds and peak memory in MiB of a process that does nothing but this opening."""
    settings = world.settings
    arguments = [settings.work_url, settings.storage_url, settings.keys, settings.origin]
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "tests.opening.test_size", *map(str, arguments), str(world.gate)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return time.monotonic() - started, int(run.stdout)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize(("count", "size"), [(1, 256), (100, 10)], ids=["one large", "a hundred"])
def test_bids_are_opened_in_bounded_memory(
    database: TestDatabase, tmp_path: Path, count: int, size: int
) -> None:
    world = make_world(database, tmp_path, box_size=128)
    content = os.urandom(size * MIB)
    for _ in range(count):
        firm = world.firm().joined()
        firm.submit(firm.seal(documents={"drawings.pdf": content}))
    world.close()
    world.ask()
    world.answer(1, 2)
    seconds, peak = _advance_elsewhere(world)
    print(f"{count} x {size} MiB: {seconds:.1f} s, {peak} MiB")
    assert world.outcomes() == ["opened"] * count
    assert world.document("drawings.pdf") == content
    assert peak < 400


if __name__ == "__main__":
    main(*sys.argv[1:], "0")
    # Not getrusage: its peak begins with that of the process which started this one.
    status = Path("/proc/self/status").read_text()
    print(int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024)
