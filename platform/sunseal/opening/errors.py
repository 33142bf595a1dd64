"""What the opening answers when it says no.

NotFound 404
└── NoSuchRelease, NotWanted, NoSuchSupply, NoAnnex, NoSuchKey
Invalid 422
└── FirstBytesTooFew, BadErasure
Refused 409
├── NotOpenedYet              the same sentence whatever is in the box; logged
└── SupplyUnderWay
"""

from uuid import UUID

from sunseal.errors import Invalid, NotFound, Refused


class NotOpenedYet(Refused):
    """Says nothing that depends on a bid: not whether there is one, not why it takes time."""

    logged = True

    def __init__(self) -> None:
        super().__init__("This tender has not been opened. Nothing can be shown before it is.")


class NoSuchRelease(NotFound):
    def __init__(self, document_id: UUID) -> None:
        super().__init__(f"The opening released no document {document_id}.")


class NotWanted(NotFound):
    def __init__(self, wanted_id: UUID) -> None:
        super().__init__(f"No bid is missing under {wanted_id}: none was, or it is settled.")


class NoSuchSupply(NotFound):
    def __init__(self) -> None:
        super().__init__(
            "Nothing is being supplied here: it was never begun, its bytes were not the bid's, or "
            "it did not go on for too long."
        )


class FirstBytesTooFew(Invalid):
    def __init__(self, least: int) -> None:
        super().__init__(
            f"The first request has to bring the first {least} bytes, by which the bid is known."
        )


class SupplyUnderWay(Refused):
    def __init__(self) -> None:
        super().__init__("Somebody is supplying these bytes at this moment. Look again later.")


class NoAnnex(NotFound):
    def __init__(self, tender_id: UUID) -> None:
        super().__init__(f"Tender {tender_id} has no annex: no bid of it was revoked.")


class NoSuchKey(NotFound):
    def __init__(self, tender_id: UUID, envelope: str) -> None:
        super().__init__(f"No key was made for envelope {envelope!r} of tender {tender_id}.")


class BadErasure(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This statement was not accepted: {reason}.")
