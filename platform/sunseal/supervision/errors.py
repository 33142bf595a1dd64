"""What can go wrong at the supervisors' desk.

NotFound
├── NoSuchFinding
├── NoSuchNotice
└── NothingToRead         no glimpse for this person, or not any more
Refused
├── NoSuchStep            the finding's state does not lead there
├── StepTaken             a colleague was faster
├── NoticeNotLogged       its entry waits for the next tick
└── DeadlinePast
"""

from datetime import datetime
from uuid import UUID

from sunseal.errors import NotFound, Refused


class NoSuchFinding(NotFound):
    def __init__(self, finding_id: UUID) -> None:
        self.finding_id = finding_id
        super().__init__(f"There is no finding {finding_id}.")


class NoSuchNotice(NotFound):
    def __init__(self, finding_id: UUID) -> None:
        self.finding_id = finding_id
        super().__init__(f"No rectification was ordered for the finding {finding_id}.")


class NothingToRead(NotFound):
    def __init__(self, proposal_id: UUID) -> None:
        self.proposal_id = proposal_id
        super().__init__(
            "There is nothing to read: it is shown once, to the one who proposed it, within an "
            "hour of its confirmation."
        )


class NoSuchStep(Refused):
    def __init__(self, finding_id: UUID, state: str, wish: str) -> None:
        self.finding_id = finding_id
        super().__init__(f"A finding that is {state} does not become {wish}.")


class StepTaken(Refused):
    def __init__(self, finding_id: UUID) -> None:
        self.finding_id = finding_id
        super().__init__("A colleague took this step at the same moment: look at it again.")


class NoticeNotLogged(Refused):
    def __init__(self, finding_id: UUID) -> None:
        self.finding_id = finding_id
        super().__init__("The notice is not in the log yet: ask again in a few seconds.")


class DeadlinePast(Refused):
    def __init__(self, deadline: datetime) -> None:
        self.deadline = deadline
        super().__init__(f"Nothing can be due at {deadline:%Y-%m-%d %H:%M %Z}: it is past.")
