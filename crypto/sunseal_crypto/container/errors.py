"""Why a container is refused.

NotCanonical                  not the bytes that the writer emits for these names and contents
└── BadName                   a member's name that two readers could take for different files
DocumentChanged               a document changed between its measuring and its sealing
"""

from sunseal_crypto.errors import CryptoError, Malformed


class NotCanonical(Malformed):
    """Not the bytes that the writer emits for these names and contents."""


class BadName(NotCanonical):
    """A member's name that two readers could take for different files, or that leaves a folder."""


class DocumentChanged(CryptoError):
    """A document is no longer the one that was measured."""
