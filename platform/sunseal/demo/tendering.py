"""The tendering party's side: draft, ceremony, publication, and what the platform then shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sunseal.demo import clock
from sunseal.demo.desk import Desk
from sunseal.demo.stack import Stack, TooSlow

MINIMUM_BIDS = 3
THRESHOLD = 2
BOX_SIZE = 256
# What the ceremony takes: some polls of every custodian, one after another.
CEREMONY_POLLS = 12
CEREMONY_SECONDS = 5.0
# From the deadline to the opening; in earnest hours or days.
PAUSE = timedelta(seconds=3)
STATEMENT = "江湾区东支河整治工程：清淤、护岸与泵站改造。\n"


class Missed(Exception):
    """The machine was too slow for this timetable; the next one is longer."""


@dataclass(frozen=True, slots=True)
class Tender:
    id: UUID
    reference: str
    deadline: datetime
    not_before: datetime
    ceremony_seconds: float


class Tendering:
    """One tender on its way; `desk` is signed in as the tendering party."""

    def __init__(self, stack: Stack, desk: Desk, agent: str) -> None:
        self._stack = stack
        self._desk = desk
        self._agent = agent

    def publish(self, reference: str, window: float) -> Tender:
        """A tender with about `window` seconds for bids. Raises Missed."""
        polls = CEREMONY_POLLS * self._stack.tick_seconds
        began = clock.now()
        deadline = began + timedelta(seconds=CEREMONY_SECONDS + polls + window)
        tender = self._draft(reference, deadline)
        self._desk.post(f"/tenders/{tender}/ceremony")
        self._await(tender, self._key_made, "the key ceremony", deadline)
        ceremony = (clock.now() - began).total_seconds()
        self._desk.post(f"/tenders/{tender}/publish")
        self._await(tender, lambda id_: self.status(id_) == "published", "publication", deadline)
        if clock.seconds_until(deadline) < window / 2:
            raise Missed(f"publication left {clock.seconds_until(deadline):.0f} s for bids")
        return Tender(tender, reference, deadline, deadline + PAUSE, ceremony)

    def status(self, tender: UUID) -> str:
        return str(self._desk.get(f"/tenders/{tender}")["status"])

    def _draft(self, reference: str, deadline: datetime) -> UUID:
        form: dict[str, Any] = {
            "reference": reference,
            "title": "江湾区东支河整治工程施工",
            "summary": STATEMENT,
            "deadline": deadline.isoformat(),
            "not_before": (deadline + PAUSE).isoformat(),
            "minimum_bids": MINIMUM_BIDS,
            "threshold": THRESHOLD,
            "box_size": BOX_SIZE,
            "currency": "CNY",
            "ceiling_price": "15000000.00",
            "agent_id": self._agent,
        }
        tender = UUID(self._desk.post("/tenders", form)["id"])
        self._desk.send(f"/tenders/{tender}/documents", STATEMENT.encode(), name="工程量清单.txt")
        return tender

    def _key_made(self, tender: UUID) -> bool:
        attempts = self._desk.get(f"/tenders/{tender}/ceremonies")
        for attempt in attempts:
            if attempt["state"] == "failed":
                raise RuntimeError(f"the ceremony failed: {attempt}")
        return all(attempt["state"] == "complete" for attempt in attempts)

    def _await(
        self, tender: UUID, met: Callable[[UUID], bool], what: str, deadline: datetime
    ) -> None:
        """Raises Missed when nothing is left of the time for bids."""
        try:
            self._stack.wait_until(lambda: met(tender), what, clock.seconds_until(deadline))
        except TooSlow as error:
            raise Missed(str(error)) from error
