"""The hall's board: what its events so far come to. The script of the page does the same, live."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sunseal.opening.models import HallEvent
from sunseal.opening.proceedings import Proceedings

# What the board says of a bid, and how: the words are in the templates.
TONES = {
    "opened": "good",
    "needs_review": "wait",
    "pending": "wait",
    "platform_fault": "bad",
    "revoked": "bad",
    "barred": "bad",
    "refused": "bad",
    "not_opened": "bad",
    "withdrawn": "calm",
    "empty": "calm",
    "returned": "calm",
}

# Events of the opening itself; what people do after it has kinds of its own.
OPENING = ("release", "answer", "bid", "record", "failed")


@dataclass(frozen=True, slots=True)
class Row:
    """A bid as it was read out; whoever was not opened has no name and no price."""

    number: int
    envelope: str
    position: int
    organization: str | None
    outcome: str
    price: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands out among the prices that were read out together."""

    ceiling: Decimal | None
    counted: Counter[Decimal]

    @classmethod
    def of(cls, prices: Iterable[str | None], ceiling: str | None) -> "Marks":
        counted = Counter(Decimal(price) for price in prices if price is not None)
        return cls(Decimal(ceiling) if ceiling else None, counted)

    def is_over(self, price: str | None) -> bool:
        """Above the ceiling price: the evaluation will reject it."""
        return price is not None and self.ceiling is not None and Decimal(price) > self.ceiling

    def is_twin(self, price: str | None) -> bool:
        """The very same as another bid's, which somebody should look into."""
        return price is not None and self.counted[Decimal(price)] > 1


@dataclass
class Board:
    """`last` is the newest event in it, from which the stream goes on."""

    ceiling: str | None
    last: int = 0
    needed: int = 0
    said: dict[str, str] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    record: int = 0
    final: bool = False
    failed: bool = False
    proceedings: Proceedings = field(default_factory=Proceedings)

    @property
    def is_asked(self) -> bool:
        return self.needed > 0

    @property
    def answered(self) -> int:
        return sum(said == "answered" for said in self.said.values())

    def take(self, events: Iterable[HallEvent]) -> "Board":
        for event in events:
            self.last = event.id
            if event.kind in OPENING:
                getattr(self, f"_{event.kind}")(event.body)
            else:
                self.proceedings.take(event)
        return self

    @property
    def marks(self) -> "Marks":
        return Marks.of([row.price for row in self.rows.values()], self.ceiling)

    def _release(self, body: dict[str, Any]) -> None:
        self.needed = int(body["needed"])
        self.said = dict.fromkeys(body["custodians"], "asked") | self.said

    def _answer(self, body: dict[str, Any]) -> None:
        self.said[body["custodian"]] = body["said"]

    def _bid(self, body: dict[str, Any]) -> None:
        position = int(body["position"])
        before = self.rows.get(position)
        self.rows[position] = Row(
            number=before.number if before else len(self.rows) + 1,
            envelope=body.get("envelope", ""),
            position=position,
            organization=body["organization"],
            outcome=body["outcome"],
            price=body["price"],
            currency=body["currency"],
        )

    def _record(self, body: dict[str, Any]) -> None:
        self.record, self.final = int(body["number"]), bool(body["final"])

    def _failed(self, _: dict[str, Any]) -> None:
        self.failed = True
