"""What screening says about a leaf: it may be opened, waits, or is barred by a logged word."""

from dataclasses import dataclass
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.bids.models import Gate, Membership
from sunseal.database import UnitOfWork
from sunseal.screening import rules
from sunseal.screening import service as screening
from sunseal.screening.models import TenderScreening
from sunseal_crypto.box import State
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.spelling import base64_text

# Custodians and the public read these; what was found stays with those who may see it.
BARRED = "A confirmed screening decision bars this bidder."
PENDING = "The screening of this bidder is not decided."


@dataclass(frozen=True, slots=True)
class Judgement:
    """`entry_id` is that of the logged decision of a bar."""

    state: State
    reason: str = ""
    entry_id: UUID | None = None

    def decision(self, uow: UnitOfWork) -> LoggedEntry | None:
        return audit.logged_entry(uow, self.entry_id) if self.entry_id else None

    def waits(self, uow: UnitOfWork) -> bool:
        """Whether the decision still has to get into a tick before anybody may rest on it."""
        return self.entry_id is not None and self.decision(uow) is None


def judge(uow: UnitOfWork, gate: Gate, joined: Membership, *, late: bool = False) -> Judgement:
    """Screens a bidder now. `late` is after the first request, when prices can have been seen."""
    found = screening.check_tenderer(uow, gate.tender_id, gate.envelope, joined.organization_id)
    if rules.bars(found.decision):
        if late and not rules.bars_late(found.evidence):
            return Judgement("pending", PENDING)
        return Judgement("barred", BARRED, _logged(uow, gate, joined, found))
    if rules.delays(found.decision):
        return Judgement("pending", PENDING)
    return Judgement("current")


def _logged(uow: UnitOfWork, gate: Gate, joined: Membership, found: TenderScreening) -> UUID:
    """The bar's entry in the log, made once for a result."""
    if found.entry_id is None:
        found.entry_id = audit.record_sealed(
            uow,
            "screening.decision",
            f"tender/{gate.tender_id}/envelope/{gate.envelope}",
            tender_id=gate.tender_id,
            envelope=gate.envelope,
            organization_id=joined.organization_id,
            actor="worker",
            reason=BARRED,
            data={"pseudonym": base64_text(joined.pseudonym), "decision": "barred"},
            first=True,
        ).id
        uow.session.flush()  # the entry and the result that it is about belong together
    return found.entry_id
