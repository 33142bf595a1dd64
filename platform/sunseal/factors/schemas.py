from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.factors.models import Factor, Passkey
from sunseal.factors.service import Begun
from sunseal.organizations.schemas import Device, TokenView

Code = Annotated[str, Meta(min_length=1, max_length=40)]
Label = Annotated[str, Meta(max_length=60)]


class ShowCode(Struct, forbid_unknown_fields=True):
    """A one-time code of six digits, or a recovery code."""

    code: Code
    device: Device = ""


class BeginFactor(Struct, forbid_unknown_fields=True):
    label: Label = ""


class BegunView(Struct, frozen=True):
    """Shown this once: `secret` to type, `uri` (otpauth) to scan."""

    id: UUID
    secret: str
    uri: str

    @classmethod
    def of(cls, begun: Begun) -> Self:
        return cls(begun.id, begun.secret, begun.uri)


class ConfirmedView(Struct, frozen=True):
    """`recovery_codes` come with the first factor alone, `session` to whoever had none yet."""

    recovery_codes: list[str]
    session: TokenView | None


class RecoveryCodesView(Struct, frozen=True):
    recovery_codes: list[str]


class FactorView(Struct, frozen=True):
    id: UUID
    label: str
    created_at: datetime

    @classmethod
    def of(cls, factor: Factor) -> Self:
        return cls(factor.id, factor.label, factor.created_at)


class PasskeyView(Struct, frozen=True):
    id: UUID
    label: str
    created_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, passkey: Passkey) -> Self:
        return cls(passkey.id, passkey.label, passkey.created_at, passkey.last_used_at)


class FactorsView(Struct, frozen=True):
    factors: list[FactorView]
    passkeys: list[PasskeyView]
    recovery_codes_left: int
