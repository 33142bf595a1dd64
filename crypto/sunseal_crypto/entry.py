"""An entry of the log with its way up to the tick's public leaf, as its subject holds it."""

from msgspec import Struct

from sunseal_crypto import tick


class TickEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nonce and detail open the commitment; slot and path place it in the tick `leaf`."""

    nonce: bytes
    detail: bytes
    slot: int
    path: list[bytes]
    leaf: bytes

    @property
    def commitment(self) -> bytes:
        """Raises Malformed."""
        return tick.commitment(self.nonce, self.detail)


class LoggedEntry(TickEntry, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """… for a reader who follows the log and can look up its leaf `index`."""

    index: int


def verify_entry(entry: TickEntry) -> tick.TickLeaf:
    """The tick the entry is in. Raises Malformed, Unverified.

    That the tick is in the log is for the caller to check, by an inclusion proof or its own copy.
    """
    leaf = tick.TickLeaf.parse(entry.leaf)
    tick.verify_path(entry.commitment, entry.slot, entry.path, leaf.root)
    return leaf
