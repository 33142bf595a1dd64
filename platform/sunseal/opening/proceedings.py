"""What people do in the hall once the bids are open, as its events tell of it."""

from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sunseal.opening.models import HallEvent


@dataclass
class Remark:
    """An objection. `entered_by` is who heard it in the room, if its firm did not say it itself."""

    id: str
    at: datetime
    raiser: str
    entered_by: str
    text: str
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass
class MinutesLine:
    """An edition of the minutes and which organizations have signed it; people are not named."""

    edition: int
    digest: bytes
    entry: str
    id: str
    at: datetime
    signed: list[str] = field(default_factory=list)


@dataclass
class Proceedings:
    read: set[tuple[str, int]] = field(default_factory=set)
    until: datetime | None = None
    objections: dict[str, Remark] = field(default_factory=dict)
    minutes: list[MinutesLine] = field(default_factory=list)

    def take(self, event: HallEvent) -> None:
        """A kind that a newer release writes is passed over; its page will show it. So is what
        somebody wrote with SQL and is no act: nobody's hall goes dark for it."""
        with suppress(KeyError, TypeError, ValueError):
            getattr(self, f"_{event.kind}", self._unknown)(event.body)

    def is_read(self, envelope: str, position: int) -> bool:
        return (envelope, position) in self.read

    def _reading(self, body: dict[str, Any]) -> None:
        self.read.add((body["envelope"], int(body["position"])))

    def _period(self, body: dict[str, Any]) -> None:
        self.until = datetime.fromisoformat(body["until"])

    def _objection(self, body: dict[str, Any]) -> None:
        own = body["firm"] == body["raiser_name"]
        self.objections[body["id"]] = Remark(
            id=body["id"],
            at=datetime.fromisoformat(body["at"]),
            raiser=body["raiser_name"],
            entered_by="" if own else body["firm"],
            text=body["text"],
        )

    def _reply(self, body: dict[str, Any]) -> None:
        remark = self.objections.get(body["objection"])
        if remark is not None:
            remark.answer, remark.answered_by = body["text"], body["firm"]
            remark.answered_at = datetime.fromisoformat(body["at"])

    def _minutes(self, body: dict[str, Any]) -> None:
        self.minutes.append(
            MinutesLine(
                edition=int(body["edition"]),
                digest=b64decode(body["digest"]),
                entry=body["entry"],
                id=body["id"],
                at=datetime.fromisoformat(body["at"]),
            )
        )

    def _signature(self, body: dict[str, Any]) -> None:
        for line in self.minutes:
            if line.id == body["minutes"]:
                line.signed.append(body["firm"])

    def _unknown(self, _: dict[str, Any]) -> None:
        pass
