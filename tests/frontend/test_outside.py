"""What an auditor brings along, before the page and `sunseal-audit`: both draw the same from it."""

import copy
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from sunseal_crypto import canonical, merkle
from sunseal_crypto.annex import Annex, RevokedHeader
from sunseal_crypto.log_state import LogState
from sunseal_parties.auditor.case import Outside
from tests.auditor import story
from tests.auditor.story import COSIGNERS, Parts, Story
from tests.auditor.test_honest import _revoked
from tests.frontend.audits import Both, both
from tests.frontend.library import Library

OWN = COSIGNERS[0]


@cache
def honest() -> Story:
    return story.told()


def shown() -> Parts:
    # Checking their many cosignatures takes most of the time.
    return story.spoil(honest().bundle(), checkpoints=[])


def state(told: Story, start: int = 0) -> LogState:
    """What the first cosigner followed, of which it kept the leaves from `start` on."""
    frontier = merkle.Frontier()
    frontier.extend(merkle.leaf_hash(leaf) for leaf in told.leaves[:start])
    return LogState(
        version="sunseal/log-state/v1",
        cosigner=OWN.name,
        checkpoint=told.cosigned(len(told.leaves), told.now, [OWN]).note.encode(),
        start=start,
        frontier=frontier.encode(),
        leaves=told.leaves[start:],
    )


def longer(by: timedelta) -> Story:
    """The log went on after `by`, and the platform shows it without that."""
    told = copy.deepcopy(honest())
    told.now += by
    told.tick()
    return told


def forked() -> Story:
    """Two ticks are others than those that are shown."""
    told = copy.deepcopy(honest())
    told.leaves[4], told.leaves[5] = told.leaves[5], told.leaves[4]
    return told


def set_back() -> Parts:
    """A log without its last tick, in a bundle that is made an hour later."""
    told = copy.deepcopy(honest())
    told.leaves.pop()
    told.ticks.pop()
    told.now += timedelta(hours=1)
    return story.spoil(told.bundle(), checkpoints=[])


def audited(browser: Library, folder: Path, parts: Parts, *states: bytes) -> Both:
    outside = Outside(states=states)
    found = both(browser, parts.file(), story.made().roster, {}, folder, outside)
    assert found.agree, found.differences()
    return found


AGREEING = {"from the first leaf": 0, "from leaf 5": 5, "from the last": len(honest().leaves)}


@pytest.mark.parametrize("start", AGREEING.values(), ids=AGREEING.keys())
def test_a_state_of_this_log_changes_nothing(start: int, browser: Library, tmp_path: Path) -> None:
    found = audited(browser, tmp_path, shown(), canonical.encode(state(honest(), start)))
    assert not found.faults
    assert OWN.name not in found.said()


def test_a_fork_is_named_tick_by_tick(browser: Library, tmp_path: Path) -> None:
    found = audited(browser, tmp_path, shown(), canonical.encode(state(forked(), 3)))
    assert len([each for each in found.page_faults if each[0] == "log"]) == 2
    assert f"{OWN.name} cosigned it as leaf 4; another is there" in found.said()


def test_a_log_that_was_cut_short_is_named(browser: Library, tmp_path: Path) -> None:
    found = audited(browser, tmp_path, set_back(), canonical.encode(state(honest())))
    assert f"{OWN.name} cosigned it, and this log does not have it" in found.said()


def test_what_came_after_the_bundle_is_no_fault(browser: Library, tmp_path: Path) -> None:
    found = audited(browser, tmp_path, shown(), canonical.encode(state(longer(timedelta()))))
    assert not found.faults
    assert f"cosigned by {OWN.name}, later than this bundle" in found.said()


FORGED: dict[str, Callable[[LogState], bytes]] = {
    "of nobody": lambda made: canonical.encode(replace(made, cosigner="nobody.example")),
    "of another": lambda made: canonical.encode(replace(made, cosigner=COSIGNERS[1].name)),
    "a leaf short": lambda made: canonical.encode(replace(made, leaves=made.leaves[:-1])),
    "a leaf of no tick": lambda made: canonical.encode(
        replace(made, leaves=[*made.leaves[:-1], b"?"])
    ),
    "another start": lambda made: canonical.encode(replace(made, start=1)),
    "a start below zero": lambda made: canonical.encode(replace(made, start=-1)),
    "no frontier": lambda made: canonical.encode(replace(made, frontier=b"")),
    "another frontier": lambda made: canonical.encode(
        replace(made, frontier=made.frontier[:-1] + b"?")
    ),
    "a hash too many": lambda made: canonical.encode(
        replace(made, frontier=made.frontier + bytes(32))
    ),
    "no note": lambda made: canonical.encode(replace(made, checkpoint=b"?")),
    "no state": lambda made: b"{}",
}


def test_a_forged_state_proves_nothing(browser: Library, tmp_path: Path) -> None:
    """Each is a fault of its own, and says nothing about the log."""
    made = [forge(state(honest(), 5)) for forge in FORGED.values()]
    found = audited(browser, tmp_path, shown(), *made)
    assert found.page_faults == {("log", f"state {number + 1}") for number in range(len(made))}


def test_both_say_why_a_bid_was_revoked(browser: Library, tmp_path: Path) -> None:
    told, bad = _revoked()
    parts = story.spoil(told.bundle(), checkpoints=[])
    header = told.positions[bad].header
    # Another letter of base64 in the MAC, so that it can be read and does not hold.
    spoilt = header[:-3] + (b"B" if header[-3:-2] == b"A" else b"A") + header[-2:]
    other = next(by for n, by in told.positions.items() if by.header and n != bad)
    cases = {
        "its header opens: the cause is in the payload": header,
        "confirmed: its header does not open": spoilt,
        "the annex holds another header than the statement names": other.header,
    }
    for said, data in cases.items():
        annex = canonical.encode(Annex("sunseal/annex/v1", [RevokedHeader("1", bad, data)]))
        file, roster = parts.file(), story.made().roster
        found = both(browser, file, roster, {}, tmp_path, annex=annex)
        assert found.agree, found.differences()
        assert said in found.said()
