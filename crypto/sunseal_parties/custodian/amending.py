"""Acknowledging an amendment: a custodian binds itself to wait, and says so for the log.

From the moment its word leaves, it releases nothing before the later time; so the word is
journalled first, like everything that leaves.
"""

from datetime import datetime

from sunseal_crypto import amendment as amendments
from sunseal_crypto import canonical, terms
from sunseal_crypto.amendment import Acknowledgement, Amendment, SignedAmendment
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.terms import Terms
from sunseal_parties.custodian import timetable
from sunseal_parties.custodian.amendment_book import Acknowledged
from sunseal_parties.custodian.ceremony_book import Ceremony
from sunseal_parties.custodian.http import AmendmentWork
from sunseal_parties.custodian.journal import Journal, Message
from sunseal_parties.custodian.keys import Seat
from sunseal_parties.custodian.refusals import AmendmentRefused


class Amendments:
    """Acknowledges for the custodian at `seat`, whose identity key is `identity`."""

    def __init__(self, journal: Journal, seat: Seat, identity: SigningKey) -> None:
        assert seat.index is not None
        self._journal = journal
        self._seat = seat
        self._identity = identity
        self._index = seat.index

    def advance(self, work: AmendmentWork, trouble: str | None, now: datetime) -> Message:
        """The acknowledgement of an amendment. Raises CryptoError with the reason for none."""
        signed = canonical.decode(SignedAmendment, work.body)
        said = self._journal.said("acknowledgement", _name(signed))
        return said if said is not None else self._decide(signed, work, trouble, now)

    def _decide(
        self, signed: SignedAmendment, work: AmendmentWork, trouble: str | None, now: datetime
    ) -> Message:
        # M1. Nothing is built on a log that shows two histories, or that we cannot follow.
        if (why := self._journal.log.fork() or trouble) is not None:
            raise AmendmentRefused(f"the log cannot be trusted: {why}")
        # M2. It is about a key of which we hold a part.
        held = self._held(amendments.parse(signed.amendment))
        agreed = terms.parse(held.terms)
        # M3. Both keys that the terms name have signed it, for these very terms.
        asked = amendments.verify(signed, agreed)
        # M4. All before it are in force by our own copy of the log, and it moves them to later.
        current = timetable.fold(work.earlier, agreed, self._seat.roster, self._journal.log)
        amendments.check_follows(asked, current)
        # M5. The deadline that it moves has not passed on our own clock: a box that is closed
        # never opens again for a latecomer.
        if now >= current.deadline:
            raise AmendmentRefused(f"the deadline of {current.deadline} has passed")
        return self._acknowledge(held, asked, signed, now)

    def _held(self, asked: Amendment) -> Ceremony:
        attempts = self._journal.ceremonies.of_envelope(asked.origin, asked.tender, asked.envelope)
        for held in attempts:
            if held.state == "complete":
                _check_roster(terms.parse(held.terms), self._seat)
                return held
        raise AmendmentRefused(f"no part of a key of tender {asked.tender} is held here")

    def _acknowledge(
        self, held: Ceremony, asked: Amendment, signed: SignedAmendment, now: datetime
    ) -> Message:
        digest = amendments.digest(signed.amendment)
        own = Acknowledged(asked.number, digest, asked.not_before)
        said = Acknowledgement(amendment=digest, custodian=self._index, at=now)
        body = canonical.encode(amendments.acknowledge(said, self._identity))
        with self._journal.transaction():
            # M6. One under each number: two timetables for two audiences are not helped along.
            if self._journal.amendments.record(held.session, own).digest != digest:
                raise AmendmentRefused(f"another amendment {asked.number} was acknowledged here")
            return self._journal.say("acknowledgement", _name(signed), body)


def _check_roster(agreed: Terms, seat: Seat) -> None:
    if agreed.roster != seat.fingerprint:
        raise AmendmentRefused("the key was made for another roster than our file")


def _name(signed: SignedAmendment) -> str:
    return amendments.digest(signed.amendment).hex()
