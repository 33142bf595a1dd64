"""What can go wrong when an operator manages staff.

NotFound
├── NoSuchOrganization
├── NoSuchPerson
└── NoSuchInvitation
Refused
└── TakesTwo              whoever watches the operator
"""

from uuid import UUID

from sunseal.errors import NotFound, Refused


class NoSuchOrganization(NotFound):
    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        super().__init__(f"There is no organization {organization_id}.")


class NoSuchPerson(NotFound):
    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        super().__init__(f"There is no person {person_id} on the staff side.")


class NoSuchInvitation(NotFound):
    def __init__(self) -> None:
        super().__init__("This invitation was used, has ended, or never was. Ask for another one.")


class TakesTwo(Refused):
    def __init__(self) -> None:
        super().__init__(
            "An operator alone enters and disables no supervisor, no custodian, and not himself. "
            "They are registered at the machine, and disabled by a proposal that a supervisor "
            "confirms."
        )
