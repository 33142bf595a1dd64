"""What the registry of conduct answers when it says no.

NotFound 404
└── NoSuchFact
Forbidden 403
└── NotAParty
Refused 409
└── AlreadyJudged             one person, one word on a fact
"""

from uuid import UUID

from sunseal.errors import Forbidden, NotFound, Refused


class NoSuchFact(NotFound):
    def __init__(self, fact_id: UUID) -> None:
        super().__init__(f"There is no fact {fact_id} in the registry of conduct.")


class NotAParty(Forbidden):
    def __init__(self) -> None:
        super().__init__(
            "Conduct is shown to the parties of a tender for that tender. The attempt was logged."
        )


class AlreadyJudged(Refused):
    def __init__(self, fact_id: UUID) -> None:
        super().__init__(
            f"You have said this of fact {fact_id} already. Striking it takes another person."
        )
