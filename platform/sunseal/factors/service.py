"""What can be done with second factors; the unit's role is the door."""

import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pyotp

from sunseal.audit import service as log
from sunseal.database import Role, UnitOfWork
from sunseal.factors import rules, secrets
from sunseal.factors.errors import LastFactor, NoSuchFactor, WrongCode
from sunseal.factors.models import Factor, KnownDevice, Passkey, RecoveryCode, WrongGuess
from sunseal.factors.repository import FactorRepository, PasskeyRepository
from sunseal_crypto.signing import SigningKey

ISSUER = "Sunseal"
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose factors: bidders' doings are in no log that staff reads."""

    person_id: UUID
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Begun:
    """`secret` is for typing, `uri` for a picture to scan; both are shown this once."""

    id: UUID
    secret: str
    uri: str


def begin(uow: UnitOfWork, key: SigningKey, whose: Whose, label: str) -> Begun:
    """A new source of codes, which counts once it has shown one."""
    secret = pyotp.random_base32()
    factor = Factor(
        person_id=whose.person_id,
        secret=secrets.seal(key, whose.person_id, secret),
        label=label,
        created_at=uow.now,
    )
    FactorRepository(uow.session).add(factor)
    uri = pyotp.TOTP(secret).provisioning_uri(name=whose.email, issuer_name=ISSUER)
    return Begun(factor.id, secret, uri)


def confirm(
    uow: UnitOfWork, key: SigningKey, whose: Whose, factor_id: UUID, code: str
) -> list[str]:
    """Makes it count; with the first one come recovery codes, shown this once.

    Raises NoSuchFactor, WrongCode.
    """
    repository = FactorRepository(uow.session)
    factor = repository.get(whose.person_id, factor_id)
    if factor is None:
        raise NoSuchFactor(factor_id)
    first = not has_any(uow, whose.person_id)
    if not _takes(uow, key, factor, code):
        raise WrongCode()
    note(uow, whose, "factor.add")
    return renew_recovery_codes(uow, key, whose) if first else []


def check(uow: UnitOfWork, key: SigningKey, whose: Whose, code: str) -> None:
    """A one-time code or a recovery code. Raises WrongCode."""
    repository = FactorRepository(uow.session)
    if any(_takes(uow, key, each, code.strip()) for each in repository.of(whose.person_id)):
        return
    digest = secrets.recovery_digest(key, whose.person_id, code)
    if not repository.take_recovery_code(whose.person_id, digest, uow.now):
        raise WrongCode()
    note(uow, whose, "factor.recovery-code")


def listed(uow: UnitOfWork, person_id: UUID) -> Sequence[Factor]:
    """Sources of codes."""
    return FactorRepository(uow.session).of(person_id)


def has_any(uow: UnitOfWork, person_id: UUID) -> bool:
    """Whether the password alone opens nothing any more."""
    return bool(_all(uow, person_id))


def recovery_codes_left(uow: UnitOfWork, person_id: UUID) -> int:
    return FactorRepository(uow.session).recovery_codes_left(person_id)


def remove(uow: UnitOfWork, whose: Whose, factor_id: UUID) -> None:
    """A source of codes or a passkey. Raises NoSuchFactor, LastFactor."""
    found = _all(uow, whose.person_id)
    factor = next((each for each in found if each.id == factor_id), None)
    if factor is None:
        raise NoSuchFactor(factor_id)
    if len(found) == 1 and is_needed(whose.role):
        raise LastFactor()
    factor.removed_at = uow.now
    note(uow, whose, f"{factor.__tablename__}.remove")


def renew_recovery_codes(uow: UnitOfWork, key: SigningKey, whose: Whose) -> list[str]:
    """Ten new ones; the old ones are void."""
    repository, made = FactorRepository(uow.session), secrets.recovery_codes()
    repository.void_recovery_codes(whose.person_id, uow.now)
    repository.add(
        *(
            RecoveryCode(
                person_id=whose.person_id,
                digest=secrets.recovery_digest(key, whose.person_id, code),
                made_at=uow.now,
            )
            for code in made
        )
    )
    return made


