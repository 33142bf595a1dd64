"""One file from which a supervisor re-checks a tender, and the log, without us."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC
from typing import BinaryIO
from uuid import UUID

from sunseal.audit import facts
from sunseal.audit.errors import NoCheckpoint, NoSuchTender
from sunseal.audit.evidence import EvidenceRepository
from sunseal.audit.repository import LogRepository
from sunseal.audit.service import vouch
from sunseal.audit.service.record import record
from sunseal.database import Role, UnitOfWork
from sunseal_crypto import canonical, checkpoint, notes
from sunseal_crypto.amendment import SignedAmendment
from sunseal_crypto.bundle import About, CheckpointRow, EntryRow, Kind, Taken, TickRow, Writer


def bundle(uow: UnitOfWork, file: BinaryIO, tender_id: UUID, roster: bytes) -> None:
    """Writes the bundle of a tender into `file`. Raises NoSuchTender, NoCheckpoint.

    What is still sealed is not in it: the supervisor's role cannot read it.
    """
    uow.require(Role.SUPERVISOR)
    log, evidence = LogRepository(uow.session), EvidenceRepository(uow.session)
    if not evidence.has_tender(tender_id):
        raise NoSuchTender(tender_id)
    cosigned = vouch.cosigned(log, 0, log.head().quorum)
    if cosigned is None:
        raise NoCheckpoint()
    note = cosigned.text.encode()
    origin = checkpoint.Checkpoint.parse(notes.parse(note).text).origin
    about = About(
        origin=origin,
        tender=str(tender_id),
        made_at=uow.now.astimezone(UTC),
        size=cosigned.size,
    )
    last = evidence.last_tick(cosigned.size)
    with Writer(file, about, roster, note) as writer:
        if (handover := evidence.handover()) is not None:
            writer.handover(handover)
        writer.leaves(bytes(row.leaf) for row in evidence.leaves(cosigned.size))
        sizes = evidence.beside(tender_id, last, cosigned.size, log.head().quorum)
        writer.checkpoints(_checkpoints(log, sizes))
        _write_envelopes(writer, evidence, tender_id, last)
        # Seeds before entries: a tick that is shown in between only means a path too many.
        shown = array("q")
        writer.ticks(_ticks(evidence, last, shown))
        writer.entries(_entries(evidence, last, shown))
        writer.facts(facts.facts(uow.session, tender_id, last))
    record(uow, "audit.bundle", f"tender/{tender_id}", tender_id=tender_id)


def list_digest(uow: UnitOfWork, snapshot_id: UUID) -> str:
    """What the entry of an import says: a bundle shows whether the list is still the same."""
    return facts.list_digest(uow.session, snapshot_id)


def _write_envelopes(
    writer: Writer, evidence: EvidenceRepository, tender_id: UUID, last: int
) -> None:
    for envelope in evidence.envelopes(tender_id, last):
        name = envelope.name
        writer.evidence(name, Kind.NOTICE, "", bytes(envelope.notice))
        writer.evidence(name, Kind.CERTIFICATE, "", bytes(envelope.certificate))
        for row in evidence.amendments(tender_id, name):
            both = [bytes(row.signature), bytes(row.confirmation)]
            signed = SignedAmendment(bytes(row.body), both)
            writer.evidence(name, Kind.AMENDMENT, f"{row.number}", canonical.encode(signed))
        if envelope.opened:
            _write_opening(writer, evidence, tender_id, name, last)


def _write_opening(
    writer: Writer, evidence: EvidenceRepository, tender_id: UUID, name: str, last: int
) -> None:
    for row in evidence.requests(tender_id, name):
        writer.evidence(name, Kind.REQUEST, f"{row.number}", bytes(row.body))
    for row in evidence.answers(tender_id, name):
        writer.evidence(name, Kind.ANSWER, f"{row.number}/{row.custodian}", bytes(row.body))
    for row in evidence.refusals(tender_id, name):
        writer.evidence(name, Kind.REFUSAL, f"{row.number}/{row.custodian}", bytes(row.body))
    for row in evidence.records(tender_id, name, last):
        writer.evidence(name, Kind.RECORD, f"{row.number}", bytes(row.body))
    for row in evidence.bids(tender_id, name):
        writer.evidence(name, Kind.MANIFEST, f"{row.position}", bytes(row.manifest))
        signature = bytes(row.manifest_signature)
        writer.evidence(name, Kind.MANIFEST_SIGNATURE, f"{row.position}", signature)
    for row in evidence.erasures(tender_id, name):
        writer.evidence(name, Kind.ERASURE, f"{row.custodian}/{row.number}", bytes(row.body))


def _checkpoints(log: LogRepository, sizes: list[int]) -> Iterator[CheckpointRow]:
    for size in sizes:
        found = vouch.at(log, size)
        if found is not None:
            yield CheckpointRow(size=size, note=found.text)


def _ticks(evidence: EvidenceRepository, last: int, shown: "array[int]") -> Iterator[TickRow]:
    """The shown ticks; their numbers are added to `shown`."""
    for row in evidence.ticks(last):
        shown.append(row.number)
        pairs = zip(row.slots, row.commitments, strict=True)
        taken = [Taken(slot, bytes(commitment)) for slot, commitment in pairs]
        yield TickRow(number=row.number, seed=bytes(row.seed), taken=taken)


def _entries(evidence: EvidenceRepository, last: int, shown: "array[int]") -> Iterator[EntryRow]:
    for row in evidence.opened_entries(last):
        at = bisect_left(shown, row.tick)
        complete = at < len(shown) and shown[at] == row.tick
        yield EntryRow(
            tick=row.tick,
            slot=row.slot,
            nonce=bytes(row.nonce),
            detail=bytes(row.detail),
            path=b"" if complete else bytes(row.path),
        )
