"""What a dishonest platform, custodian or bidder could do with a log that grows as it should."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sunseal_crypto import bid, box, canonical, notice, release, statement
from sunseal_crypto.box import Link
from sunseal_crypto.bundle import Kind
from sunseal_crypto.certificate import Certificate
from sunseal_crypto.record import RecordedPad
from sunseal_crypto.release import SignedAnswer
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.terms import parse as parse_terms
from sunseal_parties.auditor.verify import verify
from tests.auditor import story
from tests.auditor.story import NOT_BEFORE, Bid, Story
from tests.crypto.rosters import DEADLINE


def by_name(told: Story, name: str) -> tuple[int, Bid]:
    return next((n, by) for n, by in told.positions.items() if by.name == name)


def finish(told: Story) -> Story:
    told.answer(1)
    told.answer(3)
    told.publish()
    return told


def another_roster() -> Story:
    told = story.told()
    other = told.made.roster.replace(b'"operator":"operator"', b'"operator":"somebody"')
    told.made = dataclasses.replace(told.made, roster=other)
    return told


def another_notice() -> Story:
    told = story.told()
    read = replace(notice.parse(told.made.notice), title="Another road")
    told.evidence[Kind.NOTICE, ""] = canonical.encode(read)
    return told


def second_certificate() -> Story:
    told = Story()
    terms = canonical.decode(Certificate, told.made.certificate).terms
    other, _ = story.certified(told.made.roster, terms)
    told.certify(other)
    told.certify()
    return told


def unlogged_certificate() -> Story:
    told = Story()
    told.tick()
    return told


def certificate_of_another_tender() -> Story:
    told = Story()
    terms = parse_terms(canonical.decode(Certificate, told.made.certificate).terms)
    elsewhere = canonical.encode(replace(terms, envelope="2"))
    other, _ = story.certified(told.made.roster, elsewhere)
    told.evidence[Kind.CERTIFICATE, ""] = other
    told.tick()
    return told


def lost_bid() -> Story:
    told = story.begun()
    told.close(without=(told.bids[0],))
    told.request()
    return finish(told)


def lost_replace() -> Story:
    told = story.begun()
    replaced = told.bids[1]
    replaced.chain.pop()
    told.close()
    told.request()
    return finish(told)


def second_box() -> Story:
    told = story.begun()
    told.close()
    told.log_box(b"r" * 32)
    told.tick()
    told.request()
    return finish(told)


def closed_early() -> Story:
    told = story.begun()
    told.close(at=DEADLINE - timedelta(minutes=1))
    told.request()
    return finish(told)


def late_bid() -> Story:
    told = story.begun()
    told.now = DEADLINE + timedelta(seconds=30)
    late = told.joins("late")
    told.submits(late)
    told.close()
    told.request()
    return finish(told)


def bid_after_closing() -> Story:
    """A platform that chooses its seeds can write a tick before the one that comes first."""
    told = story.begun()
    late = told.joins("late")
    told.tick()
    told.now = DEADLINE - timedelta(seconds=1)
    signed = told.signed(late, "submit")
    detail = told.enter(box.ACCEPTED, statement=base64_text(statement.digest(signed.statement)))
    told.now = DEADLINE + timedelta(seconds=10)
    told.tick()
    ahead = told.set_aside()
    entry = replace(told.placed[detail], index=len(told.leaves) + 1)
    late.chain.append(Link(statement=signed, entry=entry))
    told.now = DEADLINE
    told.close()
    told.put_back(ahead)
    told.request()
    return finish(told)


def asked_early() -> Story:
    told = story.begun()
    told.close()
    told.request(at=NOT_BEFORE - timedelta(minutes=1))
    return finish(told)


def asked_for_a_withdrawn_bid() -> Story:
    told = story.begun()
    told.close()
    gone, _ = by_name(told, "gone")
    leaves = told.opened_leaves()
    asked = [n for n, leaf in enumerate(leaves) if leaf.state == "current"]
    told.request(answer=sorted([*asked, gone]))
    told.publish()
    return told


def withdrawn_shown_as_current() -> Story:
    told = story.begun()
    told.close()
    gone, _ = by_name(told, "gone")
    leaves = told.opened_leaves()
    leaves[gone] = replace(leaves[gone], state="current")
    told.request(leaves=leaves, answer=[])
    told.publish()
    return told


def not_all_asked_for() -> Story:
    told = story.begun()
    told.close()
    plain, _ = by_name(told, "plain")
    told.request(answer=[plain])
    return finish(told)


def leaf_hidden_from_custodians() -> Story:
    told = story.begun()
    told.close()
    told.request(leaves=told.opened_leaves()[:-1])
    return finish(told)


def request_not_shown() -> Story:
    told = story.told()
    told.request(answer=[])
    del told.evidence[Kind.REQUEST, "2"]
    return told


def request_not_logged() -> Story:
    told = story.told()
    request, _ = told.requests[0]
    body = canonical.encode(replace(request, number=2, answer=[]))
    told.evidence[Kind.REQUEST, "2"] = body
    return told


def custodian_lies() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3, lie=True)
    told.publish()
    return told


def lie_that_the_record_tells() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(2)
    told.answer(3, lie=True)
    *rest, last = told.said
    told.publish(told.record(answers=[*rest, replace(last, said="false", reason="its proof")]))
    return told


def answer_not_committed_to() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3, logged=False)
    told.publish()
    return told


def answer_of_another_custodian() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    told.evidence[Kind.ANSWER, "1/2"] = told.evidence[Kind.ANSWER, "1/3"]
    told.said.append(replace(told.said[1], custodian=2, name="c1"))
    told.publish()
    return told


def answered_before_it_was_logged() -> Story:
    told = story.begun()
    told.close()
    told.request(logged=False)
    told.answer(1)
    told.answer(3)
    told.log_request()
    told.publish()
    return told


def too_few_answers() -> Story:
    told = story.asked()
    told.answer(1)
    told.publish()
    return told


def price_swapped_in_the_record() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    record = told.record()
    plain, _ = by_name(told, "plain")
    leaves = [
        replace(leaf, price="99") if leaf.position == plain else leaf for leaf in record.leaves
    ]
    told.publish(replace(record, leaves=leaves))
    return told


def bid_swapped_after_the_opening() -> Story:
    """The bidder helps: it signs another bid.json once it has seen the prices."""
    told = story.asked()
    told.answer(1)
    told.answer(3)
    plain, by = by_name(told, "plain")
    by.manifest = by.manifest.replace(b'"price":"100"', b'"price":"99"')
    by.price = "99"
    told.publish()
    assert told.evidence[Kind.MANIFEST, str(plain)] == by.manifest
    return told


def bid_signed_by_a_stranger() -> Story:
    told = story.told()
    plain, by = by_name(told, "plain")
    told.show_bid(plain, by.manifest, bid.sign(SigningKey.generate(), by.manifest))
    return told


def bid_of_another_organization() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    told.bids[0].organization = "00000000-0000-4000-8000-999999999999"
    told.publish()
    return told


def joining_of_another_pseudonym() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    record = told.record()
    _, other = by_name(told, "replaced")
    plain, _ = by_name(told, "plain")
    leaves = [
        replace(leaf, bidder=told.bidder(other)) if leaf.position == plain else leaf
        for leaf in record.leaves
    ]
    told.publish(replace(record, leaves=leaves))
    return told


def barred_bid_opened() -> Story:
    """The price of a barred bid comes out although nobody asked custodians for it."""
    told = story.told()
    barred, by = by_name(told, "barred")
    told.show_bid(barred, by.manifest, bid.sign(by.key, by.manifest))
    return told


def barred_after_the_prices() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    told.bars(told.bids[0])
    told.publish()
    return told


def barred_by_a_later_decision() -> Story:
    """The request shows a decision that the log holds, but only behind the request."""
    told = story.begun()
    told.close()
    told.now = NOT_BEFORE + timedelta(seconds=10)
    by = told.bids[0]
    told.bars(by)
    ahead = told.set_aside()
    by.decision = replace(told.last_logged, index=len(told.leaves) + 1)
    told.now = NOT_BEFORE
    told.request()
    told.put_back(ahead)
    return finish(told)


def barred_by_somebody_else_s_decision() -> Story:
    told = story.begun()
    told.bids[0].decision = told.bids[3].decision
    told.close()
    told.request()
    return finish(told)


def pad_opened_as_a_bid() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    record = told.record()
    first, *rest = record.leaves
    pads = [*record.pads, RecordedPad(first.position, first.leaf.nonce)]
    told.publish(replace(record, leaves=rest, pads=pads))
    return told


def leaf_not_accounted_for() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    record = told.record()
    told.publish(replace(record, pads=record.pads[1:], size=record.size - 1))
    return told


def record_not_logged() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    record = told.record()
    told.publish(record)
    told.evidence[Kind.RECORD, "1"] = canonical.encode(replace(record, final=False))
    return told


def record_hidden() -> Story:
    told = story.told()
    told.enter("opening.record", record="AAAA", number="2")
    told.tick()
    return told


def record_after_the_final_one() -> Story:
    told = story.told()
    told.publish(told.record(number=2))
    return told


def failed_with_enough_bids() -> Story:
    told = story.begun()
    told.close()
    told.now = NOT_BEFORE
    record = told.record(result="failed", requests=[])
    leaves = [
        replace(leaf, outcome="returned", bidder=None, price="", currency="", manifest=b"")
        if leaf.outcome == "opened"
        else leaf
        for leaf in record.leaves
    ]
    told.publish(replace(record, leaves=leaves))
    return told


def silence_told_as_an_answer() -> Story:
    told = story.asked()
    told.answer(1)
    told.answer(3)
    told.said.append(replace(told.said[0], custodian=2, name="c1"))
    told.publish()
    return told


def answer_exchanged() -> Story:
    """The same custodian signs a second answer after the record."""
    told = story.told()
    signed = canonical.decode(SignedAnswer, told.evidence[Kind.ANSWER, "1/3"])
    again = replace(signed, nonce=b"n" * 32)
    told.commit(3, release.commitment(again))
    told.evidence[Kind.ANSWER, "1/3"] = canonical.encode(again)
    return told


STORIES: dict[str, tuple[Callable[[], Story], str]] = {
    "another roster in the bundle": (another_roster, "not the roster that you gave"),
    "another notice": (another_notice, "terms are for another notice"),
    "a second certificate": (second_certificate, "another certificate for one envelope"),
    "a certificate that is not logged": (unlogged_certificate, "certificate: the log has no entry"),
    "the certificate of another envelope": (certificate_of_another_tender, "certificate:"),
    "an accepted bid is not in the box": (lost_bid, "the bid that it accepts is not in the box"),
    "a replace got lost": (lost_replace, "the bid that it accepts is not in the box"),
    "a second box": (second_box, "a second box for one key"),
    "closed before the deadline": (closed_early, "closed before the deadline"),
    "a bid after the deadline": (late_bid, "accepted after the deadline"),
    "asked before not-before": (asked_early, "before 2027-03-20 01:35"),
    "a withdrawn bid is asked for": (asked_for_a_withdrawn_bid, "every bid that stands"),
    "a withdrawn bid shown as current": (withdrawn_shown_as_current, "withdrawn at closing"),
    "not every bid is asked for": (not_all_asked_for, "every bid that stands"),
    "a leaf hidden from custodians": (leaf_hidden_from_custodians, "7 leaves shown of 8"),
    "a request that is not shown": (request_not_shown, "the request that it logs is not shown"),
    "a request that is not logged": (request_not_logged, "request/2: the log has no entry"),
    "a custodian lies": (custodian_lies, "answer/1/3"),
    "an answer nobody committed to": (answer_not_committed_to, "no commitment to it"),
    "an answer in another's name": (answer_of_another_custodian, "answer/1/2"),
    "a bid logged behind the box": (bid_after_closing, "later than it may be"),
    "answered before it was logged": (answered_before_it_was_logged, "committed to before"),
    "too few answers": (too_few_answers, "opened with 1 proved answers, 2 are needed"),
    "a price swapped in the record": (price_swapped_in_the_record, "another price: 100, not 99"),
    "a bid swapped after the opening": (bid_swapped_after_the_opening, "the statement names"),
    "a bid signed by a stranger": (bid_signed_by_a_stranger, "signature does not hold"),
    "a bid of another organization": (bid_of_another_organization, "another organization"),
    "a joining of another pseudonym": (joining_of_another_pseudonym, "of another pseudonym"),
    "a barred bid's content": (barred_bid_opened, "content of a bid that was not opened"),
    "barred after the prices": (barred_after_the_prices, "though it was current"),
    "barred by a later decision": (barred_by_a_later_decision, "later than it may be"),
    "barred by a decision about another": (
        barred_by_somebody_else_s_decision,
        "not about barring this bidder",
    ),
    "a bid told as a pad": (pad_opened_as_a_bid, "record/1"),
    "a leaf not accounted for": (leaf_not_accounted_for, "account for each leaf once"),
    "a record that is not logged": (record_not_logged, "record/1: the log has no entry"),
    "a record that is not shown": (record_hidden, "the record that it logs is not shown"),
    "a record after the final one": (record_after_the_final_one, "the record before it was final"),
    "failed with enough bids": (failed_with_enough_bids, "failed with 2 bids, where 2 are enough"),
    "silence told as an answer": (silence_told_as_an_answer, "no envelopes/1/answer/1/2.json"),
    "an answer exchanged": (answer_exchanged, "not the one that the record names"),
}


@pytest.mark.parametrize(("tell", "said"), STORIES.values(), ids=STORIES.keys())
def test_it_is_found(tell: Callable[[], Story], said: str) -> None:
    told = tell()
    verdict = verify(told.bundle().file(), story.made().roster)
    found = "\n".join(map(str, verdict.findings.faults))
    assert said in found


def test_a_lie_that_came_late_changes_nothing() -> None:
    told = story.asked()
    told.answer(1)
    told.answer(2)
    told.publish()
    told.answer(3, lie=True)
    verdict = verify(told.bundle().file(), story.made().roster)
    assert verdict.findings.faults == []
    assert "answer/1/3: the answer: the proof" in "\n".join(map(str, verdict.findings.remarks))


def test_a_lie_that_the_record_tells_is_the_custodian_s_alone() -> None:
    told = lie_that_the_record_tells()
    verdict = verify(told.bundle().file(), story.made().roster)
    assert verdict.findings.faults == []
    remarks = "\n".join(map(str, verdict.findings.remarks))
    assert "answer/1/3: the answer: the proof does not fit" in remarks
    assert "c2: answer false" in remarks