def is_needed(role: Role) -> bool:
    """Whoever runs, watches or guards tenders; for a firm it is its own choice."""
    return role is not Role.BIDDER


def check_guesses(uow: UnitOfWork, email: str, person_id: UUID | None, device: str) -> None:
    """Whether another try is due, for a registered address and any other. Raises TooManyGuesses."""
    known = known_device(uow, person_id, device)
    since = uow.now - rules.WINDOW
    count = FactorRepository(uow.session).guesses(_account(email), known, since)
    rules.check_guesses(count, known=known is not None)


def note_wrong(uow: UnitOfWork, email: str, person_id: UUID | None, device: str) -> None:
    known = known_device(uow, person_id, device)
    guess = WrongGuess(account=_account(email), device=known, at=uow.now)
    FactorRepository(uow.session).add(guess)


def known_device(uow: UnitOfWork, person_id: UUID | None, device: str) -> bytes | None:
    """The digest of a browser's token, if this person has signed in from it."""
    if person_id is None or not device:
        return None
    digest, since = secrets.digest(device), uow.now - rules.DEVICE_KNOWN
    known = FactorRepository(uow.session).knows(person_id, digest, since)
    return digest if known else None


def is_known(uow: UnitOfWork, device: str) -> bool:
    """Whether anybody of the unit's side has signed in from this browser; whoever that was."""
    since = uow.now - rules.DEVICE_KNOWN
    return FactorRepository(uow.session).knows_anybodys(secrets.digest(device), since)


def remember(uow: UnitOfWork, person_id: UUID, device: str) -> str:
    """The token by which this browser is known from now on."""
    repository = FactorRepository(uow.session)
    known = known_device(uow, person_id, device)
    if known is not None:
        repository.see(person_id, known, uow.now)
        return device
    token = random.token_urlsafe(TOKEN_BYTES)
    seen = KnownDevice(person_id=person_id, digest=secrets.digest(token), seen_at=uow.now)
    repository.add(seen)
    return token


def reset(uow: UnitOfWork, person_id: UUID) -> int:
    """The operator's: no factor, passkey or recovery code counts any more; how many did."""
    uow.require(Role.WORKER)
    found = _all(uow, person_id)
    for factor in found:
        factor.removed_at = uow.now
    FactorRepository(uow.session).void_recovery_codes(person_id, uow.now)
    log.record(uow, "factor.reset", f"person/{person_id}")
    return len(found)


def forget_old(uow: UnitOfWork) -> None:
    """The worker's: guesses that no window holds, challenges that are over, forgotten browsers."""
    before = uow.now - rules.WINDOW
    FactorRepository(uow.session).forget(before, uow.now - rules.DEVICE_KNOWN)
    PasskeyRepository(uow.session).forget(uow.now)


def _all(uow: UnitOfWork, person_id: UUID) -> list[Factor | Passkey]:
    """Whatever counts as a second factor."""
    passkeys = PasskeyRepository(uow.session).of(person_id)
    return [*listed(uow, person_id), *passkeys]


def _takes(uow: UnitOfWork, key: SigningKey, factor: Factor, code: str) -> bool:
    secret = secrets.unseal(key, factor.person_id, factor.secret)
    step = rules.step_of(secret, code, uow.now, factor.last_step)
    return step is not None and FactorRepository(uow.session).take_step(factor.id, step, uow.now)


def _account(email: str) -> bytes:
    return secrets.digest(email.strip().lower())


def note(uow: UnitOfWork, whose: Whose, action: str) -> None:
    """In the log, but for bidders: supervisors read it at once."""
    if whose.role is not Role.BIDDER:
        log.record(uow, action, f"person/{whose.person_id}")
