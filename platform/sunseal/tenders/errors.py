"""What can go wrong with a tender.

Invalid
├── BadTender             a field that no notice could hold
└── BadDocumentName
NotFound
├── NoSuchTender
├── NoSuchDocument
└── NoSuchParty
Forbidden
└── NotYourTender
Refused
├── WrongStatus           the tender's state does not allow it
│   └── NoticeFixed       logged: somebody may be after the deadline
├── NoticeNotFixed
├── PeriodTooShort        招标投标法 Art. 24
├── TooFewBidders         招标投标法 Art. 28
├── TimePassed
├── ReferenceTaken
├── DocumentNameTaken
└── TooManyDocuments
TooLarge
└── DocumentTooLarge
"""

from datetime import datetime, timedelta
from uuid import UUID

from sunseal.errors import Forbidden, Invalid, NotFound, Refused, TooLarge


class BadTender(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This tender cannot be: {reason}.")


class BadDocumentName(Invalid):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            "A document is named by 1 to 200 characters in normal form, without slashes, "
            "backslashes, control characters or a leading dot."
        )


class NoSuchTender(NotFound):
    def __init__(self, tender_id: UUID) -> None:
        self.tender_id = tender_id
        super().__init__(f"There is no tender {tender_id}.")


class NoSuchDocument(NotFound):
    def __init__(self, document_id: UUID) -> None:
        self.document_id = document_id
        super().__init__(f"There is no document {document_id}.")


class NoSuchParty(NotFound):
    def __init__(self, organization_id: UUID | None, kind: str) -> None:
        self.organization_id = organization_id
        super().__init__(f"Name the tender's {kind}: {organization_id} is none.")


class NotYourTender(Forbidden):
    def __init__(self, tender_id: UUID) -> None:
        self.tender_id = tender_id
        super().__init__(
            "Only the tendering party, its agent or the trading centre writes this tender. "
            "The attempt was logged."
        )


class WrongStatus(Refused):
    def __init__(self, tender_id: UUID, status: str, wish: str) -> None:
        self.tender_id = tender_id
        self.status = status
        super().__init__(f"The tender is {status}: {wish}.")


class NoticeFixed(WrongStatus):
    logged = True

    def __init__(self, tender_id: UUID, status: str) -> None:
        super().__init__(tender_id, status, "only a draft can be changed")


class NoticeNotFixed(Refused):
    def __init__(self, tender_id: UUID) -> None:
        self.tender_id = tender_id
        super().__init__("The notice is not fixed yet: that happens when the key ceremony starts.")


class PeriodTooShort(Refused):
    def __init__(self, deadline: datetime, period: timedelta, earliest: datetime) -> None:
        self.deadline = deadline
        self.earliest = earliest
        super().__init__(
            f"Between the issue of the documents and the deadline the law asks for at least "
            f"{period.days} days: the deadline cannot be before {earliest:%Y-%m-%d %H:%M %Z}."
        )


class TooFewBidders(Refused):
    def __init__(self, minimum_bids: int, lawful: int) -> None:
        self.minimum_bids = minimum_bids
        super().__init__(
            f"The law asks for at least {lawful} bidders: a minimum of {minimum_bids} is too low."
        )


class TimePassed(Refused):
    def __init__(self, what: str, at: datetime) -> None:
        self.at = at
        super().__init__(f"The {what} of this tender, {at:%Y-%m-%d %H:%M:%S %Z}, has passed.")


class ReferenceTaken(Refused):
    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"There is already a tender with the reference {reference}.")


class DocumentNameTaken(Refused):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The tender already has a document named {name}.")


class TooManyDocuments(Refused):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"A tender has at most {limit} documents.")


class DocumentTooLarge(TooLarge):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"A document has at most {limit} bytes.")
