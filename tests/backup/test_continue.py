"""A restored log goes on only with every tick that was cosigned; a set-back one is caught."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from msgspec import structs

from sunseal.backup import checking
from sunseal.backup.checking import Compared
from sunseal.backup.errors import LogDiffers, TooFewStates
from sunseal.supervision import service as supervision
from sunseal.supervision.rules import RULES
from sunseal_crypto import canonical, log_state
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.log_state import LogState
from sunseal_parties.auditor.case import Outside
from sunseal_parties.auditor.verify import Verdict, verify
from sunseal_parties.custodian.journal import Journal
from sunseal_parties.custodian.state import state
from tests.backup.conftest import A_DAY, Story
from tests.backup.world import Cosigner, Installation, Place, states


def check(place: Place, states: list[Path]) -> Compared:
    return checking.check(place.database.admin_url, place.roster_bytes, states)


def held_because(place: Place) -> str:
    with place.database.admin() as admin:
        return str(admin.execute("select held from audit.head").fetchone()[0])  # type: ignore[index]


def free(place: Place) -> None:
    """The insider's hand: nothing in a database keeps its superuser from it."""
    with place.database.admin() as admin:
        admin.execute("update audit.head set held = ''")


def test_a_whole_log_goes_on_under_its_own_origin(story: Story, tmp_path: Path) -> None:
    found = check(story.there, states(story.early, tmp_path))
    assert (found.whole, found.silent, held_because(story.there)) == (True, (), "")
    story.there.tick()
    for cosigner in story.early:
        story.there.show(cosigner)
    assert [c.journal.log.size for c in story.early] == [story.held + 1] * 4
    assert all(c.journal.log.fork() is None for c in story.early)


def test_ticks_that_nobody_saw_yet_are_no_hindrance(story: Story, tmp_path: Path) -> None:
    early = states(story.early, tmp_path)
    free(story.there)
    story.there.tick(3)
    assert check(story.there, early).whole


def test_what_was_lost_is_named_and_the_log_stays_held(story: Story, tmp_path: Path) -> None:
    found = check(story.there, states(story.cosigners, tmp_path))
    assert not found.whole
    assert found.lost == f"{story.lost[0]}-{story.lost[-1]}"
    assert found.newest == story.cosigners[0].guard.cosigner.name
    assert f"{A_DAY} ticks are lost" in held_because(story.there)


def test_one_tick_that_one_cosigner_alone_saw_is_enough(story: Story, tmp_path: Path) -> None:
    """The others stopped one tick before: that one would see a fork all the same."""
    free(story.there)
    [first, *others] = story.early
    story.there.tick()
    story.there.show(first)
    with story.there.database.admin() as admin:  # the disk loses what came last
        for table in ("cosignature", "checkpoint"):
            admin.execute(f"delete from audit.{table} where size > %s", [story.held])
        admin.execute("delete from audit.tick where index >= %s", [story.held])
        admin.execute("update audit.head set size = %s", [story.held])
    found = check(story.there, states([first, *others], tmp_path))
    assert (found.whole, found.size - found.held) == (False, 1)


def test_too_few_states_free_nothing(story: Story, tmp_path: Path) -> None:
    """One bribed cosigner keeps an old state at hand; a quorum of receipts is not forgotten so."""
    bribed = states(story.early[3:], tmp_path)
    with pytest.raises(TooFewStates, match="1 cosigners were heard, 2"):
        check(story.there, bribed)
    with pytest.raises(TooFewStates):
        check(story.there, [*bribed, *bribed])
    assert "nobody has compared it" in held_because(story.there)


def test_who_is_not_heard_is_named(story: Story, tmp_path: Path) -> None:
    found = check(story.there, states(story.early[:2], tmp_path))
    assert found.silent == ("guard-3.example", "guard-4.example")
    assert "Not heard: guard-3.example, guard-4.example" in str(found)


def test_a_short_state_says_what_to_ask_for(story: Story, tmp_path: Path) -> None:
    state = log_state.parse(story.cosigners[0].state())
    cut = story.held + 2
    frontier = log_state.verify(state, story.there.roster).frontier_at(cut)
    short = structs.replace(state, start=cut, frontier=frontier, leaves=state.leaves[cut:])
    files = states(story.cosigners, tmp_path)
    files[0].write_bytes(canonical.encode(short))
    with pytest.raises(LogDiffers, match=f"--ticks {A_DAY}"):
        check(story.there, files)


def test_a_set_back_log_that_grows_in_secret_is_refused_and_proved(
    story: Story, tmp_path: Path
) -> None:
    """Yesterday's backup is put in the place of the platform, as if nothing had been."""
    free(story.there)
    story.there.tick(A_DAY + 5)
    for cosigner in story.cosigners:
        with pytest.raises(CryptoError):
            story.there.show(cosigner)
    with story.there.database.admin() as admin:
        query = "select count(*) from audit.cosignature where size > %s"
        assert admin.execute(query, [story.held]).fetchone() == (0,)
    with pytest.raises(LogDiffers, match="a fork"):
        check(story.there, states(story.cosigners, tmp_path))
    assert "fork" in held_because(story.there)


