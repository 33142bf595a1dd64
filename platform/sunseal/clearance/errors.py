"""What this room answers when it says no.

NotFound 404
└── NoSuchFirm
Refused 409
└── NotClear                  one sentence for every state that is not clear
"""

from uuid import UUID

from sunseal.errors import NotFound, Refused


class NoSuchFirm(NotFound):
    def __init__(self, organization_id: UUID) -> None:
        super().__init__(f"There is no bidder {organization_id}.")


class NotClear(Refused):
    """A firm hears of a decision about itself from the desk, never from the lack of a paper."""

    def __init__(self) -> None:
        super().__init__(
            "No clearance certificate can be issued for your firm at the moment. That is so while "
            "a check is under way or due, while a list is out of age, and when something has to "
            "be looked at. You are told when a decision has been made about you."
        )
