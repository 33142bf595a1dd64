"""A new log after lost ticks: it owns up to them in its first leaf, or nobody follows it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pyotp
import pytest
from msgspec import structs

from sunseal import keys, startup
from sunseal.audit import service as audit
from sunseal.audit.errors import LogHeld
from sunseal.backup import origin
from sunseal.backup.errors import LogDiffers, NotAgreed, NotEmpty, NothingLost
from sunseal.backup.origin import Order
from sunseal.database import Role
from sunseal.embedded import Embedded
from sunseal.factors import rules
from sunseal.factors import service as factors
from sunseal.factors.service import Whose
from sunseal.keys import Keys
from sunseal_crypto import canonical, handover, receipt, roster
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.handover import HandoverFile
from sunseal_parties.auditor.case import Outside
from sunseal_parties.auditor.verify import Verdict, verify
from sunseal_parties.custodian import adoption
from sunseal_parties.custodian.refusals import HandoverRefused
from tests.backup.anew import (
    NEXT,
    NOWHERE,
    OPERATOR,
    SUPERVISOR,
    Anew,
    Dishonest,
    adopted,
    forged,
    order,
)
from tests.backup.conftest import A_DAY, Story, on_other_machine
from tests.backup.world import ORIGIN, PEOPLE, Cosigner, Place, cancelled, states
from tests.support.database import TestDatabase


@pytest.fixture(scope="module")
def begun(
    told: Story, elsewhere: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Anew]:
    folder = tmp_path_factory.mktemp("anew")
    with on_other_machine(elsewhere) as make:
        story = replace(told, there=replace(told.there, database=make(told.there.database.name)))
        database = make(None)
        asked = order(story, database, folder)
        file = origin.begin(asked)
        with database.admin() as admin:
            [(now,)] = admin.execute("select at from audit.tick").fetchall()
        place = Place(database, told.there.storage, asked.keys, asked.roster, now)
        yield Anew(place, file, story.there.database)


@pytest.fixture
def cosigners(told: Story, tmp_path: Path) -> Iterator[list[Cosigner]]:
    twins = [c.twin(tmp_path / c.guard.name) for c in told.cosigners]
    yield twins
    for twin in twins:
        twin.journal.close()


def test_the_first_leaf_names_what_was_lost(begun: Anew, told: Story) -> None:
    said = begun.said
    assert (said.origin, said.previous, said.held) == (NEXT, ORIGIN, told.held)
    assert [tick.number for tick in said.lost()] == told.lost
    assert handover.verify_previous(said, told.here.roster_bytes).size == told.held + A_DAY
    with begun.place.database.admin() as admin:
        query = "select detail from audit.entry e join audit.tick t on t.number = e.tick"
        details = [bytes(row[0]) for row in admin.execute(query + " where t.index = 0")]
    named = f'"lost":"{told.lost[0]}-{told.lost[-1]}"'.encode()
    assert [named in detail for detail in details].count(True) == 1
    actions = ("confirmation.propose", "confirmation.confirm", handover.ACTION)
    assert all(any(f'"{a}"'.encode() in detail for detail in details) for a in actions)
    assert OPERATOR.reason in said.reason


def test_people_and_firms_are_carried_over_and_no_tender(begun: Anew) -> None:
    with begun.place.database.admin() as admin:
        assert admin.execute("select count(*) from registry.person").fetchone() == (2,)
        published = "select count(*) from notice.tender where status <> 'cancelled'"
        assert admin.execute(published).fetchone() == (0,)
        for table in ("sealed.gate", "registry.session", "custody.ceremony"):
            assert admin.execute(f"select count(*) from {table}".encode()).fetchone() == (0,)


def test_the_log_that_ended_stays_held_and_the_new_one_grows(begun: Anew) -> None:
    startup.check_log(begun.place.desk)
    with pytest.raises(LogHeld, match=f"it ended, and {NEXT} follows it"):
        startup.check_log(begun.ended.desk)


def test_cosigners_follow_it_once_they_adopted_it(
    begun: Anew, told: Story, cosigners: list[Cosigner]
) -> None:
    for cosigner in cosigners:
        cosigner.sit(begun.place.roster_bytes)
        with pytest.raises(Unverified, match="`adopt` the hand-over"):
            begun.place.show(cosigner)
        adopted(cosigner, begun, told)
        begun.place.show(cosigner)
    begun.place.tick()
    for cosigner in cosigners:
        begun.place.show(cosigner)
        assert cosigner.journal.log.size == begun.place.size()
        # What was followed is kept, as evidence, and not continued.
        rows = cosigner.journal._database.execute("select count(*) from past_leaf").fetchone()
        assert rows[0] >= told.held + A_DAY - 1
        cosigner.sit(told.here.roster_bytes)
        with pytest.raises(Unverified, match="this journal followed"):
            told.here.show(cosigner)


def test_a_fresh_cosigner_adopts_it_too(begun: Anew, told: Story, tmp_path: Path) -> None:
    """Else an operator would find custodians who remember nothing for a log that says nothing."""
    fresh = Cosigner(
        told.here.cosigners[0].guard, tmp_path / "fresh", False, told.here.roster_bytes
    )
    fresh.sit(begun.place.roster_bytes)
    with pytest.raises(Unverified, match="follows another log"):
        begun.place.show(fresh)
    adopted(fresh, begun, told)
    begun.place.show(fresh)
    fresh.journal.close()


@pytest.mark.parametrize("lie", [name for name in vars(Dishonest) if not name.startswith("_")])
def test_a_cosigner_that_saw_more_adopts_nothing(
    lie: str, begun: Anew, told: Story, cosigners: list[Cosigner]
) -> None:
    # The second one saw one tick less than the first; for some lies that makes no difference.
    witness = cosigners[1 if lie == "starts_behind" else 0]
    with pytest.raises(CryptoError) as refused:
        adopted(witness, begun, told, getattr(Dishonest, lie)(begun, told))
    if lie == "ends_one_tick_early":
        assert isinstance(refused.value, HandoverRefused)
        assert f"hides 1 ticks that were cosigned here: {told.lost[-1]}" in str(refused.value)
    assert witness.journal.log.origin() == ORIGIN


def test_a_true_copy_of_the_forger_is_adopted(
    begun: Anew, told: Story, cosigners: list[Cosigner]
) -> None:
    """What the lies above are refused for is what they say, not how the test made them."""
    cosigners[0].sit(begun.place.roster_bytes)
    adoption.check(cosigners[0].journal, cosigners[0].seat, told.here.roster_bytes, forged(begun))


def test_a_log_with_another_first_leaf_is_not_cosigned(
    begun: Anew, told: Story, cosigners: list[Cosigner]
) -> None:
    """The operator shows cosigners an honest hand-over, and begins the log without it."""
    adopted(cosigners[0], begun, told, forged(begun))
    with pytest.raises(Unverified, match="does not begin with the hand-over"):
        begun.place.show(cosigners[0])
    assert cosigners[0].journal.log.size == 0


class Unfit:
    """Orders that begin no log."""

    @staticmethod
    def wrong_password(asked: Order) -> Order:
        return replace(asked, operator=replace(OPERATOR, password="guessed"))

    @staticmethod
    def one_person_twice(asked: Order) -> Order:
        return replace(asked, supervisor=OPERATOR)

    @staticmethod
    def nobody(asked: Order) -> Order:
        return replace(asked, supervisor=replace(SUPERVISOR, email="nobody@example.cn"))


@pytest.mark.parametrize("fault", [name for name in vars(Unfit) if not name.startswith("_")])
def test_nobody_begins_a_log_alone(fault: str, told: Story, tmp_path: Path) -> None:
    with pytest.raises(NotAgreed):
        origin.begin(getattr(Unfit, fault)(order(told, NOWHERE, tmp_path)))


def test_a_roster_of_another_origin_is_refused(told: Story, tmp_path: Path) -> None:
    asked = order(told, NOWHERE, tmp_path)
    other = structs.replace(roster.parse(asked.roster), origin="fresh.example/log")
    with pytest.raises(LogDiffers, match="not of what follows"):
        origin.begin(replace(asked, roster=canonical.encode(other)))


def test_where_nothing_is_lost_the_old_log_goes_on(told: Story, tmp_path: Path) -> None:
    asked = order(told, NOWHERE, tmp_path)
    with pytest.raises(NothingLost):
        origin.begin(replace(asked, states=states(told.early, tmp_path / "early")))


def test_it_begins_in_a_database_of_its_own(story: Story, tmp_path: Path) -> None:
    asked = order(story, story.there.database, tmp_path)
    with pytest.raises(NotEmpty):
        origin.begin(asked)


def audited(place: Place, path: Path, outside: Outside) -> Verdict:
    with place.bundle(cancelled(place.database), path).open("rb") as file:
        return verify(file, place.roster_bytes, outside=outside)


def told_of(verdict: Verdict) -> str:
    return "\n".join(map(str, [*verdict.findings.faults, *verdict.findings.remarks]))


@pytest.fixture
def cosigned(begun: Anew, told: Story, cosigners: list[Cosigner]) -> Anew:
    for cosigner in cosigners:
        adopted(cosigner, begun, told)
        begun.place.show(cosigner)
    return begun


def test_the_auditor_checks_the_hand_over_and_names_the_lost_ticks(
    cosigned: Anew, told: Story, tmp_path: Path
) -> None:
    outside = Outside(told.here.roster_bytes, tuple(c.state() for c in told.cosigners))
    verdict = audited(cosigned.place, tmp_path / "a", outside)
    assert verdict.findings.faults == []
    named = f"ticks {told.lost[0]}-{told.lost[-1]} of {ORIGIN}: lost, {A_DAY} of them"
    assert named in told_of(verdict)


def test_what_is_carried_in_later_is_named(
    begun: Anew, told: Story, cosigners: list[Cosigner], elsewhere: Embedded, tmp_path: Path
) -> None:
    """A clerk is made a supervisor by hand, under an entry that says he always was."""
    about = f"person/{told.here.people['operator'][0]}"
    for login in begun.place.database.opened:
        login.close()
    with on_other_machine(elsewhere) as make:
        place = replace(begun.place, database=make(begun.place.database.name))
        place.tick(2)
        with place.worker() as uow:
            audit.record(uow, origin.CARRY, about, data={"role": "supervisor"})
        place.tick()
        for cosigner in cosigners:
            adopted(cosigner, begun, told)
            place.show(cosigner)
        verdict = audited(place, tmp_path / "a", Outside(told.here.roster_bytes))
    assert "it says what a log begins with, and comes later" in told_of(verdict)


def test_without_the_previous_roster_it_says_what_was_not_checked(
    cosigned: Anew, tmp_path: Path
) -> None:
    verdict = audited(cosigned.place, tmp_path / "a", Outside())
    assert verdict.findings.faults == []
    assert "give its --previous-roster" in told_of(verdict)


class Concealed:
    """What an operator would do to the new log's database, and what the auditor says."""

    @staticmethod
    def no_hand_over(anew: Anew, told: Story) -> tuple[bytes | None, str]:
        return None, "follows another log, and does not say how"

    @staticmethod
    def another_one(anew: Anew, told: Story) -> tuple[bytes | None, str]:
        return forged(anew, reason="nothing happened"), "the first leaf of the log is another one"

    @staticmethod
    def one_that_ends_early(anew: Anew, told: Story) -> tuple[bytes | None, str]:
        return Dishonest.ends_one_tick_early(anew, told), "does not own up to it"


