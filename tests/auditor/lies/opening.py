"""Told falsely from the request on: answers, decisions, prices and the record."""

from datetime import timedelta

from msgspec.structs import replace

from sunseal_crypto import bid, canonical, release
from sunseal_crypto.bundle import Kind
from sunseal_crypto.record import RecordedPad
from sunseal_crypto.release import SignedAnswer
from sunseal_crypto.signing import SigningKey
from tests.auditor import story
from tests.auditor.story import NOT_BEFORE, Story, by_name, finish


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