def test_the_fork_is_in_the_journals_for_ever(story: Story) -> None:
    free(story.there)
    story.there.tick(3)
    for cosigner in story.cosigners:
        with pytest.raises(Unverified, match="another history"):
            story.there.show(cosigner)
        assert "another history" in (cosigner.journal.log.fork() or "")
    with pytest.raises(Unverified, match="forked"):
        story.here.show(story.cosigners[1])


def test_the_supervisors_hear_of_it(story: Story) -> None:
    """A platform that was set back in secret is one that nobody cosigns any more."""
    there, [rule] = story.there, [each for each in RULES if each.name == "log-not-followed"]

    def look() -> int:
        with there.worker() as uow:
            return supervision.apply(uow, rule, there.roster, ())

    free(there)
    assert look() == 0
    there.tick()
    there.now += timedelta(minutes=11)
    there.tick()
    for cosigner in story.cosigners:
        with pytest.raises(CryptoError):
            there.show(cosigner)
    assert look() == 1
    there.tick()
    assert look() == 0, "found once"


def audited(place: Place, tender: UUID, path: Path, states: list[Path]) -> Verdict:
    bundle = place.bundle(tender, path)
    outside = Outside(states=tuple(state.read_bytes() for state in states))
    with bundle.open("rb") as file:
        return verify(file, place.roster_bytes, outside=outside)


def faults(verdict: Verdict) -> list[str]:
    return [str(fault) for fault in verdict.findings.faults]


def test_the_auditor_names_each_lost_tick(story: Story, tmp_path: Path) -> None:
    """The set-back platform shows a log that is whole in itself, with cosignatures of yesterday."""
    there = story.there
    there.now += timedelta(minutes=20)
    assert faults(audited(there, story.tender, tmp_path / "a", [])) == []
    found = faults(
        audited(there, story.tender, tmp_path / "b", states(story.cosigners[:1], tmp_path))
    )
    assert [fault.partition(":")[0] for fault in found] == [f"tick {n}" for n in story.lost]
    assert all("cosigned it, and this log does not have it" in fault for fault in found)


def test_the_auditor_names_each_changed_tick(story: Story, tmp_path: Path) -> None:
    """… and with the help of bribed cosigners it shows cosignatures of today."""
    there = story.there
    free(there)
    there.tick(A_DAY)
    there.bribe([cosigner.guard for cosigner in story.cosigners])
    found = faults(
        audited(there, story.tender, tmp_path / "b", states(story.cosigners[:1], tmp_path))
    )
    named = [fault for fault in found if "another is there" in fault]
    assert [fault.partition(":")[0] for fault in named] == [f"tick {n}" for n in story.lost]


def test_a_bundle_may_be_older_than_a_state(story: Story, tmp_path: Path) -> None:
    verdict = audited(story.there, story.tender, tmp_path / "a", states(story.cosigners, tmp_path))
    assert faults(verdict) == []
    assert "later than this bundle" in "\n".join(map(str, verdict.findings.remarks))


class Forged:
    """States that nobody should believe: an operator's own, or a bribed cosigner's."""

    @staticmethod
    def of_another_cosigner(state: LogState) -> LogState:
        return structs.replace(state, cosigner="guard-2.example")

    @staticmethod
    def of_nobody(state: LogState) -> LogState:
        return structs.replace(state, cosigner="somebody.example")

    @staticmethod
    def one_leaf_short(state: LogState) -> LogState:
        return structs.replace(state, leaves=state.leaves[:-1])

    @staticmethod
    def another_leaf(state: LogState) -> LogState:
        return structs.replace(state, leaves=[*state.leaves[:-1], b"another"])

    @staticmethod
    def moved_start(state: LogState) -> LogState:
        return structs.replace(state, start=1, leaves=state.leaves[1:])

    @staticmethod
    def another_checkpoint(state: LogState) -> LogState:
        return structs.replace(state, checkpoint=state.checkpoint.replace(b"\n3\n", b"\n2\n"))


@pytest.fixture(scope="module")
def honest(here: Installation) -> tuple[Cosigner, LogState]:
    return here.cosigners[0], log_state.parse(here.cosigners[0].state())


@pytest.mark.parametrize("forgery", [name for name in vars(Forged) if not name.startswith("_")])
def test_a_forged_state_proves_nothing(honest: tuple[Cosigner, LogState], forgery: str) -> None:
    cosigner, state = honest
    log_state.verify(state, cosigner.seat.roster)
    forged = getattr(Forged, forgery)(state)
    assert canonical.encode(forged) != canonical.encode(state)
    with pytest.raises((Malformed, Unverified)):
        log_state.verify(forged, cosigner.seat.roster)


def test_a_leaf_that_is_missing_in_the_middle_is_seen(story: Story, tmp_path: Path) -> None:
    with psycopg.connect(story.there.database.admin_url) as admin:
        admin.execute("delete from audit.tick where index = 1")
    with pytest.raises(LogDiffers, match="5 leaves, and 4"):
        check(story.there, states(story.early, tmp_path))


def test_a_state_is_written_beside_a_daemon_that_works(story: Story) -> None:
    cosigner = story.cosigners[0]
    reading = Journal(cosigner.folder / "journal.db", reading=True)
    try:
        assert state(reading, cosigner.seat) == cosigner.state()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reading.drop_cosignatures()
    finally:
        reading.close()
