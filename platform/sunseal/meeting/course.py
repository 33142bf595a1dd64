"""A meeting as far as it has come: what its acts, in their order, amount to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sunseal.meeting.acts import (
    MOST_NAMED,
    Act,
    ActRef,
    Attendance,
    Correction,
    Minutes,
    Objection,
    Period,
    Reading,
    Reply,
    Signature,
    Unreadable,
    digest,
    parse,
)
from sunseal.meeting.models import ActRow


@dataclass
class Edition:
    """Minutes with their digest, and who signed them so far."""

    minutes: Minutes
    digest: bytes
    entry_id: UUID
    signatures: list[Signature] = field(default_factory=list)


@dataclass
class Course:
    acts: list[tuple[Act | Unreadable, bytes]] = field(default_factory=list)
    readings: dict[tuple[str, int], Reading] = field(default_factory=dict)
    attendance: list[Attendance] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    answers: dict[str, Reply] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)
    # Everything that no edition of the minutes names yet.
    since: list[tuple[Act | Unreadable, bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[ActRow]) -> "Course":
        course = cls()
        for row in rows:
            act = parse(row.kind, str(row.id), row.body)
            course._take(act, digest(row.body), row.entry_id)
        return course

    @property
    def until(self) -> datetime | None:
        """The end of the last period for objections."""
        return self.periods[-1].until if self.periods else None

    @property
    def unanswered(self) -> list[Objection]:
        return [each for each in self.objections if each.id not in self.answers]

    @property
    def new(self) -> list[Act | Unreadable]:
        """What minutes would have to say that the last ones do not; who signed those is not it."""
        return [act for act, _ in self.since if not isinstance(act, Signature)]

    @property
    def refs(self) -> list[ActRef]:
        """Those of them that the next edition names."""
        return [ActRef(act.id, digest) for act, digest in self.since[:MOST_NAMED]]

    def edition(self, number: int) -> Edition | None:
        return next((each for each in self.editions if each.minutes.edition == number), None)

    def _take(self, act: Act | Unreadable, digest: bytes, entry_id: UUID) -> None:
        self.acts.append((act, digest))
        if isinstance(act, Minutes):
            self.editions.append(Edition(act, digest, entry_id))
            named = {(ref.id, ref.digest) for ref in act.acts}
            self.since = [(each, held) for each, held in self.since if (each.id, held) not in named]
            return
        self.since.append((act, digest))
        match act:
            case Reading():
                self.readings[act.envelope, act.position] = act
            case Attendance():
                self.attendance.append(act)
            case Period():
                self.periods.append(act)
            case Objection():
                self.objections.append(act)
            case Reply():
                self.answers[act.objection] = act
            case Correction():
                self.corrections.append(act)
            case Signature():
                self._sign(act)

    def _sign(self, act: Signature) -> None:
        for edition in self.editions:
            if edition.minutes.id == act.minutes:
                edition.signatures.append(act)
