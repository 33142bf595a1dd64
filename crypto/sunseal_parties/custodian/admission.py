"""Which ceremonies a custodian takes part in: rules about the terms, before any key is made."""

from collections.abc import Sequence
from datetime import datetime

from sunseal_crypto import notice, terms
from sunseal_crypto.notice import Notice
from sunseal_crypto.roster import Custodian, Roster, Witness
from sunseal_crypto.terms import Terms
from sunseal_parties.custodian.ceremony_book import Ceremony, CeremonyBook
from sunseal_parties.custodian.http import CeremonyWork
from sunseal_parties.custodian.keys import Seat
from sunseal_parties.custodian.refusals import TermsRefused


def attempts(terms_bytes: bytes, book: CeremonyBook) -> list[Ceremony]:
    """The attempts at a key for the same envelope that this custodian knows. Raises Malformed."""
    offered = terms.parse(terms_bytes)
    return book.of_envelope(offered.origin, offered.tender, offered.envelope)


def check(work: CeremonyWork, known: Sequence[Ceremony], seat: Seat, now: datetime) -> Terms:
    """The terms, if this custodian may agree to them. Raises CryptoError with the reason."""
    # C1. The terms are terms, and for this attempt.
    agreed = terms.parse(work.terms)
    if agreed.attempt != work.attempt:
        raise TermsRefused(f"the terms are for attempt {agreed.attempt}, not {work.attempt}")

    # C2. They are for exactly the roster that this custodian got outside the platform; with it go
    # origin, n, t, the quorum, and that no authority alone has t cosigners.
    terms.check_roster(agreed, seat.roster_bytes)

    # C3. The session is made for these terms.
    terms.check_session(work.session, work.terms)

    # C4. A key that may be used at once would keep nothing sealed.
    if agreed.not_before <= now:
        raise TermsRefused("not-before has passed already")

    # C5. Bidders read the notice, custodians keep the terms: both say the same.
    announced = notice.check_terms(work.notice, agreed)

    # C6. Whoever buys, or buys for another, neither guards the key nor watches the log.
    _check_independence(announced, seat.roster)

    # C7, C8. One attempt at a time, and none once a key was completed.
    for earlier in known:
        _check_replaced(earlier, agreed)
    return agreed


def _check_independence(announced: Notice, roster: Roster) -> None:
    interested = {announced.tendering_party, announced.agent}
    parties: list[Custodian | Witness] = [*roster.custodians, *roster.witnesses]
    for party in parties:
        if {party.name, party.authority} & interested:
            raise TermsRefused(f"{party.name} belongs to the tendering party or its agent")


def _check_replaced(earlier: Ceremony, agreed: Terms) -> None:
    if earlier.attempt >= agreed.attempt:
        raise TermsRefused(f"attempt {earlier.attempt} is known here, under another session")
    # A second key for one envelope would let somebody choose which bids can be opened.
    if earlier.state in ("complete", "forgotten"):
        raise TermsRefused(f"attempt {earlier.attempt} made the key of this envelope")
    if agreed.replaces[earlier.attempt - 1] != earlier.session:
        raise TermsRefused(f"the terms do not replace attempt {earlier.attempt} as known here")
