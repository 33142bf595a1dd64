"""What a coordinator that nobody trusts can check of a ceremony, from the posted bytes alone.

Custodians check all of it again. The platform does so on receipt, so that a bad contribution is
refused to its sender's face, instead of failing the ceremony for everybody later.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sunseal_crypto import canonical, ceremony, certificate, dkg, group, roster, signing, terms
from sunseal_crypto.certificate import Certificate, StaticKey
from sunseal_crypto.dkg import messages
from sunseal_crypto.errors import Malformed

Posted = Mapping[str, Mapping[int, bytes]]
"""Bodies by step and custodian."""


@dataclass(frozen=True)
class Attempt:
    """The context of one ceremony and what has been posted in it."""

    terms_bytes: bytes
    session: bytes
    roster_bytes: bytes
    posted: Posted

    @cached_property
    def terms(self) -> terms.Terms:
        return terms.parse(self.terms_bytes)

    @cached_property
    def roster(self) -> roster.Roster:
        return roster.parse(self.roster_bytes)

    def identity(self, custodian: int) -> bytes:
        return self.roster.custodians[custodian - 1].identity

    def bodies(self, step: str) -> list[bytes]:
        """Everybody's contribution to a finished step, in the order of the roster."""
        return [self.posted[step][custodian] for custodian in range(1, self.terms.n + 1)]

    def statics(self) -> list[StaticKey]:
        return [canonical.decode(StaticKey, body) for body in self.bodies("certify")]

    def messages(self) -> list[dkg.Message1]:
        agreed = self.terms
        return [dkg.Message1.decode(body, agreed.t, agreed.n) for body in self.bodies("round1")]

    def context(self) -> bytes:
        return dkg.context(self.session, [static.public for static in self.statics()])

    def transcript(self) -> bytes:
        """The one transcript that follows from both finished rounds."""
        publics = [static.public for static in self.statics()]
        sent = self.messages()
        extension = certificate.extension(self.terms_bytes, sent)
        return dkg.transcript(self.terms.t, publics, self.context(), sent, extension)


def check(attempt: Attempt, step: str, custodian: int, body: bytes) -> None:
    """Raises CryptoError when `custodian` cannot have meant this."""
    CHECKS[step](attempt, custodian, body)


def check_certify(attempt: Attempt, custodian: int, body: bytes) -> None:
    static = canonical.decode(StaticKey, body)
    group.parse_point(static.public)
    signing.verify_labelled(
        attempt.identity(custodian),
        certificate.STATIC_LABEL,
        certificate.static_message(attempt.terms.roster, attempt.session, custodian, static.public),
        static.signature,
    )
    others = attempt.posted.get("certify", {}).values()
    if static.public in [canonical.decode(StaticKey, other).public for other in others]:
        raise Malformed("another custodian has this ceremony key")


def check_round1(attempt: Attempt, custodian: int, body: bytes) -> None:
    message = dkg.Message1.decode(body, attempt.terms.t, attempt.terms.n)
    messages.check(message, custodian, attempt.terms.t, attempt.context())


def check_round2(attempt: Attempt, custodian: int, body: bytes) -> None:
    public = attempt.statics()[custodian - 1].public
    dkg.verify_signature(public, body, attempt.transcript())


def check_confirm(attempt: Attempt, custodian: int, body: bytes) -> None:
    digest = hashlib.sha256(attempt.transcript()).digest()
    identity = attempt.identity(custodian)
    ceremony.verify_confirmation(body, identity, attempt.session, custodian, digest)


def check_complaint(attempt: Attempt, custodian: int, body: bytes) -> None:
    read_complaint(attempt, custodian, body)


def read_complaint(attempt: Attempt, custodian: int, body: bytes) -> ceremony.Complaint:
    """Raises CryptoError."""
    identity = attempt.identity(custodian)
    return ceremony.verify_complaint(body, identity, attempt.session, custodian, attempt.terms.n)


CHECKS = {
    "certify": check_certify,
    "round1": check_round1,
    "round2": check_round2,
    "confirm": check_confirm,
    "complaint": check_complaint,
}


def assemble(attempt: Attempt) -> bytes:
    """The certificate, once round 2 is finished. Raises CryptoError if no client would take it."""
    made = Certificate(
        version="sunseal/certificate/v1",
        session=attempt.session,
        terms=attempt.terms_bytes,
        statics=attempt.statics(),
        transcript=attempt.transcript(),
        signatures=attempt.bodies("round2"),
    )
    data = canonical.encode(made)
    certificate.verify(data, attempt.roster_bytes)
    return data
