"""age v1 (c2sp.org/age) with X25519 recipients; binary files only."""

from sunseal_crypto.age.errors import (
    AgeError,
    HeaderError,
    HeaderMacError,
    KeyFormatError,
    NoIdentityMatch,
    PayloadError,
)
from sunseal_crypto.age.file import Identity, Recipient, decrypt, encrypt, file_key
from sunseal_crypto.age.header import Header, Stanza
from sunseal_crypto.age.x25519 import X25519Identity, X25519Recipient

__all__ = [
    "AgeError",
    "Header",
    "HeaderError",
    "HeaderMacError",
    "Identity",
    "KeyFormatError",
    "NoIdentityMatch",
    "PayloadError",
    "Recipient",
    "Stanza",
    "X25519Identity",
    "X25519Recipient",
    "decrypt",
    "encrypt",
    "file_key",
]
