"""The platform's clock against those of cosigners: held back, put ahead, honest with slow ones."""

from datetime import timedelta

from msgspec.structs import replace

from sunseal_parties.auditor.verify import Verdict, verify
from tests.auditor import story
from tests.auditor.story import COSIGNERS, Parts, Story
from tests.crypto.rosters import DEADLINE

HOUR = timedelta(hours=1)


def audited(parts: Parts) -> Verdict:
    return verify(parts.file(), story.made().roster)


def faults(parts: Parts) -> str:
    return "\n".join(map(str, audited(parts).findings.faults))


def remarks(parts: Parts) -> str:
    return "\n".join(map(str, audited(parts).findings.remarks))


def late(*, ahead: timedelta) -> Story:
    """A bid taken at the last moment by a clock that is so far behind all others."""
    told = story.begun()
    told.ahead = ahead
    told.tick()
    told.now = DEADLINE - timedelta(seconds=20)
    told.tick()
    friend = told.joins("friend")
    told.tick()
    told.submits(friend)
    told.tick()
    told.close()
    told.request()
    told.answer(1)
    told.answer(3)
    told.refuse(2)
    told.publish()
    return told


def test_an_honest_clock_is_found_honest() -> None:
    assert faults(story.told().bundle()) == ""
    assert faults(late(ahead=timedelta(seconds=30)).bundle()) == ""


def test_a_clock_held_back_takes_no_late_bid_unseen() -> None:
    found = faults(late(ahead=HOUR).bundle())
    assert "the platform's clock was held back" in found
    assert "not logged yet at" in found
    assert "after the deadline" in found


def test_one_cosigner_with_a_wrong_clock_accuses_nobody() -> None:
    told = late(ahead=timedelta(0))
    parts = told.bundle()
    wrong = [
        told.cosigned(size, at + HOUR, COSIGNERS[:1]) for size, at in sorted(told.seen.items())
    ]
    mixed = [
        replace(row, note=row.note + alone.note.splitlines(keepends=True)[-1])
        for row, alone in zip(
            [told.cosigned(size, at, COSIGNERS[1:]) for size, at in sorted(told.seen.items())],
            wrong,
            strict=True,
        )
    ]
    assert faults(story.spoil(parts, checkpoints=mixed)) == ""


def test_slow_cosigners_are_no_offence_of_the_platform() -> None:
    """They come back an hour after the deadline and cosign the whole log at once."""
    told = late(ahead=timedelta(0))
    parts = told.bundle()
    size = max(told.seen)
    row = told.cosigned(size, told.seen[size] + 2 * HOUR)
    spoilt = story.spoil(parts, checkpoints=[row])
    assert faults(spoilt) == ""
    assert "no cosigner saw its tick before" in remarks(spoilt)


def test_a_tick_from_the_future_is_named() -> None:
    assert "by its own word, and seen at" in faults(late(ahead=-HOUR).bundle())


def test_checkpoints_of_another_log_are_a_fork() -> None:
    told = story.told()
    parts = told.bundle()
    other = story.Story()
    other.leaves, other.seen = [bytes(8)] * 5, {}
    row = other.cosigned(5, DEADLINE)
    found = faults(story.spoil(parts, checkpoints=[row]))
    assert "checkpoint of size 5: the leaves shown do not give its root" in found


def test_without_checkpoints_clocks_are_not_compared_and_that_is_said() -> None:
    told = story.told()
    parts = story.spoil(told.bundle(), checkpoints=[])
    assert faults(parts) == ""
    assert "clocks were not compared" in remarks(parts)
