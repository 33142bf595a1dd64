from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Factor(Base):
    """A program that makes one-time codes (RFC 6238); it counts once it has shown one."""

    __tablename__ = "factor"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID]
    secret: Mapped[bytes]
    label: Mapped[str]
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Passkey(Base):
    """The public half of a key pair that an authenticator keeps (Web Authentication, W3C).

    `public_key` is a COSE key; `mac` says that this installation took it for this person.
    """

    __tablename__ = "passkey"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    mac: Mapped[bytes]
    sign_count: Mapped[int]
    label: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """What an authenticator may sign once, known by a digest that also binds it to a session."""

    __tablename__ = "passkey_challenge"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """For whoever has lost the other factor; the code itself is shown once and never stored."""

    __tablename__ = "recovery_code"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    __tablename__ = "known_device"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class WrongGuess(Base):
    __tablename__ = "wrong_guess"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account: Mapped[bytes]
    device: Mapped[bytes | None]
    at: Mapped[datetime]
