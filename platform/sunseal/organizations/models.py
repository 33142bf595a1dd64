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
    registration_number: Mapped[str | None]
    kind: Mapped[str]
    legal_representative: Mapped[str | None]
    registered_at: Mapped[datetime]


class FormerName(Base):
    """What a firm was called before."""

    __tablename__ = "former_name"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class DeclaredOwner(Base):
    """A person or company that owns the firm, by the firm's own word."""

    __tablename__ = "declared_owner"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    subject: Mapped[str]
    name: Mapped[str]
    identifier: Mapped[str | None]
    country: Mapped[str]
    declared_at: Mapped[datetime]


class PersonNumber(Base):
    """The number of somebody behind a firm: a mask to show, and all of it for the worker alone."""

    __tablename__ = "person_number"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    mask: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(deferred=True)


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
