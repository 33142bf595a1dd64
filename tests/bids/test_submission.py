"""From the statement to the promise, its receipt, a replacement and a withdrawal."""

from sunseal_crypto import event, promise, statement
from sunseal_crypto.box import ACCEPTED
from tests.bids.world import Bidder, Box, Envelope, b64, problem, seal


def test_a_bid_is_promised_checked_and_accepted(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    signed = bidder.say(file)
    submission = bidder.uploaded(signed, file.data)
    answer = bidder.finalise(submission).json()
    assert answer["state"] == "finalised"

    verifier = promise.signer(box.settings.origin, box.keys.promise).verifier
    promised = promise.verify(answer["promise"].encode(), verifier)
    detail = event.decode(promised.detail)
    assert (detail.action, detail.outcome) == (ACCEPTED, "done")
    assert detail.data["statement"] == b64(statement.digest(signed.statement))
    assert detail.actor == b64(bidder.pseudonym.public)

    assert "bids.check_digest" in box.run_due()
    assert bidder.look(submission)["state"] == "accepted"


def test_finalising_again_gives_the_same_promise(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.uploaded(bidder.say(file), file.data)
    first = bidder.finalise(submission).json()["promise"]
    box.close(bidder.envelope)
    assert bidder.finalise(submission).json()["promise"] == first
    assert [action for action, _, _ in box.events()].count(ACCEPTED) == 1
