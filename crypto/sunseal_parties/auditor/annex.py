"""The annex: headers of revoked bids, which only supervisors may see.

With a header and the proved points anyone computes what custodians together made possible, and sees
whether the bid could be opened by it.
"""

import hashlib

from sunseal_crypto import annex, sealed, threshold
from sunseal_crypto.age import X25519Recipient, header, x25519
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.statement import BidStatement
from sunseal_parties.auditor.case import Envelope


def parse(data: bytes) -> dict[tuple[str, int], bytes]:
    """The headers by envelope and position. Raises Malformed."""
    headers = annex.parse(data).headers
    return {(each.envelope, each.position): each.header for each in headers}


def cause(envelope: Envelope, position: int, head: BidStatement, data: bytes) -> str:
    """Why the bid was revoked, as far as its header tells. Raises CryptoError for another one."""
    found = sealed.check(data)
    stanza = sealed.envelope_stanza(found)
    # 1. It is the header that the bidder's statement, and the custodians' answers, are about.
    named = (x25519.share(stanza), hashlib.sha256(stanza.body).digest())
    if named != (head.share, head.body_hash):
        raise Unverified("the annex holds another header than the statement names")
    # 2. What any t custodians make of it.
    points = envelope.points[position]
    chosen = dict(sorted(points.items())[: envelope.key.terms.t])
    recipient = X25519Recipient.from_string(envelope.key.recipient)
    try:
        key = x25519.unwrap_with_secret(stanza, threshold.combine(chosen), recipient.point)
        header.verify_mac(found, key)
    except CryptoError as error:
        return f"confirmed: its header does not open ({error})"
    return "its header opens: the cause is in the payload, which the annex does not hold"
