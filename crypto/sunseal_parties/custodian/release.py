"""When a custodian helps to open, first part: the time has come and the log shows it to everybody.

Rules are pure, on facts and a time. Their letters are those of the protocol: (a) time and (b) log
here, (c) box, (d) enough bids and (e) one box in `box_rules`. What breaks them stops the whole
request; what is wrong with one bid alone costs that bid alone.
"""

from datetime import datetime, timedelta

from sunseal_crypto import checkpoint, event, receipt
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.event import LogEvent
from sunseal_crypto.receipt import VerifiedReceipt
from sunseal_crypto.release import ReleaseRequest
from sunseal_crypto.spelling import base64_bytes, base64_text
from sunseal_crypto.tlog_proof import TlogProof
from sunseal_parties.custodian.facts import Closing, Facts, Shown
from sunseal_parties.custodian.refusals import ForkShown, RefusalError
from sunseal_parties.custodian.timetable import bound_until, in_force

# How far the clocks of the cosigners may be from ours.
CLOCK_TOLERANCE = timedelta(seconds=60)

BOX_CLOSED = "box.closed"
RELEASE_REQUEST = "release.request"
RELEASE_ANSWER = "release.answer"


def check_shown(shown: Shown, facts: Facts, now: datetime) -> Closing:
    """Rules (a) and (b). Raises RefusalError."""
    _check_named(shown.request, facts)

    # (a) Not-before has passed on our own clock, and the latest that we ever acknowledged ...
    _check_time(now, bound_until(facts.key.terms.not_before, facts.acknowledged))

    # (b) Box and request are in the log that we follow, under a quorum of cosignatures; whoever
    # shows us a log of our own needs as many liars as could open the bids anyway.
    if facts.fork is not None:
        raise RefusalError("forked-log", facts.fork)
    if facts.trouble is not None:
        raise RefusalError("unlogged-request", facts.trouble)
    closed, closing_event = open_receipt(shown.box_receipt, facts, BOX_CLOSED)
    requested, request_event = open_receipt(shown.request_receipt, facts, RELEASE_REQUEST)

    # (a) ... and the one that is in force by the log, also for those who did not acknowledge it ...
    timetable = in_force(shown.request.amendments, facts)
    _check_time(now, timetable.not_before)

    # (a) ... and on the clocks of those who cosigned just now: moving ours opens nothing.
    _check_clocks(requested, facts.key.terms.q, now)

    # (b) The log names exactly this request, and a box of this key that was closed before it.
    _check_request_event(request_event, shown)
    root = _closed_root(closing_event, facts.key)
    if closed.index > requested.index:
        raise RefusalError("unlogged-request", "it was logged before its box was closed")
    return Closing(root, closed.index, requested.index, timetable.deadline)


def open_receipt(text: bytes, facts: Facts, action: str) -> tuple[VerifiedReceipt, LogEvent]:
    """The entry for `action` in the log that we cosigned, under a quorum. Raises RefusalError."""
    seat = facts.seat
    try:
        verified = receipt.verify(text, seat.log.name, seat.log, seat.cosigners, facts.key.terms.q)
        logged = event.decode(verified.detail)
        seen = checkpoint.open_checkpoint(TlogProof.parse(text).checkpoint, seat.log)
    except CryptoError as error:
        raise RefusalError("unlogged-request", f"receipt for {action}: {error}") from None
    if (logged.action, logged.outcome) != (action, "done"):
        raise RefusalError("unlogged-request", f"the log entry is no {action}")
    if seen.size > facts.history.size:
        raise RefusalError("unlogged-request", "logged further on than this custodian has followed")
    try:
        facts.history.check_prefix(seen)
    except Unverified as error:
        raise ForkShown(f"receipt for {action}: {error}", text) from None
    return verified, logged


def _check_named(request: ReleaseRequest, facts: Facts) -> None:
    """The request is about this key's own envelope, terms and roster."""
    terms = facts.key.terms
    if terms.roster != facts.seat.fingerprint:
        raise RefusalError("unknown-roster", "the key was made for another roster than our file")
    named = (request.origin, request.tender, request.envelope, request.terms)
    if named != (terms.origin, terms.tender, terms.envelope, facts.key.terms_hash):
        raise RefusalError("unknown-key", "the key is of another envelope, or has other terms")


def _check_time(now: datetime, not_before: datetime) -> None:
    if now < not_before:
        raise RefusalError("time-not-reached", f"not before {not_before}")


def _check_clocks(requested: VerifiedReceipt, quorum: int, now: datetime) -> None:
    near = [time for time in requested.cosigned.values() if abs(time - now) <= CLOCK_TOLERANCE]
    if len(near) < quorum:
        raise RefusalError(
            "clock-off", f"{len(near)} cosignatures within 60 s of our clock, {quorum} are needed"
        )


def _check_request_event(logged: LogEvent, shown: Shown) -> None:
    expected = {"request": base64_text(shown.digest), "number": str(shown.request.number)}
    if logged.data != expected:
        raise RefusalError("unlogged-request", "the log entry is about another request")


def _closed_root(logged: LogEvent, key: EnvelopeKey) -> bytes:
    expected = {
        "root": logged.data.get("root", ""),
        "size": str(key.terms.box_size),
        "tender": key.terms.tender,
        "envelope": key.terms.envelope,
        "key": base64_text(key.id),
        # By which timetable it was shut, auditors check; what came late is refused leaf by leaf.
        "deadline": logged.data.get("deadline", ""),
        "not_before": logged.data.get("not_before", ""),
    }
    if logged.data != expected:
        raise RefusalError("unlogged-request", "the log entry closes another key's box")
    try:
        return base64_bytes(expected["root"], "box root", length=32)
    except CryptoError as error:
        raise RefusalError("unlogged-request", str(error)) from None
