"""Check: the platform's clock as cosigners saw it, who have clocks of their own.

The platform writes the times of ticks and entries itself: with a clock that was held back it could
take a bid an hour late. But each cosigner writes beside a checkpoint when it saw the log that
long. A tick that was not in the log then was made later, whatever it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunseal_crypto import box, checkpoint
from sunseal_crypto.bundle import CheckpointRow
from sunseal_crypto.errors import Unverified
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_parties.auditor.case import Case, Envelope

TITLE = "Clocks: times in the log against those of its cosigners"
# Cosigners poll once a tick, and their clocks are not the platform's.
TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Seen:
    """A log of `size` leaves was there at `from_`, and was no longer at `until`.

    So many cosigners say each of the two that one of them is honest.
    """

    size: int
    from_: datetime
    until: datetime


def check(case: Case) -> None:
    seen = _seen(case)
    for each in seen:
        _check_ticks(case, each)
    for envelope in case.envelopes:
        _check_accepted(case, envelope, seen)


def _seen(case: Case) -> list[Seen]:
    log = VerifierKey.parse(case.roster.log)
    cosigners = [VerifierKey.parse(key, COSIGNATURE) for key in case.roster.cosigners()]
    least = max((each.key.terms.t for each in case.envelopes), default=len(cosigners))
    found = []
    for row in case.bundle.checkpoints():
        with case.findings.catching(f"checkpoint of size {row.size}"):
            seen = _read(case, row, log, cosigners, least)
            found += [seen] if seen is not None else []
    return sorted(found, key=lambda seen: seen.size)


def _read(
    case: Case, row: CheckpointRow, log: VerifierKey, cosigners: Sequence[VerifierKey], least: int
) -> Seen | None:
    """None when too few vouch for it to tell a time. Raises CryptoError."""
    note = row.note.encode()
    point = checkpoint.open_checkpoint(note, log)
    if point.size != row.size or case.roots.get(row.size) != point.root:
        raise Unverified("the leaves shown do not give its root: there was another log")
    times = sorted(checkpoint.count_cosignatures(note, cosigners).values())
    if len(times) < least:
        return None
    return Seen(row.size, times[least - 1], times[-least])


def _check_ticks(case: Case, seen: Seen) -> None:
    """The last tick that the checkpoint holds, and the first that it does not."""
    last, following = case.ticks.time(seen.size - 1), seen.size
    where = f"tick {case.ticks.numbers[seen.size - 1]}"
    if last > seen.from_ + TOLERANCE:
        case.findings.fault(where, f"made at {last} by its own word, and seen at {seen.from_}")
    if following < len(case.ticks):
        made = case.ticks.time(following)
        if made < seen.until - TOLERANCE:
            where = f"tick {case.ticks.numbers[following]}"
            told = f"made at {made} by its own word, and not there yet at {seen.until}"
            case.findings.fault(where, f"{told}: the platform's clock was held back")


def _check_accepted(case: Case, envelope: Envelope, seen: Sequence[Seen]) -> None:
    latest = envelope.timetable.deadline + TOLERANCE
    accepted = case.journal.of(box.ACCEPTED, envelope.name)
    for entry in accepted:
        before = max((each.until for each in seen if each.size <= entry.index), default=None)
        after = min((each.from_ for each in seen if each.size > entry.index), default=None)
        if before is not None and before > latest:
            case.findings.fault(str(entry), f"not logged yet at {before}: after the deadline")
        elif after is not None and after > latest:
            case.findings.remark(str(entry), f"no cosigner saw its tick before {after}")
    if accepted and not seen:
        where = envelope.file("cosigned checkpoints")
        case.findings.remark(where, "none is shown, so clocks were not compared")
