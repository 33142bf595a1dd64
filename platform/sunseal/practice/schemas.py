"""The shapes of the practice API."""

from uuid import UUID

from msgspec import Struct


class BegunView(Struct, frozen=True):
    """`token` is shown once; it acts for the firm that was made up."""

    tender: UUID
    token: str


class PreparationView(Struct, frozen=True):
    """`preparing`, `ready` for bids, or `failed`: then begin another one."""

    state: str
