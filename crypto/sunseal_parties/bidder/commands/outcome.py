"""How a statement that was handed in is told about: never as more than it is."""

from sunseal_crypto import promise, statement
from sunseal_crypto.notes import parse
from sunseal_parties.bidder.attempts import Attempt
from sunseal_parties.bidder.errors import CALL, BidderError
from sunseal_parties.bidder.output import Output

WORDS = {
    "sealed": "sealed, not rehearsed, on this machine only",
    "rehearsed": "sealed and rehearsed, on this machine only",
    "committed": "on its way, not received",
    "received": "received, receipt not complete yet",
    "complete": "received, receipt complete",
    "refused": "refused: it is no bid",
    "abandoned": "given up, never received",
}


class Refused(BidderError):
    safe = "This bid does not count. An earlier one stands, if there was one."
    next = f"Seal again and hand it in at once. {CALL}"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The platform refused the bid after it had received it ({reason}), and signed that."
        )


def end_of_wait(output: Output, attempt: Attempt) -> None:
    """Raises Refused."""
    if attempt.stage == "refused":
        raise Refused(attempt.reason)
    what = "withdrawal" if attempt.said.action == "withdraw" else "bid"
    if attempt.stage == "complete":
        sentence = f"Your {what} is received, the receipt complete: `sunseal-bid receipt` saves it."
    else:
        sentence = (
            f"Your {what} is received: the platform has promised in writing to log it, by tick "
            f"{_last_tick(attempt)} at the latest. The receipt is not complete yet; `sunseal-bid "
            "receipt` fetches it."
        )
    output.result(sentence, **facts(attempt))


def facts(attempt: Attempt) -> dict[str, str | int]:
    """For machines."""
    return {
        "stage": attempt.stage,
        "action": attempt.said.action,
        "sequence": attempt.said.sequence,
        "statement": statement.digest(attempt.signed.statement).hex(),
        "submission": attempt.submission,
    }


def _last_tick(attempt: Attempt) -> int:
    return promise.Promise.parse(parse(attempt.promise.encode()).text).last_tick
