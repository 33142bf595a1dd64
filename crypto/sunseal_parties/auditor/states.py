"""What cosigners wrote out of their own journals, beside what the platform shows.

A platform that was set back shows a log that is whole in itself, with the cosignatures of then.
Only who followed it further can say what is missing.
"""

from datetime import timedelta
from itertools import islice

from sunseal_crypto import handover, log_state, roster
from sunseal_crypto.errors import CryptoError, Malformed
from sunseal_crypto.log_state import Seen
from sunseal_crypto.tick import TickLeaf
from sunseal_parties.auditor import succession
from sunseal_parties.auditor.case import Case

# A bundle ends where enough cosigners stand; one of them may be a little ahead.
MAY_BE_AHEAD = timedelta(minutes=10)


def check(case: Case) -> None:
    for number, data in enumerate(case.outside.states, 1):
        with case.findings.catching(f"state {number}"):
            _check(case, data)


def _check(case: Case, data: bytes) -> None:
    state = log_state.parse(data)
    before = succession.read(case)
    try:
        seen = log_state.verify(state, case.roster)
    except CryptoError:
        # It may be about the log before this one.
        if before is None or case.outside.previous_roster is None:
            raise
        _check_handed_over(case, before, log_state.verify(state, _previous(case)))
        return
    _check_leaves(case, seen)


def _previous(case: Case) -> roster.Roster:
    assert case.outside.previous_roster is not None
    return roster.parse(case.outside.previous_roster)


def _check_leaves(case: Case, seen: Seen) -> None:
    """Leaf by leaf, so that each tick that was changed or left out is named."""
    size = case.bundle.about.size
    shown = islice(case.bundle.leaves(), seen.start, None)
    for index, (here, leaf) in enumerate(zip(shown, seen.leaves, strict=False), seen.start):
        if here != leaf:
            tick = TickLeaf.parse(leaf)
            case.findings.fault(
                f"tick {tick.number}", f"{seen.name} cosigned it as leaf {index}; another is there"
            )
    beyond = seen.ticks(size)
    at = case.bundle.about.made_at - MAY_BE_AHEAD
    for tick in beyond:
        if tick.time < at:
            case.findings.fault(
                f"tick {tick.number}", f"{seen.name} cosigned it, and this log does not have it"
            )
    later = [tick.number for tick in beyond if tick.time >= at]
    if later:
        case.findings.remark(
            f"ticks {handover.ranges(later)}", f"cosigned by {seen.name}, later than this bundle"
        )


def _check_handed_over(case: Case, said: handover.Handover, seen: Seen) -> None:
    """What a cosigner saw of the log before stands in the hand-over, to the last tick."""
    end = said.start + len(said.leaves)
    for tick in seen.ticks(end):
        case.findings.fault(
            f"tick {tick.number} of {said.previous}",
            f"{seen.name} cosigned it, and the hand-over does not own up to it",
        )
    first = max(seen.start, said.start)
    ours = said.leaves[first - said.start :]
    theirs = seen.leaves[first - seen.start :]
    for index, (one, other) in enumerate(zip(ours, theirs, strict=False), first):
        if one != other:
            raise Malformed(f"{seen.name} cosigned another leaf {index} than the hand-over shows")
