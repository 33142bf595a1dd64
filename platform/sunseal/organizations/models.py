from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from sunseal.models import Base


class Organization(Base):
    """A firm, or an authority that runs, watches or guards tenders."""

    __tablename__ = "organization"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    name_key: Mapped[str]
    uscc: Mapped[str | None]
    country: Mapped[str] = mapped_column(default="CN")
    kind: Mapped[str]
    legal_representative: Mapped[str | None]
    registered_at: Mapped[datetime]


class Person(Base):
    __tablename__ = "person"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    administrator: Mapped[bool]
    # Only the door may read it; nobody loads it by accident.
    password_hash: Mapped[str] = mapped_column(deferred=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Practitioner(Base):
    """A person whom the firm may name in a bid, declared beforehand so that it can be screened."""

    __tablename__ = "practitioner"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    name: Mapped[str]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SigningKey(Base):
    """An Ed25519 key that signs for a firm; the one without `revoked_at` is in force."""

    __tablename__ = "signing_key"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    public_key: Mapped[bytes]
    enrolled_by: Mapped[UUID]
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Session(Base):
    """A signed-in browser or an API token; the token itself is never stored."""

    __tablename__ = "session"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(deferred=True)
    person_id: Mapped[UUID]
    kind: Mapped[str]
    label: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
