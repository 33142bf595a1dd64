"""A log that follows another one: its first leaf names how that one ended, and what was lost."""

from sunseal_crypto import canonical, handover
from sunseal_crypto.errors import Unverified
from sunseal_crypto.handover import Handover, HandoverFile
from sunseal_crypto.tick import SLOTS
from sunseal_parties.auditor.case import Case
from sunseal_parties.auditor.journal import CARRIED

WHERE = "log/handover"


def check(case: Case) -> None:
    with case.findings.catching(WHERE):
        said = _read(case)
        if said is not None:
            _check_end(case, said)
            _name_lost(case, said)


def check_carried(case: Case) -> None:
    """What the registry held is said with the hand-over: later, such an entry would cover a row
    that somebody changed by hand."""
    carried = case.journal.all(CARRIED)
    last = len(carried) // SLOTS + 1
    for entry in carried:
        if not handover.follows_another(case.roster.origin) or entry.index > last:
            case.findings.fault(str(entry), "it says what a log begins with, and comes later")


def read(case: Case) -> Handover | None:
    """The hand-over, as far as it reads at all; None without one. Raises Malformed."""
    data = case.bundle.handover()
    return None if data is None else handover.parse(_file(data).body)


def _read(case: Case) -> Handover | None:
    data = case.bundle.handover()
    follows = handover.follows_another(case.roster.origin)
    if data is None:
        if follows:
            raise Unverified(f"{case.roster.origin} follows another log, and does not say how")
        return None
    if not follows:
        raise Unverified(f"{case.roster.origin} follows no other log")
    file = _file(data)
    said = handover.verify_entry_of(file, case.roster.origin)
    if case.bundle.leaf(0) != file.entry.leaf:
        raise Unverified("the first leaf of the log is another one")
    return said


def _check_end(case: Case, said: Handover) -> None:
    if case.outside.previous_roster is None:
        case.findings.remark(
            WHERE, f"the end of {said.previous} was not checked: give its --previous-roster"
        )
        return
    handover.verify_previous(said, case.outside.previous_roster)


def _name_lost(case: Case, said: Handover) -> None:
    lost = [tick.number for tick in said.lost()]
    if lost:
        case.findings.remark(
            f"ticks {handover.ranges(lost)} of {said.previous}",
            f"lost, {len(lost)} of them: {said.reason}",
        )


def _file(data: bytes) -> HandoverFile:
    return canonical.decode(HandoverFile, data, limit=2 * handover.MAX_BYTES)
