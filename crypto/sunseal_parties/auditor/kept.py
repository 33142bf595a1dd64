"""Check 13: what others kept of the log is in it: checkpoints, receipts and promises.

A bundle is consistent with itself even when the platform restored yesterday's state, showed its
bidders another log, or left out what it had promised. Only papers that somebody else kept tell: a
bidder its promise and receipt, a custodian the checkpoint it cosigned last, a supervisor the one
of an earlier bundle.
"""

from datetime import datetime

from sunseal_crypto import checkpoint, merkle, promise, receipt, tlog_proof
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.errors import Unverified
from sunseal_crypto.event import decode
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.promise import Promise
from sunseal_crypto.tlog_proof import TlogProof
from sunseal_parties.auditor.case import Case
from sunseal_parties.auditor.log import quorum

TITLE = "Kept by others: their checkpoints, receipts and promises"


def check(case: Case) -> None:
    points: dict[str, Checkpoint] = {}
    for name, data in sorted(case.kept.items()):
        with case.findings.catching(name):
            if data.startswith(promise.LABEL.encode()):
                _check_promise(case, name, data)
                continue
            if data.startswith(tlog_proof.HEADER.encode()):
                _check_receipt(case, data)
                data = TlogProof.parse(data).checkpoint
            points[name] = checkpoint.open_checkpoint(data, VerifierKey.parse(case.roster.log))
    _check_points(case, points)


def _check_points(case: Case, points: dict[str, Checkpoint]) -> None:
    """Each is a beginning of this log: the platform's own signature under it proves a fork."""
    roots = _roots(case, {point.size for point in points.values()})
    for name, point in points.items():
        if point.size > case.bundle.about.size:
            what = f"it has {point.size} leaves, the bundle ends at {case.bundle.about.size}"
            case.findings.fault(name, f"the log was longer before: {what}")
        elif roots[point.size] != point.root:
            case.findings.fault(name, f"another log: its first {point.size} leaves differ")


def _roots(case: Case, sizes: set[int]) -> dict[int, bytes]:
    frontier = merkle.Frontier()
    roots = {0: frontier.root()}
    for leaf in case.bundle.leaves() if sizes else ():
        frontier.append(merkle.leaf_hash(leaf))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    return roots


def _check_receipt(case: Case, data: bytes) -> None:
    log = VerifierKey.parse(case.roster.log)
    cosigners = [VerifierKey.parse(key, COSIGNATURE) for key in case.roster.cosigners()]
    shown = receipt.verify(data, case.roster.origin, log, cosigners, quorum(case))
    if shown.index < case.bundle.about.size and case.bundle.leaf(shown.index) != (
        shown.tick.encode()
    ):
        raise Unverified(f"the log has another leaf {shown.index} than tick {shown.tick.number}")


def _check_promise(case: Case, name: str, data: bytes) -> None:
    """The promised entry is in a shown tick up to the one promised."""
    said = promise.verify(data, VerifierKey.parse(case.roster.promise))
    event = decode(said.detail)
    where = f"{name}, {event.action} of {event.at}"
    found, shown = _find(case, said)
    if found is not None and found > said.last_tick:
        case.findings.fault(where, f"kept in tick {found}, later than tick {said.last_tick}")
    elif found is None:
        if _may_come(case, said, event.at, shown):
            case.findings.remark(where, "the ticks that may hold it are not shown yet")
        else:
            case.findings.fault(where, f"promised by tick {said.last_tick}, and no tick holds it")


def _may_come(case: Case, said: Promise, since: datetime, shown: set[int]) -> bool:
    """Whether a tick in which the entry could be is not shown yet, or not made yet."""
    numbers = case.ticks.numbers
    shut = any(
        number <= said.last_tick and number not in shown and case.ticks.time(index) >= since
        for index, number in enumerate(numbers)
    )
    return shut or not numbers or numbers[-1] < said.last_tick


def _find(case: Case, said: Promise) -> tuple[int | None, set[int]]:
    """The tick that holds the promised entry, and all ticks that are shown."""
    found, shown = None, set()
    for row in case.bundle.ticks():
        shown.add(row.number)
        if any(taken.commitment == said.commitment for taken in row.taken):
            found = row.number
    return found, shown
