"""What the log shows: checkpoints, tiles, and receipts that verify without us."""

from uuid import UUID

from sunseal.audit.errors import NoCheckpoint, NoSuchTile
from sunseal.audit.repository import LogRepository
from sunseal.audit.service import vouch
from sunseal.database import Role, UnitOfWork
from sunseal_crypto import receipt as receipts
from sunseal_crypto import tiles
from sunseal_crypto.entry import LoggedEntry, TickEntry
from sunseal_crypto.errors import Malformed
from sunseal_crypto.tick import DEPTH

HASH_BYTES = 32
# Whoever may read the box's events; for everyone else the statement would be an error.
BOX_ROLES = (Role.BIDDER, Role.WORKER)


def latest_checkpoint(uow: UnitOfWork) -> str:
    """The newest checkpoint with the cosignatures it has so far. Raises NoCheckpoint."""
    found = vouch.newest(LogRepository(uow.session))
    if found is None:
        raise NoCheckpoint()
    return found.text


def checkpoint_note(uow: UnitOfWork, quorum: int | None = None) -> str:
    """The newest checkpoint that enough cosigners stand behind. Raises NoCheckpoint."""
    repository = LogRepository(uow.session)
    found = vouch.cosigned(repository, 0, quorum or repository.head().quorum)
    if found is None:
        raise NoCheckpoint()
    return found.text


def leaves(uow: UnitOfWork, start: int, end: int) -> list[bytes]:
    """The tick leaves with index `start` up to, not including, `end`."""
    return LogRepository(uow.session).leaves(start, end)


def logged_entry(uow: UnitOfWork, entry_id: UUID) -> LoggedEntry | None:
    """The entry on its way up to its tick's leaf; None until it is in a tick."""
    repository = LogRepository(uow.session)
    row = repository.entry(entry_id) if _open_to(uow) else None
    if row is None and uow.actor.role in BOX_ROLES:
        row = repository.sealed_entry(entry_id)
    if row is None:
        return None
    return LoggedEntry(
        nonce=bytes(row.nonce),
        detail=bytes(row.detail),
        slot=row.slot,
        path=_hashes(bytes(row.path)),
        leaf=bytes(row.leaf),
        index=row.position,
    )


def receipt(uow: UnitOfWork, entry_id: UUID, quorum: int | None = None) -> str | None:
    """The receipt of an entry, under the newest checkpoint with `quorum` cosignatures, or None.

    Without a quorum of its own the caller gets the one that the roster asks of every receipt.
    """
    entry = logged_entry(uow, entry_id)
    if entry is None:
        return None
    repository = LogRepository(uow.session)
    found = vouch.cosigned(repository, entry.index, quorum or repository.head().quorum)
    if found is None:
        return None
    proof = tiles.inclusion_proof(entry.index, found.size, repository.read_tile)
    placed = TickEntry(
        nonce=entry.nonce, detail=entry.detail, slot=entry.slot, path=entry.path, leaf=entry.leaf
    )
    return receipts.make(placed, entry.index, proof, found.text.encode()).decode()


def tile(uow: UnitOfWork, path: str) -> bytes:
    """A tile or an entry bundle by its tlog-tiles path. Raises NoSuchTile."""
    try:
        wanted = tiles.Tile.parse(path)
    except Malformed:
        raise NoSuchTile(path) from None
    repository = LogRepository(uow.session)
    if wanted.level is None:
        start = wanted.index * tiles.WIDTH
        entries = repository.leaves(start, start + wanted.width)
        data = tiles.bundle(entries) if len(entries) == wanted.width else b""
    else:
        data = repository.read_tile(wanted)
        data = data if len(data) == wanted.width * HASH_BYTES else b""
    if not data:
        raise NoSuchTile(path)
    return data


def _open_to(uow: UnitOfWork) -> bool:
    return uow.actor.role in (
        Role.PUBLIC,
        Role.BIDDER,
        Role.CUSTODIAN,
        Role.SUPERVISOR,
        Role.WORKER,
    )


def _hashes(path: bytes) -> list[bytes]:
    return [path[at : at + HASH_BYTES] for at in range(0, DEPTH * HASH_BYTES, HASH_BYTES)]
