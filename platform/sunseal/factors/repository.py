"""The SQL of second factors, as the door sees it: the people of its own side."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from sunseal.factors.models import (
    Factor,
    KnownDevice,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    WrongGuess,
)


class FactorRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *rows: Factor | RecoveryCode | KnownDevice | WrongGuess) -> None:
        self._session.add_all(rows)
        self._session.flush()

    def of(self, person_id: UUID) -> Sequence[Factor]:
        """Those that count."""
        query = select(Factor).where(
            Factor.person_id == person_id,
            Factor.confirmed_at.is_not(None),
            Factor.removed_at.is_(None),
        )
        return self._session.scalars(query.order_by(Factor.created_at, Factor.id)).all()

    def get(self, person_id: UUID, factor_id: UUID) -> Factor | None:
        query = select(Factor).where(
            Factor.id == factor_id, Factor.person_id == person_id, Factor.removed_at.is_(None)
        )
        return self._session.scalar(query)

    def take_step(self, factor_id: UUID, step: int, at: datetime) -> bool:
        """False when somebody has shown this code, or a later one, at the same moment."""
        taken = update(Factor).where(Factor.id == factor_id, Factor.last_step < step)
        confirmed = func.coalesce(Factor.confirmed_at, at)
        query = taken.values(last_step=step, confirmed_at=confirmed).returning(Factor.id)
        return self._session.scalar(query) is not None

    def take_recovery_code(self, person_id: UUID, digest: bytes, at: datetime) -> bool:
        query = update(RecoveryCode).where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.digest == digest,
            RecoveryCode.used_at.is_(None),
        )
        taken = query.values(used_at=at).returning(RecoveryCode.digest)
        return self._session.scalar(taken) is not None

    def recovery_codes_left(self, person_id: UUID) -> int:
        query = select(func.count()).where(
            RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
        )
        return self._session.scalar(query) or 0

    def void_recovery_codes(self, person_id: UUID, at: datetime) -> None:
        old = update(RecoveryCode).where(
            RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
        )
        self._session.execute(old.values(used_at=at))

    def knows(self, person_id: UUID, device: bytes, since: datetime) -> bool:
        query = select(KnownDevice.digest).where(
            KnownDevice.person_id == person_id,
            KnownDevice.digest == device,
            KnownDevice.seen_at >= since,
        )
        return self._session.scalar(query) is not None

    def knows_anybodys(self, device: bytes, since: datetime) -> bool:
        query = select(KnownDevice.digest).where(
            KnownDevice.digest == device, KnownDevice.seen_at >= since
        )
        return self._session.scalar(query.limit(1)) is not None

    def see(self, person_id: UUID, device: bytes, at: datetime) -> None:
        seen = update(KnownDevice).where(
            KnownDevice.person_id == person_id, KnownDevice.digest == device
        )
        self._session.execute(seen.values(seen_at=at))

    def guesses(self, account: bytes, device: bytes | None, since: datetime) -> int:
        same = WrongGuess.device.is_(None) if device is None else WrongGuess.device == device
        query = select(func.count()).where(
            WrongGuess.account == account, WrongGuess.at >= since, same
        )
        return self._session.scalar(query) or 0

    def forget(self, guesses_before: datetime, devices_before: datetime) -> None:
        self._session.execute(delete(WrongGuess).where(WrongGuess.at < guesses_before))
        self._session.execute(delete(KnownDevice).where(KnownDevice.seen_at < devices_before))


class PasskeyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Passkey | PasskeyChallenge) -> None:
        self._session.add(row)
        self._session.flush()

    def of(self, person_id: UUID) -> Sequence[Passkey]:
        """Those that count."""
        query = select(Passkey).where(Passkey.person_id == person_id, Passkey.removed_at.is_(None))
        return self._session.scalars(query.order_by(Passkey.created_at, Passkey.id)).all()

    def by_credential(self, credential_id: bytes) -> Passkey | None:
        query = select(Passkey).where(
            Passkey.credential_id == credential_id, Passkey.removed_at.is_(None)
        )
        return self._session.scalar(query)

    def count(self, passkey_id: UUID, count: int, at: datetime) -> bool:
        """False when it has counted as far before. Many authenticators never count: always 0."""
        further = or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0))
        taken = update(Passkey).where(Passkey.id == passkey_id, further)
        query = taken.values(sign_count=count, last_used_at=at).returning(Passkey.id)
        return self._session.scalar(query) is not None

    def take(self, digest: bytes, at: datetime) -> bool:
        query = update(PasskeyChallenge).where(
            PasskeyChallenge.digest == digest,
            PasskeyChallenge.used_at.is_(None),
            PasskeyChallenge.expires_at > at,
        )
        taken = query.values(used_at=at).returning(PasskeyChallenge.digest)
        return self._session.scalar(taken) is not None

    def forget(self, before: datetime) -> None:
        old = delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < before)
        self._session.execute(old)
