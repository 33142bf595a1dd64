"""A deadline that moves, honestly or not: what the bundle shows of it."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from sunseal_crypto.bundle import Kind
from sunseal_crypto.signing import SigningKey
from sunseal_parties.auditor.verify import Verdict, verify
from tests.auditor import story
from tests.auditor.story import AMENDERS, HOUR, NOT_BEFORE, Story
from tests.crypto.rosters import DEADLINE

PROPOSER, CONFIRMER = AMENDERS
STRANGER = SigningKey.generate()
LATER = DEADLINE + HOUR / 2


def audited(told: Story) -> Verdict:
    return verify(told.bundle().file(), story.made().roster)


def late_bid(told: Story) -> None:
    """Handed in after the published deadline."""
    told.now = max(told.now, LATER)
    by = told.joins("late", "90")
    told.tick()
    told.submits(by)
    told.tick()


def opened(told: Story) -> Story:
    told.close(at=told.shut_by[0])
    told.request(at=told.shut_by[1])
    told.answer(1)
    told.answer(3)
    told.publish()
    return told


def in_force() -> Story:
    """Amended by two people and two custodians, and the box moved."""
    told = story.begun()
    digest = told.amends()
    told.acknowledges(1, digest)
    told.acknowledges(3, digest)
    told.postpones(digest)
    return told


def test_an_amended_tender_holds() -> None:
    told = in_force()
    late_bid(told)
    assert audited(opened(told)).findings.faults == []


def test_an_amendment_that_came_to_nothing_is_remarked() -> None:
    told = story.begun()
    told.acknowledges(2, told.amends())
    told.amendments = []
    verdict = audited(opened(told))
    assert verdict.findings.faults == []
    remarks = "\n".join(map(str, verdict.findings.remarks))
    assert "amendment/1: it never came into force: 1 custodians" in remarks


def moved_in_the_table(deadline: bool = True, *, bid: bool) -> Story:
    told = story.begun()
    by = HOUR if deadline else 0 * HOUR
    told.shut_by = (DEADLINE + by, NOT_BEFORE + HOUR)
    if bid:
        late_bid(told)
    return opened(told)


def with_one_key(first: SigningKey, second: SigningKey) -> Story:
    told = story.begun()
    digest = told.amends(keys=(first, second))
    for custodian in (1, 2, 3):
        told.acknowledges(custodian, digest)
    told.postpones(digest)
    late_bid(told)
    return opened(told)


def with_one_word() -> Story:
    told = story.begun()
    digest = told.amends()
    told.acknowledges(1, digest)
    told.postpones(digest)
    late_bid(told)
    return opened(told)


def with_words_after_the_deadline() -> Story:
    told = story.begun()
    digest = told.amends()
    told.acknowledges(1, digest)
    told.now = DEADLINE
    told.acknowledges(3, digest)
    told.postpones(digest)
    late_bid(told)
    return opened(told)


def with_a_forged_word() -> Story:
    told = story.begun()
    digest = told.amends()
    told.acknowledges(1, digest)
    told.acknowledges(2, digest, STRANGER)
    told.postpones(digest)
    late_bid(told)
    return opened(told)


def kept_out_of_the_bundle() -> Story:
    told = in_force()
    late_bid(told)
    opened(told)
    del told.evidence[Kind.AMENDMENT, "1"]
    return told


def hidden_from_custodians() -> Story:
    told = in_force()
    told.amendments = []
    return opened(told)


def asked_at_the_old_time() -> Story:
    told = in_force()
    told.close(at=told.shut_by[0])
    told.request(at=NOT_BEFORE)  # which has passed when the box is shut
    return told


def closed_at_the_old_time() -> Story:
    told = in_force()
    told.shut_by = (DEADLINE, NOT_BEFORE)
    return opened(told)


def by_one_person() -> Story:
    told = story.begun()
    digest = told.amends(people=("clerk", "clerk"))
    told.acknowledges(1, digest)
    told.acknowledges(3, digest)
    told.postpones(digest)
    return opened(told)


def to_an_earlier_time() -> Story:
    told = story.begun()
    made = told.amendment(deadline=DEADLINE - HOUR / 4, not_before=NOT_BEFORE - HOUR / 4)
    digest = told.amends(made)
    told.acknowledges(1, digest)
    told.acknowledges(3, digest)
    told.postpones(digest, made)
    return opened(told)


def of_another_tender() -> Story:
    told = story.begun()
    digest = told.amends(told.amendment(tender="another"))
    told.acknowledges(1, digest)
    told.acknowledges(3, digest)
    told.postpones(digest)
    late_bid(told)
    return opened(told)


def a_second_under_one_number() -> Story:
    told = in_force()
    first = told.evidence[Kind.AMENDMENT, "1"], told.amendments
    digest = told.amends(replace(told.amendment(), reason="another audience"))
    told.acknowledges(2, digest)
    told.evidence[Kind.AMENDMENT, "1"], told.amendments = first
    return opened(told)


def shown_under_another_number() -> Story:
    told = in_force()
    opened(told)
    told.evidence[Kind.AMENDMENT, "2"] = told.evidence.pop((Kind.AMENDMENT, "1"))
    return told


AFTER = "accepted after the deadline of 2027-03-20 01:30"
STORIES: dict[str, tuple[Callable[[], Story], str]] = {
    "the box moved in the table": (lambda: moved_in_the_table(bid=False), "it was shut by a dead"),
    "… and a bid let in": (lambda: moved_in_the_table(bid=True), AFTER),
    "the opening delayed in the table": (
        lambda: moved_in_the_table(deadline=False, bid=False),
        "it was shut by a not_before",
    ),
    "the tendering party alone": (lambda: with_one_key(PROPOSER, PROPOSER), "key that confirms"),
    "… lets nobody in": (lambda: with_one_key(PROPOSER, STRANGER), AFTER),
    "a clerk alone": (lambda: with_one_key(STRANGER, STRANGER), "key that proposes"),
    "t - 1 custodians": (with_one_word, AFTER),
    "… put nothing in force": (with_one_word, "by an amendment that is not in force"),
    "words after the deadline": (with_words_after_the_deadline, AFTER),
    "a forged word": (with_a_forged_word, "signature does not hold"),
    "… lets nobody in either": (with_a_forged_word, AFTER),
    "kept out of the bundle": (kept_out_of_the_bundle, "that the bundle does not show"),
    "hidden from the custodians": (hidden_from_custodians, "other amendments than those in force"),
    "asked at the old time": (asked_at_the_old_time, "before 2027-03-20 02:35"),
    "closed at the old time": (closed_at_the_old_time, "closed before the deadline"),
    "one person in both seats": (by_one_person, "does not tell of two people"),
    "an earlier deadline": (to_an_earlier_time, "closed before the deadline"),
    "another tender's": (of_another_tender, "made for another tender"),
    "two for two audiences": (a_second_under_one_number, "that the bundle does not show"),
    "another number": (shown_under_another_number, "it is amendment 1"),
}


@pytest.mark.parametrize(("tell", "said"), STORIES.values(), ids=STORIES.keys())
def test_it_is_found(tell: Callable[[], Story], said: str) -> None:
    assert said in "\n".join(map(str, audited(tell()).findings.faults))
