"""What the blacklist answers when it says no; of appeals see also kit/appeals.py.

Invalid 422
└── BadPenalty
NotFound 404
└── NoSuchPenalty
Refused 409
├── SamePerson, AlreadyConfirmed
└── AlreadyAppealed
"""

from uuid import UUID

from sunseal.errors import Invalid, NotFound, Refused


class BadPenalty(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This decision cannot be listed: {reason}.")


class NoSuchPenalty(NotFound):
    def __init__(self, entry_id: UUID) -> None:
        super().__init__(f"There is no entry {entry_id} of the district's blacklist.")


class SamePerson(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Whoever had a hand in an entry neither confirms it nor judges the appeal against it."
        )


class AlreadyConfirmed(Refused):
    def __init__(self, entry_id: UUID) -> None:
        super().__init__(f"Entry {entry_id} is confirmed already.")


class AlreadyAppealed(Refused):
    def __init__(self, entry_id: UUID) -> None:
        super().__init__(f"There is an appeal against entry {entry_id} already.")
