"""A story's log: what is recorded, and the ticks that take it in."""

import random
from datetime import datetime, timedelta
from typing import Any

from sunseal_crypto import (
    event,
    tick,
)
from sunseal_crypto.amendment import (
    ShownAmendment,
)
from sunseal_crypto.bundle import EntryRow, Fact, Kind, Taken, TickRow
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.event import LogEvent
from sunseal_crypto.record import RecordedAnswer
from sunseal_crypto.release import ReleaseRequest
from sunseal_crypto.tick import TickLeaf, TickTree
from tests.auditor.story.key import NOT_BEFORE, OBJECT, made
from tests.auditor.story.parts import Bid
from tests.crypto.rosters import DEADLINE


class Log:
    """Time goes on by one second with each tick; `waiting` are entries for the next one."""

    def __init__(self) -> None:
        self.made = made()
        self.key = self.made.key
        self.now = DEADLINE - timedelta(hours=1)
        self.random = random.Random(7)
        self.leaves: list[bytes] = []
        self.waiting: list[tuple[bytes, bytes]] = []
        self.rows: list[EntryRow] = []
        self.ticks: list[TickRow] = []
        self.placed: dict[bytes, LoggedEntry] = {}
        self.evidence: dict[tuple[Kind, str], bytes] = {}
        self.bids: list[Bid] = []
        self.facts: list[Fact] = []
        self.places: list[tuple[bytes, bytes]] = []
        self.positions: dict[int, Bid] = {}
        self.root = b""
        self.requests: list[tuple[ReleaseRequest, bytes]] = []
        self.answers: dict[tuple[int, int], bytes] = {}
        self.said: list[RecordedAnswer] = []
        self.digest = b""
        # Sizes of the log, and when cosigners saw it; `ahead` their clocks are of the platform's.
        self.seen: dict[int, datetime] = {}
        self.ahead = timedelta(0)
        self.shut_by = (DEADLINE, NOT_BEFORE)
        self.amendments: list[ShownAmendment] = []

    # -- the log

    def enter(
        self, action: str, object_: str = OBJECT, actor: str = "worker", **data: str
    ) -> bytes:
        """Records an event; returns its detail, by which it is found once it is in a tick."""
        said = LogEvent(
            version="sunseal/event/v1",
            id=str(len(self.placed) + len(self.waiting)),
            at=self.now,
            actor=actor,
            role="as_worker",
            action=action,
            object=object_,
            outcome="done",
            reason="",
            data=data,
        )
        detail = event.encode(said)
        self.waiting.append((self.random.randbytes(32), detail))
        return detail

    def tick(self) -> None:
        self.now += timedelta(seconds=1)
        number, seed = int(self.now.timestamp()), self.random.randbytes(32)
        slots = sorted(self.random.sample(range(tick.SLOTS), len(self.waiting)))
        taken = {
            slot: tick.commitment(*entry) for slot, entry in zip(slots, self.waiting, strict=True)
        }
        tree = TickTree(seed, taken)
        leaf = TickLeaf(number, self.now, tree.root).encode()
        for slot, (nonce, detail) in zip(slots, self.waiting, strict=True):
            row = EntryRow(tick=number, slot=slot, nonce=nonce, detail=detail, path=b"")
            self.rows.append(row)
            self.placed[detail] = LoggedEntry(
                nonce=nonce,
                detail=detail,
                slot=slot,
                path=tree.path(slot),
                leaf=leaf,
                index=len(self.leaves),
            )
        listed = [Taken(slot, commitment) for slot, commitment in taken.items()]
        self.ticks.append(TickRow(number=number, seed=seed, taken=listed))
        self.leaves.append(leaf)
        self.seen[len(self.leaves)] = self.now + self.ahead
        self.waiting = []

    @property
    def last_logged(self) -> LoggedEntry:
        return list(self.placed.values())[-1]

    def set_aside(self) -> tuple[bytes, TickRow, list[EntryRow]]:
        """Takes the last tick out of the log."""
        shown = self.ticks.pop()
        rows = [row for row in self.rows if row.tick == shown.number]
        self.rows = self.rows[: -len(rows)]
        return self.leaves.pop(), shown, rows

    def put_back(self, aside: tuple[bytes, TickRow, list[EntryRow]]) -> None:
        leaf, shown, rows = aside
        self.leaves.append(leaf)
        self.ticks.append(shown)
        self.rows += rows
        self.now += timedelta(minutes=1)

    def logged(self, action: str, **more: Any) -> LoggedEntry:
        """Records an event and makes its tick at once."""
        detail = self.enter(action, **more)
        self.tick()
        return self.placed[detail]