@pytest.mark.parametrize("fault", [name for name in vars(Concealed) if not name.startswith("_")])
def test_the_auditor_names_what_is_concealed(
    fault: str, cosigned: Anew, told: Story, tmp_path: Path
) -> None:
    file, said = getattr(Concealed, fault)(cosigned, told)
    with psycopg.connect(cosigned.place.database.admin_url, autocommit=True) as admin:
        admin.execute("delete from audit.handover")
        if file is not None:
            admin.execute("insert into audit.handover (file) values (%s)", [file])
        outside = Outside(told.here.roster_bytes, (told.cosigners[0].state(),))
        verdict = audited(cosigned.place, tmp_path / "a", outside)
        admin.execute("delete from audit.handover")
        admin.execute("insert into audit.handover (file) values (%s)", [cosigned.file])
    faults = "\n".join(map(str, verdict.findings.faults))
    assert said in faults
    if fault == "one_that_ends_early":
        assert f"tick {told.lost[-1]} of {ORIGIN}" in faults


def test_a_receipt_of_a_lost_tick_stays_proof(told: Story, begun: Anew) -> None:
    """Whose bid was in a lost tick holds what the platform lost, and the loss has its number."""
    here = told.here
    with here.database.admin() as admin:
        [(entry,)] = admin.execute(
            "select e.id from audit.entry e join audit.tick t on t.number = e.tick"
            " where t.index >= %s order by t.index limit 1",
            [told.held],
        ).fetchall()
    with here.worker() as uow:
        text = audit.receipt(uow, entry)
    assert text is not None
    seat = told.cosigners[0].seat
    held = receipt.verify(text.encode(), ORIGIN, seat.log, seat.cosigners, 3)
    assert held.tick.number in [tick.number for tick in begun.said.lost()]


