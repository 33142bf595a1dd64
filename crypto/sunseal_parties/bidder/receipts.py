"""Promises and receipts: what the bidder holds in its hand when the platform says "received".

Nothing is believed because the platform says so: a promise must be about this very statement, and a
receipt must prove, under the cosignatures of the bidder's own roster, that the log holds it.
"""

from sunseal_crypto import event, promise, statement
from sunseal_crypto.box import ACCEPTED, REFUSED
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.event import LogEvent
from sunseal_crypto.note_keys import VerifierKey
from sunseal_crypto.promise import Promise
from sunseal_crypto.receipt import VerifiedReceipt
from sunseal_crypto.roster import Roster
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import SignedStatement
from sunseal_parties.bidder.errors import Untrusted
from sunseal_parties.bidder.trust import Trusted


def check_promise(note: str, signed: SignedStatement, roster: Roster) -> Promise:
    """The platform's word that this statement counts. Raises Untrusted."""
    given, _ = _open(note, ACCEPTED, signed, roster)
    return given


def check_refusal(note: str, signed: SignedStatement, roster: Roster) -> str:
    """The rule that, by the platform's signed word, the bid broke. Raises Untrusted."""
    _, logged = _open(note, REFUSED, signed, roster)
    return logged.data.get("rule", "no rule given")


def check_receipt(
    text: str, signed: SignedStatement, note: str, trusted: Trusted
) -> VerifiedReceipt:
    """That the log holds what was promised, in time. Raises Untrusted."""
    given = check_promise(note, signed, trusted.roster)
    try:
        verified = trusted.receipt(text.encode())
        promise.check_kept(given, verified)
    except CryptoError as error:
        raise Untrusted(f"The receipt does not hold: {error}.") from error
    return verified


def _open(
    note: str, action: str, signed: SignedStatement, roster: Roster
) -> tuple[Promise, LogEvent]:
    """A signed note of the platform that says `action` of this very statement."""
    try:
        given = promise.verify(note.encode(), VerifierKey.parse(roster.promise))
        logged = event.decode(given.detail)
    except CryptoError as error:
        raise Untrusted(f"The platform's signed word does not hold: {error}.") from error
    if given.origin != roster.origin:
        raise Untrusted("The platform's signed word is about another log.")
    # That a statement was committed is true as well, and is no word that the bid counts.
    if (logged.action, logged.outcome) != (action, "done"):
        raise Untrusted(f"The platform signed {logged.action!r}, where {action!r} belongs.")
    if logged.data.get("statement") != base64_text(statement.digest(signed.statement)):
        raise Untrusted("The platform's signed word is about another statement than yours.")
    return given, logged
