"""The log's heartbeat: one leaf each tick, whatever happened."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sunseal.audit.errors import LogHeld
from sunseal.audit.repository import LogRepository
from sunseal.database import UnitOfWork
from sunseal_crypto import merkle, tiles
from sunseal_crypto.checkpoint import Checkpoint, sign_checkpoint
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.tick import SEED_BYTES, SLOTS, TickLeaf, TickTree


def current_tick(now: datetime, tick_seconds: float) -> int:
    """Ticks are counted from the epoch, so that a missed one leaves its number out."""
    return int(now.timestamp() * 1000) // round(tick_seconds * 1000)


def tick(
    uow: UnitOfWork,
    log: NoteSigner,
    tick_seconds: float,
    quorum: int,
    cosigners: Sequence[str],
) -> int | None:
    """Collects what waits into the current tick and signs the new checkpoint.

    Returns the tick's number, or None when it is already made. `quorum` is how many cosignatures
    complete a receipt, `cosigners` are the keys by which they hold. Raises LogHeld.
    """
    repository = LogRepository(uow.session)
    # 1. One ticker at a time, and never a tick twice or backwards. Nor on a log out of a backup: a
    # tick too early would be a fork, after which custodians cosign nothing any more.
    head = repository.lock_head()
    if head.held:
        raise LogHeld(head.held)
    number = current_tick(uow.now, tick_seconds)
    if number <= head.last_tick:
        return None
    # 2. Secretly random slots: a slot's number says nothing about how many are taken.
    waiting = repository.waiting()
    slots = secrets.SystemRandom().sample(range(SLOTS), len(waiting))
    seed = secrets.token_bytes(SEED_BYTES)
    taken = {slot: bytes(row.commitment) for slot, row in zip(slots, waiting, strict=True)}
    tree = TickTree(seed, taken)
    # 3. The leaf, and each entry's way up to it.
    at = uow.now.replace(microsecond=uow.now.microsecond // 1000 * 1000)
    leaf = TickLeaf(number, at, tree.root).encode()
    repository.add_tick(number, head.size, at, leaf, seed)
    for slot, row in zip(slots, waiting, strict=True):
        repository.place(number, row.id, row.sealed, slot, b"".join(tree.path(slot)))
    # 4. The log grows by this leaf; its checkpoint is signed and waits for cosigners.
    repository.write_tiles(tiles.grow(head.size, [merkle.leaf_hash(leaf)], repository.read_tile))
    size = head.size + 1
    repository.move_head(size, number, quorum, cosigners)
    root = tiles.root(size, repository.read_tile)
    note = sign_checkpoint(Checkpoint(log.name, size, root), log)
    repository.add_checkpoint(size, note.decode(), uow.now)
    return number