@pytest.mark.parametrize(
    ("origin_", "next_"),
    [("a/log", "a/log/2"), ("a/log/2", "a/log/3"), ("a/log/9", "a/log/10"), ("a/1", "a/1/2")],
)
def test_origins_count(origin_: str, next_: str) -> None:
    assert handover.successor(origin_) == next_
    assert handover.follows_another(next_)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"origin": f"{ORIGIN}/3"}, "does not follow"),
        ({"held": 0, "start": 1}, "every leaf that was lost"),
        ({"held": 1_000_000}, "every leaf that was lost"),
    ],
)
def test_a_hand_over_fits_together(begun: Anew, changes: dict[str, object], said: str) -> None:
    body = canonical.encode(structs.replace(begun.said, **changes))
    with pytest.raises(Malformed, match=said):
        handover.parse(body)


def enrolled(story: Story, name: str) -> tuple[pyotp.TOTP, list[str]]:
    """Somebody's telephone, set up while the log that ended was alive, and the recovery codes."""
    place, key = story.there, Keys(story.here.folder / "keys", ORIGIN).promise
    person, _ = story.here.people[name]
    whose = Whose(person, f"{name}@example.cn", PEOPLE[name])
    with place.desk.unit_as(Role.DOOR) as uow:
        begun = factors.begin(uow, key, whose, "phone")
        totp = pyotp.TOTP(begun.secret)
        before = uow.now - timedelta(seconds=rules.STEP_SECONDS)
        return totp, factors.confirm(uow, key, whose, begun.id, totp.at(before))


