"""Whether an envelope's key may be sealed to, by the roster that the bidder got elsewhere.

The platform hands over every byte checked here, and is believed in nothing. What was accepted first
is pinned: a second certificate for the same envelope is an attack, whatever it says.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sunseal_crypto import canonical, certificate, event, notice, receipt, roster, terms
from sunseal_crypto.certificate import Certificate, EnvelopeKey
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.notice import Notice
from sunseal_crypto.receipt import VerifiedReceipt
from sunseal_crypto.roster import Roster
from sunseal_crypto.spelling import base64_text
from sunseal_parties.bidder.errors import OutOfOrder, Untrusted
from sunseal_parties.bidder.home import EnvelopeHome

CERTIFIED = "ceremony.certificate"


@dataclass(frozen=True, slots=True)
class Offered:
    """What the platform shows of an envelope; `receipt` is empty until the log has it."""

    certificate: bytes
    receipt: bytes
    notice: bytes


@dataclass(frozen=True, slots=True)
class Trusted:
    """What has been checked; `roster` is the one that the bidder got elsewhere."""

    key: EnvelopeKey
    notice: Notice
    roster: Roster

    @property
    def tender(self) -> UUID:
        return UUID(self.key.terms.tender)

    def receipt(self, text: bytes) -> VerifiedReceipt:
        """Raises CryptoError."""
        return verify_receipt(text, self.roster, self.key.terms.q)


def accept(offered: Offered, roster_bytes: bytes, home: EnvelopeHome) -> Trusted:
    """Checks everything and pins it. Raises Untrusted."""
    # 1. The key was made by the custodians of this roster, for this notice and this envelope.
    trusted = check(offered.certificate, offered.notice, roster_bytes, home.tender, home.name)
    # 2. It is the one accepted before, if any was.
    for what, data in (("certificate", offered.certificate), ("notice", offered.notice)):
        pinned = home.pinned(what)
        if pinned not in (None, data):
            raise Untrusted(
                f"The platform now shows another {what} than the one accepted first. Do not seal "
                f"to it; keep {home.folder} and tell the supervisors and the custodians."
            )
    # 3. It is in the log that a quorum of cosigners watches, so it is the same one for everybody.
    _check_logged(trusted, offered)
    for what, data in (
        ("roster", roster_bytes),
        ("notice", offered.notice),
        ("certificate", offered.certificate),
    ):
        home.pin(what, data)
    return trusted


def pinned(home: EnvelopeHome) -> Trusted:
    """What was accepted before, checked again. Raises OutOfOrder, Untrusted."""
    # The certificate is pinned last: where it is, the others are.
    parts = [home.pinned(what) for what in ("certificate", "notice", "roster")]
    certificate_bytes, notice_bytes, roster_bytes = parts
    if certificate_bytes is None or notice_bytes is None or roster_bytes is None:
        raise OutOfOrder(
            "The envelope's key has not been checked yet: run `sunseal-bid check --roster FILE`."
        )
    return check(certificate_bytes, notice_bytes, roster_bytes, home.tender, home.name)


def check(
    certificate_bytes: bytes, notice_bytes: bytes, roster_bytes: bytes, tender: UUID, name: str
) -> Trusted:
    """Raises Untrusted, with what to do when the roster is the wrong one."""
    try:
        agreed = terms.parse(canonical.decode(Certificate, certificate_bytes).terms)
        _check_roster(agreed.roster, roster_bytes)
        key = certificate.verify(certificate_bytes, roster_bytes)
        parsed = notice.check_terms(notice_bytes, key.terms)
    except CryptoError as error:
        raise Untrusted(f"The envelope's key cannot be trusted: {error}.") from error
    if (key.terms.tender, key.terms.envelope) != (str(tender), name):
        raise Untrusted("The certificate shown belongs to another tender or envelope.")
    return Trusted(key, parsed, roster.parse(roster_bytes))


def verify_receipt(text: bytes, trusted: Roster, quorum: int) -> VerifiedReceipt:
    """What the log provably holds. Raises CryptoError."""
    log = VerifierKey.parse(trusted.log)
    cosigners = [VerifierKey.parse(key, COSIGNATURE) for key in trusted.cosigners()]
    return receipt.verify(text, trusted.origin, log, cosigners, quorum)


def _check_roster(wanted: bytes, roster_bytes: bytes) -> None:
    given = roster.fingerprint(roster_bytes)
    if given != wanted:
        raise Untrusted(
            f"This tender's custodians are those of another roster. Yours has the SHA-256 "
            f"{given.hex()}, the tender names {wanted.hex()}. Get the roster again from the "
            "gazette or from a custodian, and compare this number with the one published there."
        )


def _check_logged(trusted: Trusted, offered: Offered) -> None:
    if not offered.receipt:
        raise Untrusted("The log does not hold the certificate yet. Try again in a minute.")
    try:
        logged = event.decode(trusted.receipt(offered.receipt).detail)
    except CryptoError as error:
        raise Untrusted(f"The certificate's receipt does not hold: {error}.") from error
    fact = base64_text(sha256(offered.certificate).digest())
    if logged.action != CERTIFIED or logged.data.get("certificate") != fact:
        raise Untrusted("The receipt shown is not that of this certificate.")
