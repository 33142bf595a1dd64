"""What a ticket is reached by, and what is counted; no database alone says whose either is.

Firms' secrets and all sources hang on a key made of the platform's promise key, which is in no
database. So whoever has every table cannot say which firm asked, nor try all firms.
"""

import hashlib
import hmac
import secrets
from uuid import UUID

from sunseal_crypto.framing import fields
from sunseal_crypto.signing import SigningKey

LABEL = b"sunseal/help/v1"
LINK_BYTES = 32


def of_firm(key: SigningKey, organization_id: UUID) -> bytes:
    """One for all tickets of a firm, which its colleagues share."""
    return _digest(key, b"firm", organization_id.bytes)


def new_link() -> str:
    """For whoever has not signed in: it is shown once, and opens this ticket alone."""
    return secrets.token_urlsafe(LINK_BYTES)


def of_link(link: str) -> bytes:
    return hashlib.sha256(link.encode()).digest()


def source(key: SigningKey, kind: str, value: bytes) -> bytes:
    """By what somebody is counted: a firm, a browser, an address, or a ticket."""
    return _digest(key, b"source", kind.encode(), value)


def _digest(key: SigningKey, *parts: bytes) -> bytes:
    own = hmac.digest(key.seed(), LABEL, hashlib.sha256)
    return hmac.digest(own, fields(*parts), hashlib.sha256)
