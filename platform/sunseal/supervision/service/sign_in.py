"""From where somebody signed in, kept so that it can be compared later and not read now.

The key is made of the platform's own and is in no database, so whoever has the rows alone cannot
try all addresses. No desk role reads them; the worker compares them for tenders that are open.
"""

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from sunseal.database import UnitOfWork
from sunseal.supervision.models import SignIn
from sunseal_crypto.framing import fields
from sunseal_crypto.signing import SigningKey

LABEL = b"sunseal/sign-in/v1"
# Longer than tenders run, from the notice to the last word of an appeal.
KEPT = timedelta(days=400)
FORGET = text("delete from supervision.sign_in where at < :before")


def note_sign_in(
    uow: UnitOfWork, key: SigningKey, person_id: UUID, address: str, device: str
) -> None:
    """Nothing of an address that is not the whole internet's: a proxy has one for everybody."""
    try:
        whole = ipaddress.ip_address(address)
    except ValueError:
        return
    if not whole.is_global:
        return
    digest = _digest(key, "address", whole.compressed)
    uow.session.add(
        SignIn(
            person_id=person_id,
            address=digest,
            device=_digest(key, "device", whole.compressed, device),
            at=uow.now,
        )
    )


def forget_old(uow: UnitOfWork) -> None:
    uow.session.execute(FORGET, {"before": uow.now - KEPT})


def _digest(key: SigningKey, *parts: str) -> bytes:
    secret = hmac.digest(key.seed(), LABEL, "sha256")
    return hmac.new(secret, fields(*(part.encode() for part in parts)), hashlib.sha256).digest()
