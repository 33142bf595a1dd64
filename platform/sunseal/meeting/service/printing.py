"""The minutes with all that they name, for paper: what was signed is printed, or nothing."""

from dataclasses import dataclass
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.audit.errors import NoCheckpoint
from sunseal.database import UnitOfWork
from sunseal.meeting.acts import Act, Unreadable, digest
from sunseal.meeting.course import Course, Edition
from sunseal.meeting.errors import MinutesDiffer
from sunseal.meeting.repository import MeetingRepository
from sunseal.meeting.service.enter import come_in
from sunseal.meeting.service.sign import edition_of
from sunseal.opening.models import Record
from sunseal.tenders.models import Tender
from sunseal_crypto import notes
from sunseal_crypto import record as opening_records
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.record import OpeningRecord
from sunseal_crypto.tick import TickLeaf


@dataclass(frozen=True, slots=True)
class Shown:
    """An opening record as the minutes name it, with its entry in the log."""

    record: OpeningRecord
    digest: bytes
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class Printed:
    """Every digest in it was compared with what the tables hold now."""

    tender: Tender
    edition: Edition
    acts: list[Act | Unreadable]
    records: list[Shown]


@dataclass(frozen=True, slots=True)
class Position:
    """Where the log holds an entry, and a checkpoint of it that cosigners stand behind."""

    commitment: bytes
    tick: int
    slot: int
    index: int
    checkpoint: Checkpoint


def minutes(uow: UnitOfWork, tender_id: UUID, number: int) -> Printed:
    """Raises NoSuchMinutes, MinutesDiffer. It names people, so that it was read is an entry."""
    place = come_in(uow, tender_id)
    repository = MeetingRepository(uow.session)
    course = Course.of(repository.acts(tender_id))
    edition = edition_of(course, number)
    if any(each.digest != edition.digest for each in edition.signatures):
        raise MinutesDiffer(number)
    printed = Printed(
        tender=place.tender,
        edition=edition,
        acts=_acts(course, edition),
        records=_records(repository.records(tender_id), edition),
    )
    audit.record(uow, "meeting.print", f"tender/{tender_id}", tender_id=tender_id)
    return printed


def positions(uow: UnitOfWork, entries: list[UUID]) -> dict[UUID, Position]:
    """Of those public entries that are under a cosigned checkpoint by now."""
    try:
        note = audit.checkpoint_note(uow)
    except NoCheckpoint:
        return {}
    seen = Checkpoint.parse(notes.parse(note.encode()).text)
    made = {}
    for entry_id in entries:
        entry = audit.logged_entry(uow, entry_id)
        if entry is not None and entry.index < seen.size:
            tick = TickLeaf.parse(entry.leaf).number
            made[entry_id] = Position(entry.commitment, tick, entry.slot, entry.index, seen)
    return made


def _acts(course: Course, edition: Edition) -> list[Act | Unreadable]:
    """Raises MinutesDiffer for one that is gone or says something else than it did."""
    found = {act.id: (act, digest) for act, digest in course.acts}
    made = []
    for ref in edition.minutes.acts:
        act, held = found.get(ref.id, (None, b""))
        if act is None or held != ref.digest:
            raise MinutesDiffer(edition.minutes.edition)
        made.append(act)
    return made


def _records(rows: list[Record], edition: Edition) -> list[Shown]:
    """Raises MinutesDiffer."""
    found = {(row.envelope, row.number): row for row in rows}
    made = []
    for ref in edition.minutes.records:
        row = found.get((ref.envelope, ref.number))
        if row is None or digest(row.body) != ref.digest:
            raise MinutesDiffer(edition.minutes.edition)
        made.append(Shown(opening_records.parse(row.body), ref.digest, row.entry_id))
    return made
