"""Bytes supplied again: anybody may hand in a bid that the platform lost, until that is settled.

Nobody can fill the disk with junk. The first bytes have to be the header that the bid's statement
was signed over, and its body nobody knows who does not have the file; so what a rival sends is
refused before a row or an object is made. From there on there is one supply for each missing bid,
no longer than the bid, and only who began it knows its name.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sunseal.audit import service as audit
from sunseal.bids import rules as bid_rules
from sunseal.bids.errors import LengthDiffers, OffsetDiffers
from sunseal.bids.service.store import UploadState
from sunseal.database import Database, Role, UnitOfWork
from sunseal.opening.errors import FirstBytesTooFew, NoSuchSupply, NotWanted, SupplyUnderWay
from sunseal.opening.models import Supply, SupplyPiece, Wanted
from sunseal.opening.repository import GateRepository
from sunseal.opening.supplies import SupplyRepository
from sunseal.storage import ObjectLost, Storage
from sunseal.tenders import service as tenders
from sunseal_crypto.sealed import LIMIT as HEADER_LIMIT
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import digest, parse

LABEL = b"sunseal/supplied-object/v1\n"
# A supply that has not grown for so long gives way to another one.
IDLE = timedelta(minutes=30)


def wanted(uow: UnitOfWork, tender_id: UUID) -> list[Wanted]:
    """What is missing of a tender's bids. Raises NoSuchTender."""
    tenders.get(uow, tender_id)
    return SupplyRepository(uow.session).wanted_in(tender_id)


def first_bytes(size: int) -> int:
    """How many bytes of a file of `size` its header can take."""
    return min(size, HEADER_LIMIT)


def begin(uow: UnitOfWork, wanted_id: UUID, length: int, first: bytes) -> UploadState:
    """A supply that starts with `first`, of which nothing is stored yet.

    Raises NotWanted, LengthDiffers, FirstBytesTooFew, SupplyUnderWay, and what is wrong with the
    header.
    """
    supplies = SupplyRepository(uow.session)
    missing = supplies.wanted(wanted_id)
    if missing is None or missing.settled_at is not None:
        raise NotWanted(wanted_id)
    if length != missing.size:
        raise LengthDiffers(missing.size)
    if len(first) < first_bytes(length):
        raise FirstBytesTooFew(first_bytes(length))
    bid_rules.read_header(first[:HEADER_LIMIT], parse(missing.statement))
    name = uuid4()
    if not supplies.add(name, wanted_id, uow.now):
        raise SupplyUnderWay()
    _log(uow, "supply.begin", missing)
    return UploadState(name, 0, length, uow.now + IDLE, settled=False)


def look(uow: UnitOfWork, supply_id: UUID) -> UploadState:
    """How far a supply is. Raises NoSuchSupply, also when it was refused or given up."""
    supplies = SupplyRepository(uow.session)
    supply = supplies.get(supply_id)
    missing = supplies.wanted(supply.wanted_id) if supply else None
    if supply is None or missing is None:
        raise NoSuchSupply()
    _, stored, last = supplies.progress(supply_id)
    settled = supply.verified_at is not None
    return UploadState(
        supply_id, stored, missing.size, (last or supply.begun_at) + IDLE, settled=settled
    )


def announce(uow: UnitOfWork, supply_id: UUID, start: int, size: int) -> UUID:
    """The object's name for a piece at `start`. Raises NoSuchSupply, OffsetDiffers, TooLarge."""
    upload = look(uow, supply_id)
    supplies = SupplyRepository(uow.session)
    count, _, _ = supplies.progress(supply_id)
    if upload.offset != start:
        raise OffsetDiffers(upload.offset)
    bid_rules.check_segments(count, upload.length)
    supplies.announce(supply_id, start, size, uow.now)
    return object_name(supply_id, start, size)


def keep(uow: UnitOfWork, supply_id: UUID, start: int, size: int) -> None:
    """The announced piece is stored. Raises NoSuchSupply, OffsetDiffers."""
    upload = look(uow, supply_id)
    if upload.offset != start or not SupplyRepository(uow.session).keep(supply_id, start, size):
        raise OffsetDiffers(upload.offset)


def object_name(supply_id: UUID, start: int, size: int) -> UUID:
    """Never in a row: who can write rows must not be able to name another object for removal."""
    place = start.to_bytes(8, "big") + size.to_bytes(4, "big")
    return UUID(bytes=hashlib.sha256(LABEL + supply_id.bytes + place).digest()[:16])


def sweep(work: Database, storage: Storage) -> None:
    """The worker's part: complete supplies are checked as a whole, dead ones are removed."""
    with work.unit_as(Role.WORKER) as uow:
        found = SupplyRepository(uow.session).unverified()
    for supply, missing in found:
        with work.unit_as(Role.WORKER) as uow:
            upload = look(uow, supply.id)
            pieces = SupplyRepository(uow.session).pieces(supply.id)
        complete = upload.offset == upload.length
        if missing.settled_at is not None or (not complete and uow.now >= upload.expires_at):
            _remove(work, storage, supply, pieces)
        elif not complete:
            continue
        elif _digest(storage, supply, pieces) == missing.sha256:
            _accept(work, supply.id)
        else:
            with work.unit_as(Role.WORKER) as uow:
                _log(uow, "supply.refused", missing, refused=True)
            _remove(work, storage, supply, pieces)


def objects(uow: UnitOfWork, missing: Wanted) -> list[UUID]:
    """The objects of a bid that was supplied again and verified, in order; none otherwise."""
    supplies = SupplyRepository(uow.session)
    supply = supplies.of(missing.id)
    if supply is None or supply.verified_at is None:
        return []
    return list(_stored(supply, supplies.pieces(supply.id)))


def _digest(storage: Storage, supply: Supply, pieces: Sequence[SupplyPiece]) -> bytes:
    found = hashlib.sha256()
    try:
        for name in _stored(supply, pieces):
            for block in storage.stream(name):
                found.update(block)
    except ObjectLost:
        return b""
    return found.digest()


def _stored(supply: Supply, pieces: Sequence[SupplyPiece]) -> Iterator[UUID]:
    return (object_name(supply.id, each.start, each.size) for each in pieces if each.stored)


def _accept(work: Database, supply_id: UUID) -> None:
    """The bid can be opened from these bytes, and its gate is looked at now."""
    with work.unit_as(Role.WORKER) as uow:
        supplies = SupplyRepository(uow.session)
        supply = supplies.get(supply_id)
        missing = supplies.wanted(supply.wanted_id) if supply else None
        if supply is None or missing is None or missing.settled_at is not None:
            return
        gate = GateRepository(uow.session).lock(missing.tender_id, missing.envelope, wait=True)
        assert gate is not None
        supply.verified_at = uow.now
        gate.next_check_at = uow.now
        _log(uow, "supply.verified", missing)


def _remove(
    work: Database, storage: Storage, supply: Supply, pieces: Sequence[SupplyPiece]
) -> None:
    # First the objects: killed in between, the rows still name what is left.
    for each in pieces:
        storage.delete(object_name(supply.id, each.start, each.size))
    with work.unit_as(Role.WORKER) as uow:
        SupplyRepository(uow.session).remove(supply.id)


def _log(uow: UnitOfWork, action: str, missing: Wanted, *, refused: bool = False) -> None:
    audit.record(
        uow,
        action,
        f"tender/{missing.tender_id}/envelope/{missing.envelope}",
        tender_id=missing.tender_id,
        outcome="refused" if refused else "done",
        reason="digest-differs" if refused else "",
        data={
            "position": str(missing.position),
            "statement": base64_text(digest(missing.statement)),
        },
    )
