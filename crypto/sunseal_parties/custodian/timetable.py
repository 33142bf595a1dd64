"""Which timetable holds, as far as this custodian can know it.

What is in force can be shown to anybody by the log. What is not shown may still be in force: the
log hides from a custodian what others acknowledged. Therefore a custodian waits for the latest
time that it has acknowledged itself, whatever it is shown. If n − t + 1 did so, fewer than t are
left to open sooner; if fewer did, t are left, and the bids open at the time that bidders were told.
"""

from collections.abc import Sequence
from datetime import datetime

from sunseal_crypto import amendment as amendments
from sunseal_crypto.amendment import ShownAmendment, Timetable
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.roster import Roster
from sunseal_crypto.terms import Terms
from sunseal_parties.custodian.amendment_book import Acknowledged
from sunseal_parties.custodian.facts import Facts, History, check_logged
from sunseal_parties.custodian.refusals import RefusalError


def fold(
    shown: Sequence[ShownAmendment], agreed: Terms, roster: Roster, history: History
) -> Timetable:
    """The timetable after `shown`, each in force by our own copy of the log. Raises CryptoError."""
    current = Timetable.of(agreed)
    for each in shown:
        digest = amendments.digest(each.signed.amendment)
        for entry in each.acknowledgements:
            check_logged(entry, history, history.size - 1)
        said = [amendments.said_in(entry, digest, roster) for entry in each.acknowledgements]
        current = amendments.in_force(each.signed, current, said, agreed)
    return current


def in_force(shown: Sequence[ShownAmendment], facts: Facts) -> Timetable:
    """The timetable that a request shows, and that nothing we know denies. Raises RefusalError."""
    try:
        current = fold(shown, facts.key.terms, facts.seat.roster, facts.history)
    except CryptoError as error:
        raise RefusalError("changed-timetable", str(error)) from None
    _check_own(shown, facts.acknowledged)
    return current


def bound_until(announced: datetime, acknowledged: Sequence[Acknowledged]) -> datetime:
    """Before this moment nothing is released, whoever else agreed to wait."""
    return max([announced, *(each.not_before for each in acknowledged)])


def _check_own(shown: Sequence[ShownAmendment], acknowledged: Sequence[Acknowledged]) -> None:
    """Whoever signs two amendments under one number keeps two timetables for two audiences."""
    digests = [amendments.digest(each.signed.amendment) for each in shown]
    for own in acknowledged:
        if own.number <= len(digests) and digests[own.number - 1] != own.digest:
            raise RefusalError("changed-timetable", f"another amendment {own.number} was signed")
        # We acknowledged this one because all before it had been proved to be in force.
        if own.number > len(digests) + 1:
            raise RefusalError("changed-timetable", f"amendment {own.number - 1} is not shown")
