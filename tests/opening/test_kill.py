"""The opening killed wherever it stands, run twice at once, and taken over: opened once."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from sunseal.opening import rules
from sunseal.opening import service as opening
from sunseal.opening.service import Tools
from sunseal.storage import Storage
from tests.opening.world import World

ROOT = Path(__file__).parents[2]
# Each run dies a little later than the last one; one that does not die is through.
STEPS = (3, 20, 60, 110, 170, 260, 400, 600, 900, 1400, 100_000)
SOME = (20, 110, 400, 900, 100_000)


def _killed(world: World, calls: int) -> bool:
    """A real process that advances the gate and is killed; False when it came to its end."""
    settings = world.settings
    arguments = [settings.work_url, settings.storage_url, settings.keys, settings.origin]
    command = [sys.executable, "-m", "tests.opening.killed", *map(str, arguments)]
    run = subprocess.run(
        [*command, str(world.gate), str(calls)], cwd=ROOT, capture_output=True, check=False
    )
    assert run.returncode in (0, -signal.SIGKILL), run.stderr.decode()
    return run.returncode != 0


def _kill_until_through(world: World, steps: tuple[int, ...]) -> int:
    for kills, calls in enumerate(steps):
        if not _killed(world, calls):
            return kills
        world.move(rules.LEASE + timedelta(seconds=1))
    raise AssertionError("the last run was killed as well")


@pytest.mark.parametrize("steps", [SOME, pytest.param(STEPS, marks=pytest.mark.slow)])
def test_killed_again_and_again_the_result_is_the_same(
    world: World, steps: tuple[int, ...]
) -> None:
    firms = world.bidders(2)
    gone = world.firm().joined()
    gone.submit(gone.seal())
    gone.withdraw()
    world.destroy_headers()
    world.tick()
    world.move_to(world.key.terms.deadline)
    assert _kill_until_through(world, steps)
    world.tick()
    world.move_to(world.key.terms.not_before)
    assert _kill_until_through(world, steps)
    world.tick()
    world.answer(1, 2)
    assert _kill_until_through(world, steps)
    bids = world.bids()
    assert [bids[firm.name][:2] for firm in firms] == [
        ("opened", "1001.00"),
        ("opened", "1002.00"),
    ]
    assert len(world.records()) == 1
    assert len(world.requests()) == 1
    closed = "select count(*) from sealed.event where convert_from(detail, 'UTF8') like %s"
    assert world.rows(closed, '%"box.closed"%') == [(1,)]
    assert world.rows("select count(*) from opened.document") == [(2,)]


def test_two_workers_at_once_do_no_harm(world: World) -> None:
    world.bidders(3)
    world.close()
    world.ask()
    world.answer(1, 2)
    threads = [threading.Thread(target=world.advance) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.outcomes() == ["opened"] * 3
    assert len(world.records()) == 1


class Stuck(Storage):
    """A store that answers only when it is let."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.asked, self.let = threading.Event(), threading.Event()

    def read_into(self, name: UUID, buffer: bytearray) -> memoryview:
        self.asked.set()
        assert self.let.wait(60)
        return super().read_into(name, buffer)


def test_a_worker_given_up_for_dead_publishes_nothing(world: World) -> None:
    world.bidders(2)
    world.close()
    world.ask()
    world.answer(1, 2)
    stuck = Stuck(world.settings.storage_url)
    tools = Tools(world.work, stuck, world.keys, world.tools.periods)
    slow = threading.Thread(target=opening.advance, args=(tools, world.gate))
    slow.start()
    assert stuck.asked.wait(60)
    # While it holds the lease, nobody else begins; when that has run out, somebody does.
    world.advance()
    assert world.outcomes() == []
    world.move(rules.LEASE + timedelta(seconds=1))
    world.advance()
    assert world.outcomes() == ["opened", "opened"]
    stuck.let.set()
    slow.join()
    assert len(world.records()) == 1
    assert len(world.rows("select 1 from opened.hall_event where kind = 'bid'")) == 2


def test_advancing_what_is_over_changes_nothing(world: World) -> None:
    world.bidders(1)
    world.open()
    before = world.rows("select * from opened.record"), world.rows("select * from opened.bid")
    world.move(timedelta(days=1))
    world.advance()
    assert before == (
        world.rows("select * from opened.record"),
        world.rows("select * from opened.bid"),
    )
