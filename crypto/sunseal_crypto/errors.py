"""Every error of this package.

CryptoError
├── Malformed                 the bytes are not of the form the format demands
├── Unverified                well formed, but a signature, proof or hash does not hold
│   └── Blamed                … and the participant at fault is known
└── age.AgeError              see sunseal_crypto.age
"""


class CryptoError(Exception):
    """What verification and parsing raise; they never return False."""


class Malformed(CryptoError):
    """The bytes are not of the form the format demands."""


class Unverified(CryptoError):
    """Well formed, but a signature, a proof or a hash does not hold."""


class Blamed(Unverified):
    """A step failed, and `culprit` (participant index, from 1) is the one who made it fail."""

    def __init__(self, reason: str, culprit: int) -> None:
        self.culprit = culprit
        super().__init__(f"{reason} (participant {culprit})")
