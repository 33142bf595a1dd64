"""Check 3: every entry opens the commitment in its slot, and no shown tick keeps one back."""

from array import array
from bisect import bisect_left
from datetime import datetime, timedelta

from sunseal_crypto import event, merkle, tick
from sunseal_crypto.bundle import EntryRow, TickRow
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_parties.auditor.case import Case
from sunseal_parties.auditor.journal import OPENING_RECORD, TENDER_CANCEL, Logged, place

TITLE = "Entries: what the log committed to, and nothing kept back"

NOT_SHOWN = -1
# So long the worker may take over showing what it may show.
SHOWN_WITHIN = timedelta(hours=1)


class Slots:
    """The taken slots of all shown ticks, in a few bytes each."""

    def __init__(self, ticks: int) -> None:
        self._start = array("q", [NOT_SHOWN]) * ticks
        self._count = array("H", [0]) * ticks
        self._slots = array("H")
        self._commitments = bytearray()
        self._opened = bytearray()

    def add(self, index: int, row: TickRow) -> None:
        self._start[index] = len(self._slots)
        self._count[index] = len(row.taken)
        for taken in row.taken:
            self._slots.append(taken.slot)
            self._commitments += taken.commitment
        self._opened += bytes(len(row.taken))

    def shown(self, index: int) -> bool:
        return self._start[index] != NOT_SHOWN

    def open(self, index: int, slot: int) -> bytes | None:
        """The commitment in a slot of a shown tick, which is marked as opened."""
        start = self._start[index]
        end = start + self._count[index]
        at = bisect_left(self._slots, slot, start, end)
        if at == end or self._slots[at] != slot:
            return None
        self._opened[at] = 1
        return self._commitment(at)

    def kept_back(self, index: int) -> list[tuple[int, bytes]]:
        """Slots, with their commitments, that no entry opened."""
        start = self._start[index]
        places = range(start, start + self._count[index])
        return [(self._slots[at], self._commitment(at)) for at in places if not self._opened[at]]

    def all_opened(self) -> bool:
        return 0 not in self._opened

    def _commitment(self, at: int) -> bytes:
        return bytes(self._commitments[at * merkle.HASH_BYTES : (at + 1) * merkle.HASH_BYTES])


def check(case: Case) -> None:
    slots = Slots(len(case.ticks))
    with case.findings.catching("ticks.jsonl"):
        for shown in case.bundle.ticks():
            _check_tick(case, slots, shown)
    with case.findings.catching("entries.jsonl"):
        _check_entries(case, slots)
    if not slots.all_opened():
        _name_kept_back(case, slots)
    _judge_unshown(case, slots)


def _check_tick(case: Case, slots: Slots, row: TickRow) -> None:
    """Seed and slots give the root, so the slots are all there are."""
    where = f"tick {row.number}"
    index = case.ticks.index_of(row.number)
    if index is None:
        case.findings.fault(where, "a seed is shown for it, but the log has no such tick")
        return
    if slots.shown(index):
        case.findings.fault(where, "it is shown twice")
        return
    numbers = [taken.slot for taken in row.taken]
    if numbers != sorted(set(numbers)):
        case.findings.fault(where, "its slots are not in order, each once")
        return
    slots.add(index, row)
    taken = {each.slot: each.commitment for each in row.taken}
    with case.findings.catching(where):
        if tick.root(row.seed, taken) != case.ticks.root(index):
            raise Unverified("its seed and slots do not give its root")


def _check_entries(case: Case, slots: Slots) -> None:
    before = (NOT_SHOWN, NOT_SHOWN)
    for row in case.bundle.entries():
        commitment = tick.commitment(row.nonce, row.detail)
        where = (row.tick, row.slot)
        if where <= before:
            case.findings.fault(place(*where, commitment), "out of order, or a second time")
        before = where
        try:
            index = _check_place(case, slots, row, commitment)
            _note(case, row, index, commitment)
        except CryptoError as error:
            case.findings.fault(place(*where, commitment), error)
        case.journal.count += 1


def _check_place(case: Case, slots: Slots, row: EntryRow, commitment: bytes) -> int:
    """The leaf of the entry's tick, in which its commitment stands. Raises CryptoError."""
    index = case.ticks.index_of(row.tick)
    if index is None:
        raise Unverified("the log has no such tick")
    if not slots.shown(index):
        path = [row.path[at : at + 32] for at in range(0, len(row.path), merkle.HASH_BYTES)]
        tick.verify_path(commitment, row.slot, path, case.ticks.root(index))
        return index
    held = slots.open(index, row.slot)
    if held is None:
        raise Unverified("its tick has no entry in this slot")
    if held != commitment:
        raise Unverified(f"its detail does not open the commitment {held[:4].hex()}… in its slot")
    return index


def _note(case: Case, row: EntryRow, index: int, commitment: bytes) -> None:
    said = event.decode(row.detail)
    if case.journal.concerns(said):
        case.journal.add(Logged(said, row.tick, index, row.slot, commitment))


def _name_kept_back(case: Case, slots: Slots) -> None:
    for index, number in enumerate(case.ticks.numbers):
        if slots.shown(index):
            for slot, commitment in slots.kept_back(index):
                case.findings.fault(place(number, slot, commitment), "it is not revealed")


def _judge_unshown(case: Case, slots: Slots) -> None:
    """A tick stays shut for the sake of a tender that is sealed, and for no other reason."""
    unshown = [index for index in range(len(case.ticks)) if not slots.shown(index)]
    if not unshown:
        return
    last = case.ticks.time(len(case.ticks) - 1)
    owed = min(_sealed_since(case) or last, last - SHOWN_WITHIN)
    for index in unshown:
        if case.ticks.time(index) < owed:
            where = f"tick {case.ticks.numbers[index]}"
            case.findings.fault(where, "its seed is kept back, though nothing was sealed in it")
    case.findings.remark(
        f"{len(unshown)} ticks from {case.ticks.numbers[unshown[0]]}"
        f" to {case.ticks.numbers[unshown[-1]]}",
        "their seeds are not shown yet, so entries could be missing from them",
    )


def _sealed_since(case: Case) -> datetime | None:
    """When the oldest tender that is not over got its key. The log tells this of every tender."""
    over = {entry.event.object for entry in case.journal.all(OPENING_RECORD, TENDER_CANCEL)}
    times = [
        entry.event.at
        for entry in case.journal.certificates()
        if not over & {entry.event.object, entry.event.object.partition("/envelope/")[0]}
    ]
    return min(times, default=None)
