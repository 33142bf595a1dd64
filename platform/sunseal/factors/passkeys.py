"""What can be done with passkeys; the unit's role is the door."""

import hmac
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from sunseal.database import UnitOfWork
from sunseal.factors import authenticator, rules, secrets, service
from sunseal.factors.authenticator import Created, RelyingParty, Shown
from sunseal.factors.errors import ChallengeOver, CounterWentBack, PasskeyKnown, WrongPasskey
from sunseal.factors.models import Passkey, PasskeyChallenge
from sunseal.factors.repository import PasskeyRepository
from sunseal.factors.service import ISSUER, Whose
from sunseal_crypto.signing import SigningKey

CHALLENGE_BYTES = 32
# What an answer is for: one that was given for a sign-in adds nothing, and the other way round.
Purpose = Literal["sign-in", "second-factor", "add"]


@dataclass(frozen=True, slots=True)
class Verified:
    """`count` is how many signatures the authenticator says it has made with this passkey."""

    passkey_id: UUID
    person_id: UUID
    count: int


def ask_to_add(uow: UnitOfWork, party: RelyingParty, whose: Whose, bound: bytes) -> str:
    """What the browser is to ask an authenticator for; `bound` is the digest of the session."""
    known = [each.credential_id for each in listed(uow, whose.person_id)]
    challenge = _challenge(uow, "add", bound)
    return authenticator.ask_to_create(
        party, ISSUER, whose.person_id, whose.email, challenge, known
    )


def ask_to_enter(uow: UnitOfWork, party: RelyingParty, bound: bytes) -> str:
    """For a visitor, whoever it is."""
    return authenticator.ask_to_show(party, _challenge(uow, "sign-in", bound), [])


def ask_for_second(uow: UnitOfWork, party: RelyingParty, person_id: UUID, bound: bytes) -> str:
    """For somebody who knew the password."""
    own = [each.credential_id for each in listed(uow, person_id)]
    return authenticator.ask_to_show(party, _challenge(uow, "second-factor", bound), own)


def take(uow: UnitOfWork, purpose: Purpose, bound: bytes, challenge: bytes) -> None:
    """In a unit of its own: a challenge is over, whatever is then said of the answer.

    Raises ChallengeOver.
    """
    digest = secrets.challenge_digest(purpose, bound, challenge)
    if not PasskeyRepository(uow.session).take(digest, uow.now):
        raise ChallengeOver()


def add(
    uow: UnitOfWork,
    key: SigningKey,
    party: RelyingParty,
    whose: Whose,
    created: Created,
    label: str,
) -> list[str]:
    """It counts at once; with somebody's first factor come recovery codes, shown this once.

    Raises WrongPasskey, PasskeyKnown.
    """
    public = authenticator.verify_created(party, created)
    first = not service.has_any(uow, whose.person_id)
    passkey = Passkey(
        person_id=whose.person_id,
        credential_id=public.id,
        public_key=public.key,
        mac=secrets.passkey_mac(key, whose.person_id, public.id, public.key),
        sign_count=public.count,
        label=label,
        created_at=uow.now,
    )
    try:
        PasskeyRepository(uow.session).add(passkey)
    except IntegrityError:
        raise PasskeyKnown() from None
    service.note(uow, whose, "passkey.add")
    return service.renew_recovery_codes(uow, key, whose) if first else []


def verify(uow: UnitOfWork, key: SigningKey, party: RelyingParty, shown: Shown) -> Verified:
    """Whose passkey this is, and that he just used it. Raises WrongPasskey."""
    # 1. It counts on this side, and for the person that the authenticator made it for.
    passkey = PasskeyRepository(uow.session).by_credential(shown.id)
    if passkey is None or shown.whose not in (None, passkey.person_id):
        raise WrongPasskey()
    # 2. It was added here, and not to the table alone.
    mac = secrets.passkey_mac(key, passkey.person_id, passkey.credential_id, passkey.public_key)
    if not hmac.compare_digest(mac, passkey.mac):
        raise WrongPasskey()
    # 3. Its owner confirmed this challenge, on our own page.
    count = authenticator.verify_shown(party, shown, passkey.public_key)
    return Verified(passkey.id, passkey.person_id, count)


def use(uow: UnitOfWork, verified: Verified) -> None:
    """Notes that it was used. Raises CounterWentBack if a copy of it has counted further."""
    if not PasskeyRepository(uow.session).count(verified.passkey_id, verified.count, uow.now):
        raise CounterWentBack()


def listed(uow: UnitOfWork, person_id: UUID) -> Sequence[Passkey]:
    return PasskeyRepository(uow.session).of(person_id)


def is_of_side(uow: UnitOfWork, shown: Shown) -> bool:
    """Whether somebody on the side of the unit's login has this passkey."""
    return PasskeyRepository(uow.session).by_credential(shown.id) is not None


def _challenge(uow: UnitOfWork, purpose: Purpose, bound: bytes) -> bytes:
    made = random.token_bytes(CHALLENGE_BYTES)
    digest = secrets.challenge_digest(purpose, bound, made)
    expires_at = uow.now + rules.CHALLENGE_LASTS
    PasskeyRepository(uow.session).add(PasskeyChallenge(digest=digest, expires_at=expires_at))
    return made
