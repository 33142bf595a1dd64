"""What can go wrong when a timetable is to be moved.

Invalid
└── BadAmendment          the signed bytes do not hold
NotFound
└── NoSuchAmendment
Forbidden
├── NotAmender            another organization's key stands in the terms
└── NotAnother            the proposer's own organization
Refused
├── NeverAmended          the terms name nobody
├── NotRunning            before publication, or after the deadline
├── ProposalOver
├── AlreadyConfirmed
└── OtherWord             a custodian said something else before
"""

from datetime import datetime
from uuid import UUID

from sunseal.errors import Forbidden, Invalid, NotFound, Refused


class BadAmendment(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This amendment was not accepted: {reason}.")


class NoSuchAmendment(NotFound):
    def __init__(self, amendment_id: UUID) -> None:
        self.amendment_id = amendment_id
        super().__init__(f"There is no amendment {amendment_id}.")


class NotAmender(Forbidden):
    def __init__(self, tender_id: UUID) -> None:
        self.tender_id = tender_id
        super().__init__(
            "The signing key that your organization has in force is not the one that this "
            "tender's terms name for this step."
        )


class NotAnother(Forbidden):
    def __init__(self, amendment_id: UUID) -> None:
        self.amendment_id = amendment_id
        super().__init__("Somebody of another organization than the proposer's confirms.")


class NeverAmended(Refused):
    def __init__(self, tender_id: UUID) -> None:
        self.tender_id = tender_id
        super().__init__(
            "The terms of this tender's key name nobody who may amend its timetable: one of the "
            "two organizations had no signing key when the ceremony was started."
        )


class NotRunning(Refused):
    def __init__(self, tender_id: UUID, deadline: datetime) -> None:
        self.tender_id = tender_id
        super().__init__(
            "The timetable of a tender is moved only while it is published and before its "
            f"deadline, {deadline:%Y-%m-%d %H:%M:%S %Z}."
        )


class ProposalOver(Refused):
    def __init__(self, amendment_id: UUID) -> None:
        self.amendment_id = amendment_id
        super().__init__("This proposal has ended, or the timetable has moved since: make another.")


class AlreadyConfirmed(Refused):
    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"An amendment {number} is confirmed already.")


class OtherWord(Refused):
    def __init__(self, custodian: int) -> None:
        self.custodian = custodian
        super().__init__(f"Custodian {custodian} acknowledged otherwise before; the first stands.")
