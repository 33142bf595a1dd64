"""A firm's bid as a line in the list of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sunseal.bids.models import JOINED, Membership, State, Submission
from sunseal.tenders.models import Tender
from sunseal.web.catalogue import msg

# Tone and words for each state. "Received" is said only of what the platform has promised.
SHOWN: dict[str, tuple[str, str]] = {
    State.COMMITTED: ("wait", msg("正在上传，尚未递交")),
    State.FINALISED: ("wait", msg("已收到，正在核对")),
    State.ACCEPTED: ("good", msg("已收到")),
    State.REPLACED: ("calm", msg("已替换")),
    State.WITHDRAWN: ("calm", msg("已撤回")),
    State.REFUSED: ("bad", msg("未被接受")),
    State.VOID: ("calm", msg("作废，未递交")),
}
NOTHING = ("wait", msg("已参加，尚未递交"))
WITHDRAWN = ("calm", msg("已撤回"))


@dataclass(frozen=True, slots=True)
class BidLine:
    """`proof` is the statement whose receipt or promise there is; `label` is a Chinese msgid."""

    tender_id: UUID
    envelope: str
    title: str
    reference: str
    deadline: datetime
    tone: str
    label: str
    at: datetime | None
    proof: UUID | None

    @classmethod
    def of(cls, tender: Tender, joined: Membership, said: Sequence[Submission]) -> Self:
        last = said[-1] if said else None
        kept = next((each for each in reversed(said) if each.state in JOINED), None)
        tone, label = _shown(last)
        return cls(
            tender_id=tender.id,
            envelope=joined.envelope,
            title=tender.title,
            reference=tender.reference,
            deadline=tender.deadline,
            tone=tone,
            label=label,
            at=kept.finalised_at if kept else None,
            proof=kept.id if kept else None,
        )


def _shown(last: Submission | None) -> tuple[str, str]:
    if last is None:
        return NOTHING
    if last.action == "withdraw" and last.state in JOINED:
        return WITHDRAWN
    return SHOWN[last.state]
