"""What the screening desk answers when it says no; of appeals see also kit/appeals.py.

Invalid 422
└── BadCursor, NoSuchEntry
NotFound 404
└── NoSuchCandidate, NoSuchAdjudication
Refused 409
├── SamePerson                one person twice
├── PartyToATender            a reviewer of an organization that has a tender open
├── AlreadyDecided, Lapsed
└── AlreadyAppealed
"""

from uuid import UUID

from sunseal.errors import Invalid, NotFound, Refused


class BadCursor(Invalid):
    def __init__(self) -> None:
        super().__init__("This is not a place in the queue that it was read from.")


class NoSuchEntry(Invalid):
    def __init__(self, source: str, reference: str) -> None:
        super().__init__(
            f"No entry {reference!r} of the list {source!r} in force concerns this organization."
        )


class NoSuchCandidate(NotFound):
    def __init__(self, scope: str) -> None:
        super().__init__(
            f"There is no candidate {scope[:64]}. One lapses when its firm or its entry changes."
        )


class NoSuchAdjudication(NotFound):
    def __init__(self, adjudication_id: UUID) -> None:
        super().__init__(f"There is no adjudication {adjudication_id}.")


class SamePerson(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Whoever had a hand in a verdict neither confirms it nor judges the appeal: "
            "it takes another person."
        )


class PartyToATender(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Your organization has a tender that is not opened yet. Until then somebody else "
            "decides about firms, because any of them may be bidding for it."
        )


class AlreadyDecided(Refused):
    def __init__(self, adjudication_id: UUID) -> None:
        super().__init__(f"Adjudication {adjudication_id} is decided already.")


class Lapsed(Refused):
    def __init__(self, adjudication_id: UUID) -> None:
        super().__init__(
            f"Adjudication {adjudication_id} is about a firm or an entry that has changed since: "
            "look again, and propose anew."
        )


class AlreadyAppealed(Refused):
    def __init__(self, adjudication_id: UUID) -> None:
        super().__init__(f"There is an appeal against verdict {adjudication_id} already.")