def test_a_new_log_asks_for_the_second_factors_too(
    story: Story, empty: Callable[[], TestDatabase], tmp_path: Path
) -> None:
    """Passwords alone are what a thief has, or the one of the two who looked over a shoulder."""
    with pytest.raises(NotAgreed, match="never set up"):
        origin.begin(order(story, NOWHERE, tmp_path, second_factor=True))
    totp, recovery = enrolled(story, "operator")
    enrolled(story, "supervisor")
    wrong = replace(OPERATOR, code=lambda: "000000")
    right = replace(OPERATOR, code=totp.now)
    other = replace(SUPERVISOR, code=lambda: recovery[0])
    for people in (
        (OPERATOR, SUPERVISOR),
        (wrong, SUPERVISOR),
        (right, other),
        (right, SUPERVISOR),
    ):
        asked = order(story, NOWHERE, tmp_path, operator=people[0], supervisor=people[1])
        with pytest.raises(NotAgreed, match="code of"):
            origin.begin(asked)
    shutil.copytree(story.here.folder / "keys", tmp_path / "keys")
    (tmp_path / "keys" / keys.PROMISE).write_text("11" * 32)
    other_key = Keys(tmp_path / "keys", NEXT)
    with pytest.raises(NotAgreed, match="another promise key"):
        origin.begin(order(story, NOWHERE, tmp_path, operator=right, keys=other_key))


def test_both_show_their_second_factors_and_the_log_begins(
    story: Story, empty: Callable[[], TestDatabase], tmp_path: Path
) -> None:
    totp, _ = enrolled(story, "operator")
    _, recovery = enrolled(story, "supervisor")
    people = {
        "operator": replace(OPERATOR, code=totp.now),
        "supervisor": replace(SUPERVISOR, code=lambda: recovery[0]),
    }
    made = origin.begin(order(story, empty(), tmp_path, second_factor=True, **people))
    assert handover.parse(canonical.decode(HandoverFile, made).body).origin == NEXT
