"""What can go wrong between two people.

NotFound
└── NoSuchProposal
Refused
├── ProposalExpired
└── AlreadyConfirmed
Forbidden
└── NotAnother            one person, or one organization, twice
"""

from datetime import datetime
from uuid import UUID

from sunseal.errors import Forbidden, NotFound, Refused


class NoSuchProposal(NotFound):
    def __init__(self, proposal_id: UUID) -> None:
        self.proposal_id = proposal_id
        super().__init__(f"There is no proposal {proposal_id}.")


class ProposalExpired(Refused):
    def __init__(self, proposal_id: UUID, at: datetime) -> None:
        self.proposal_id = proposal_id
        super().__init__(f"The proposal ended at {at:%Y-%m-%d %H:%M:%S %Z}: propose it again.")


class AlreadyConfirmed(Refused):
    def __init__(self, proposal_id: UUID) -> None:
        self.proposal_id = proposal_id
        super().__init__(f"The proposal {proposal_id} is confirmed already.")


class NotAnother(Forbidden):
    def __init__(self, proposal_id: UUID) -> None:
        self.proposal_id = proposal_id
        super().__init__(
            "Another person of another organization than the proposer's confirms. "
            "The attempt was logged."
        )
