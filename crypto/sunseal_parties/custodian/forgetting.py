"""The end of a key: the custodian erases its part and says so, signed."""

from datetime import datetime

from sunseal_crypto import erasure, terms
from sunseal_crypto.erasure import Erasure
from sunseal_parties.custodian.ceremony_book import Ceremony
from sunseal_parties.custodian.journal import Journal
from sunseal_parties.custodian.keys import Keys, Seat
from sunseal_parties.custodian.refusals import ForgettingRefused
from sunseal_parties.custodian.timetable import bound_until


def forget(
    journal: Journal, seat: Seat, keys: Keys, tender: str, envelope: str, now: datetime
) -> bytes:
    """Erases key, share and ciphertexts of every attempt, and returns the signed statement.

    Raises ForgettingRefused before not-before: bids would be lost that nobody has opened.
    """
    assert keys.identity is not None
    assert seat.index is not None
    held = journal.ceremonies.of_envelope(seat.roster.origin, tender, envelope)
    if not held:
        raise ForgettingRefused(f"no key of tender {tender}, envelope {envelope} is known here")
    for attempt in held:
        _check_over(journal, attempt, now)
    said = Erasure(
        origin=seat.roster.origin,
        tender=tender,
        envelope=envelope,
        custodian=seat.index,
        sessions=[attempt.session for attempt in held],
        at=now,
    )
    signed = erasure.sign(said, keys.identity)
    with journal.transaction():
        for attempt in held:
            if not attempt.erased:
                journal.ceremonies.erase(attempt.session, "forgotten", "the tender is over")
        return journal.say("erasure", f"{tender}/{envelope}", signed).body


def _check_over(journal: Journal, attempt: Ceremony, now: datetime) -> None:
    acknowledged = journal.amendments.of_session(attempt.session)
    not_before = bound_until(terms.parse(attempt.terms).not_before, acknowledged)
    if not attempt.erased and now < not_before:
        raise ForgettingRefused(f"the bids under this key open at {not_before}: it is needed then")
