"""What the opening answers when it says no.

NotFound 404
└── NoSuchRelease
Refused 409
└── NotOpenedYet              the same sentence whatever is in the box; logged
"""

from uuid import UUID

from sunseal.errors import NotFound, Refused


class NotOpenedYet(Refused):
    """Says nothing that depends on a bid: not whether there is one, not why it takes time."""

    logged = True

    def __init__(self) -> None:
        super().__init__("This tender has not been opened. Nothing can be shown before it is.")


class NoSuchRelease(NotFound):
    def __init__(self, document_id: UUID) -> None:
        super().__init__(f"The opening released no document {document_id}.")
