"""The container of a bid: a ZIP of which only one spelling is ever written and accepted."""

from sunseal_crypto.container.errors import BadName, DocumentChanged, NotCanonical
from sunseal_crypto.container.reader import Entry, read
from sunseal_crypto.container.writer import Document, size_of, source, write

__all__ = [
    "BadName",
    "Document",
    "DocumentChanged",
    "Entry",
    "NotCanonical",
    "read",
    "size_of",
    "source",
    "write",
]
