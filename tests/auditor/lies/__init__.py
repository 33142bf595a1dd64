"""What a dishonest platform, custodian or bidder could do with a log that grows as it should.

Each story has the words in which the auditor must find it out.
"""

from collections.abc import Callable

from tests.auditor.lies import box, opening
from tests.auditor.story import Story

STORIES: dict[str, tuple[Callable[[], Story], str]] = {
    "another roster in the bundle": (box.another_roster, "not the roster that you gave"),
    "another notice": (box.another_notice, "terms are for another notice"),
    "a second certificate": (box.second_certificate, "another certificate for one envelope"),
    "a certificate that is not logged": (
        box.unlogged_certificate,
        "certificate: the log has no entry",
    ),
    "the certificate of another envelope": (box.certificate_of_another_tender, "certificate:"),
    "an accepted bid is not in the box": (
        box.lost_bid,
        "the bid that it accepts is not in the box",
    ),
    "a replace got lost": (box.lost_replace, "the bid that it accepts is not in the box"),
    "a second box": (box.second_box, "a second box for one key"),
    "closed before the deadline": (box.closed_early, "closed before the deadline"),
    "a bid after the deadline": (box.late_bid, "accepted after the deadline"),
    "asked before not-before": (box.asked_early, "before 2027-03-20 01:35"),
    "a withdrawn bid is asked for": (box.asked_for_a_withdrawn_bid, "every bid that stands"),
    "a withdrawn bid shown as current": (box.withdrawn_shown_as_current, "withdrawn at closing"),
    "not every bid is asked for": (box.not_all_asked_for, "every bid that stands"),
    "a leaf hidden from custodians": (box.leaf_hidden_from_custodians, "7 leaves shown of 8"),
    "a request that is not shown": (box.request_not_shown, "the request that it logs is not shown"),
    "a request that is not logged": (box.request_not_logged, "request/2: the log has no entry"),
    "a custodian lies": (opening.custodian_lies, "answer/1/3"),
    "an answer nobody committed to": (opening.answer_not_committed_to, "no commitment to it"),
    "an answer in another's name": (opening.answer_of_another_custodian, "answer/1/2"),
    "a bid logged behind the box": (box.bid_after_closing, "later than it may be"),
    "answered before it was logged": (opening.answered_before_it_was_logged, "committed to before"),
    "too few answers": (opening.too_few_answers, "opened with 1 proved answers, 2 are needed"),
    "a price swapped in the record": (
        opening.price_swapped_in_the_record,
        "another price: 100, not 99",
    ),
    "a bid swapped after the opening": (
        opening.bid_swapped_after_the_opening,
        "the statement names",
    ),
    "a bid signed by a stranger": (opening.bid_signed_by_a_stranger, "signature does not hold"),
    "a bid of another organization": (opening.bid_of_another_organization, "another organization"),
    "a joining of another pseudonym": (
        opening.joining_of_another_pseudonym,
        "of another pseudonym",
    ),
    "a barred bid's content": (opening.barred_bid_opened, "content of a bid that was not opened"),
    "barred after the prices": (opening.barred_after_the_prices, "though it was current"),
    "barred by a later decision": (opening.barred_by_a_later_decision, "later than it may be"),
    "barred by a decision about another": (
        opening.barred_by_somebody_else_s_decision,
        "not about barring this bidder",
    ),
    "a bid told as a pad": (opening.pad_opened_as_a_bid, "record/1"),
    "a leaf not accounted for": (opening.leaf_not_accounted_for, "account for each leaf once"),
    "a record that is not logged": (opening.record_not_logged, "record/1: the log has no entry"),
    "a record that is not shown": (opening.record_hidden, "the record that it logs is not shown"),
    "a record after the final one": (
        opening.record_after_the_final_one,
        "the record before it was final",
    ),
    "failed with enough bids": (
        opening.failed_with_enough_bids,
        "failed with 2 bids, where 2 are enough",
    ),
    "silence told as an answer": (
        opening.silence_told_as_an_answer,
        "no envelopes/1/answer/1/2.json",
    ),
    "an answer exchanged": (opening.answer_exchanged, "not the one that the record names"),
}
