"""Check 2: one log, grown leaf by leaf to the root that a quorum of cosigners saw; and if there was
one before it, its first leaf says how that one ended."""

from itertools import pairwise

from sunseal_crypto import checkpoint, merkle, roster
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.tick import TickLeaf
from sunseal_parties.auditor import states, succession
from sunseal_parties.auditor.case import Case

TITLE = "Log: every tick is under one cosigned root"
# A platform that is down every night has many gaps; the first ones tell enough.
SHOWN_GAPS = 20


def check(case: Case) -> None:
    with case.findings.catching("log/checkpoint"):
        _check_checkpoint(case)
    with case.findings.catching("log"):
        _check_growth(case)
    _remark_gaps(case)
    succession.check(case)
    states.check(case)


def quorum(case: Case) -> int:
    """The largest that any envelope's terms ask for; without one, that of the least threshold."""
    least = len(case.roster.custodians) // 2 + 1
    asked = [envelope.key.terms.q for envelope in case.envelopes]
    return max(asked, default=roster.quorum(case.roster, least))


def _check_checkpoint(case: Case) -> None:
    log = VerifierKey.parse(case.roster.log)
    cosigners = [VerifierKey.parse(key, COSIGNATURE) for key in case.roster.cosigners()]
    checkpoint.open_cosigned(case.bundle.checkpoint, log, cosigners, quorum(case))


def _check_growth(case: Case) -> None:
    log = VerifierKey.parse(case.roster.log)
    frontier = merkle.Frontier()
    wanted = {row.size for row in case.bundle.checkpoints()}
    try:
        for entry in case.bundle.leaves():
            frontier.append(merkle.leaf_hash(entry))
            _take(case, entry, frontier.size - 1)
            if frontier.size in wanted:
                case.roots[frontier.size] = frontier.root()
    except CryptoError as error:
        raise Unverified(f"leaf {frontier.size}: {error}") from None
    seen = checkpoint.open_checkpoint(case.bundle.checkpoint, log)
    if (frontier.size, frontier.root()) != (seen.size, seen.root):
        raise Unverified(
            f"its {frontier.size} leaves do not give the root that was signed for {seen.size}"
        )


def _take(case: Case, entry: bytes, index: int) -> None:
    try:
        tick = TickLeaf.parse(entry)
    except CryptoError as error:
        case.findings.fault(f"leaf {index}", error)
        case.ticks.append_unreadable()
        return
    if len(case.ticks) and tick.number <= case.ticks.numbers[-1]:
        where = f"tick {tick.number}"
        case.findings.fault(where, f"it comes after tick {case.ticks.numbers[-1]}")
    case.ticks.append(tick)


def _remark_gaps(case: Case) -> None:
    numbers = case.ticks.numbers
    gaps = [(before, after) for before, after in pairwise(numbers) if after > before + 1]
    for before, after in gaps[:SHOWN_GAPS]:
        case.findings.remark(
            f"ticks {before + 1} to {after - 1}", "not made: the platform was down"
        )
    if len(gaps) > SHOWN_GAPS:
        case.findings.remark("log", f"{len(gaps) - SHOWN_GAPS} more gaps between ticks")
