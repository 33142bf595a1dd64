"""Whether a restored log may go on: it holds every tick that any cosigner was heard to have seen.

One tick too few, and the next would be a fork: custodians have signed another leaf in its place. So
all of them are asked, and at least so many that no tick with a complete receipt can be unknown to
all who answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from sunseal.backup import past
from sunseal.backup.errors import LogDiffers, TooFewStates
from sunseal.backup.past import PastLog
from sunseal_crypto import handover, log_state, roster
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.log_state import Seen
from sunseal_crypto.roster import Roster

HOLD = "update audit.head set held = %s"


@dataclass(frozen=True, slots=True)
class Compared:
    """`newest` saw `size` leaves, of which `held` are here; `lost` names the ticks of the others.

    `silent` are the cosigners nobody brought a state of.
    """

    held: int
    size: int
    newest: str
    lost: str
    silent: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return self.size <= self.held

    def __str__(self) -> str:
        unheard = f" Not heard: {', '.join(self.silent)}." if self.silent else ""
        if self.whole:
            return f"All {self.size} ticks that cosigners saw are here: the log is free.{unheard}"
        return (
            f"{self.size - self.held} ticks are lost, which {self.newest} cosigned: {self.lost}. "
            f"The log must not go on: see `sunseal log new-origin`.{unheard}"
        )


def check(admin_url: str, roster_bytes: bytes, files: Sequence[Path]) -> Compared:
    """Frees the log of a database, or says in it why not. Raises BackupFailed, CryptoError."""
    parsed = roster.parse(roster_bytes)
    seen = read(files, parsed)
    with psycopg.connect(admin_url) as connection:
        try:
            found = compare(past.read(connection), seen, parsed)
        except LogDiffers as error:
            connection.rollback()
            connection.execute(HOLD, [str(error)])
            connection.commit()
            raise
        connection.execute(HOLD, ["" if found.whole else str(found)])
    return found


def read(files: Sequence[Path], parsed: Roster) -> list[Seen]:
    """States that prove themselves. Raises Malformed, Unverified, TooFewStates."""
    seen = [log_state.verify(log_state.parse(file.read_bytes()), parsed) for file in files]
    least = len(parsed.custodians) // 2 + 1
    needed = len(parsed.cosigners()) - roster.quorum(parsed, least) + 1
    heard = len({state.name for state in seen})
    if heard < needed:
        raise TooFewStates(heard, needed)
    return seen


def compare(log: PastLog, seen: Sequence[Seen], parsed: Roster) -> Compared:
    """Raises LogDiffers when any cosigner saw other leaves than are here."""
    newest = max(seen, key=lambda state: state.size)
    own = log.frontiers({min(state.size, log.size) for state in seen})
    for state in seen:
        _check_same(log, own[min(state.size, log.size)].root(), state)
        _check_among(state, newest)
    lost = newest.ticks(log.size) if newest.size > log.size else []
    heard = {state.name for state in seen}
    names = [text.partition("+")[0] for text in parsed.cosigners()]
    return Compared(
        held=log.size,
        size=newest.size,
        newest=newest.name,
        lost=handover.ranges([tick.number for tick in lost]),
        silent=tuple(name for name in names if name not in heard),
    )


def _check_same(log: PastLog, root: bytes, state: Seen) -> None:
    """What both have is the same."""
    if state.size <= log.size:
        same = state.checkpoint.root == root
    elif log.size < state.start:
        raise LogDiffers(
            f"The state of {state.name} shows the log from leaf {state.start} on, and {log.size} "
            f"are here: ask for `--ticks {state.size - log.size}` or more."
        )
    else:
        same = state.root_at(log.size) == root
    if not same:
        raise LogDiffers(
            f"{state.name} followed other ticks than the restored ones: a fork. The log stays "
            "held; keep the file as evidence."
        )


def _check_among(state: Seen, newest: Seen) -> None:
    """Two cosigners who saw two logs: then somebody showed them two."""
    if newest.start <= state.size:
        try:
            same = newest.root_at(state.size) == state.checkpoint.root
        except (Malformed, Unverified):
            same = False
        if not same:
            raise LogDiffers(f"{state.name} and {newest.name} followed two different logs: a fork.")
