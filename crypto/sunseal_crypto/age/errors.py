"""Every error of age files.

AgeError
├── KeyFormatError            a recipient or identity string is not what it should be
├── HeaderError               the header is not of the form age demands
├── NoIdentityMatch           no stanza is for any of the identities
├── HeaderMacError            a file key was found, but the header is not the one it was made with
└── PayloadError              the payload was changed, cut or lengthened
"""

from sunseal_crypto.errors import CryptoError, Malformed, Unverified


class AgeError(CryptoError):
    """An age file, recipient or identity that cannot be used."""


class KeyFormatError(AgeError, Malformed):
    """A recipient or identity string is not what it should be."""


class HeaderError(AgeError, Malformed):
    """The header is not of the form age demands."""


class NoIdentityMatch(AgeError):
    """No stanza of the file is for any of the identities."""


class HeaderMacError(AgeError, Unverified):
    """A file key was found, but the header is not the one it was made with."""


class PayloadError(AgeError, Unverified):
    """The payload was changed, cut or lengthened."""
