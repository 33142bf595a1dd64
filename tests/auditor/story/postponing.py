"""Amendments of the timetable, told truly or falsely."""

from collections.abc import Sequence
from typing import Any

from sunseal_crypto import (
    amendment,
    canonical,
    signing,
)
from sunseal_crypto.amendment import (
    Acknowledgement,
    Amendment,
    ShownAmendment,
    SignedAmendment,
)
from sunseal_crypto.bundle import Kind
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text, time_text
from tests.auditor.story.bidding import Bidding
from tests.auditor.story.key import AMENDERS, HOUR, NOT_BEFORE, TENDER
from tests.crypto.logs import ORIGIN
from tests.crypto.rosters import DEADLINE, IDENTITIES


class Postponing(Bidding):
    """Somebody moves the deadline."""

    def amendment(self, **changes: Any) -> Amendment:
        """The first: an hour later."""
        fields: dict[str, Any] = {
            "origin": ORIGIN,
            "tender": TENDER,
            "envelope": "1",
            "terms": self.key.terms_hash,
            "number": 1,
            "previous": b"",
            "deadline": DEADLINE + HOUR,
            "not_before": NOT_BEFORE + HOUR,
            "reason": "A flood cut off the site.",
        }
        return Amendment(**(fields | changes))

    def amends(
        self,
        made: Amendment | None = None,
        keys: Sequence[SigningKey] = AMENDERS,
        people: tuple[str, str] = ("clerk", "centre"),
    ) -> bytes:
        """Two people sign it; returns its digest, by which custodians acknowledge it."""
        made = made or self.amendment()
        data = canonical.encode(made)
        signatures = [
            signing.sign_labelled(key, label, data)
            for key, label in zip(keys, amendment.LABELS, strict=True)
        ]
        digest = amendment.digest(data)
        facts = {"amendment": base64_text(digest), "number": str(made.number)}
        for action, actor in zip(("propose", "confirm"), people, strict=True):
            self.enter(f"amendment.{action}", actor=actor, **facts)
        signed = SignedAmendment(data, signatures)
        self.evidence[Kind.AMENDMENT, str(made.number)] = canonical.encode(signed)
        self.amendments = [ShownAmendment(signed, [])]
        self.tick()
        return digest

    def acknowledges(
        self, custodian: int, digest: bytes, signer: SigningKey | None = None
    ) -> LoggedEntry:
        said = Acknowledgement(amendment=digest, custodian=custodian, at=self.now)
        word = amendment.acknowledge(said, signer or IDENTITIES[custodian - 1])
        data = amendment.entry_data(digest, custodian, canonical.encode(word))
        return self.logged(amendment.ACKNOWLEDGE, **data)

    def postpones(self, digest: bytes, made: Amendment | None = None) -> None:
        """What the worker logs when it moves the box by an amendment."""
        made = made or self.amendment()
        self.shut_by = (made.deadline, made.not_before)
        self.enter(
            "amendment.in-force",
            amendment=base64_text(digest),
            number=str(made.number),
            deadline=time_text(made.deadline),
            not_before=time_text(made.not_before),
        )
        self.tick()
