"""What can go wrong between the platform and the custodians.

Invalid
└── BadContribution       well addressed, but the bytes do not hold
NotFound
├── NoSuchCeremony
├── NoSuchRequest
├── NoSuchStep
└── NoCertificate
Forbidden
├── NotInRoster
└── NotThatCustodian
Refused
├── RosterUnfit           the roster does not allow this tender
├── PartyInRoster
├── CeremonyUnderWay
├── CeremonyIncomplete
├── CeremonyOver
├── CeremonyExpired
├── NotThisStep
├── SaidOtherwise         other bytes were posted before
└── CommitFirst
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sunseal.errors import Forbidden, Invalid, NotFound, Refused


class BadContribution(Invalid):
    def __init__(self, step: str, reason: str) -> None:
        self.step = step
        super().__init__(f"This {step} was not accepted: {reason}.")


class NoSuchCeremony(NotFound):
    def __init__(self, ceremony_id: UUID) -> None:
        self.ceremony_id = ceremony_id
        super().__init__(f"There is no ceremony {ceremony_id}.")


class NoSuchRequest(NotFound):
    def __init__(self, request_id: UUID) -> None:
        self.request_id = request_id
        super().__init__(f"There is no release request {request_id}.")


class NoSuchStep(NotFound):
    def __init__(self, step: str, known: Sequence[str]) -> None:
        self.step = step
        super().__init__(f"There is no step {step[:40]!r}; the steps are {', '.join(known)}.")


class NoCertificate(NotFound):
    def __init__(self, tender_id: UUID, envelope: str) -> None:
        self.tender_id = tender_id
        self.envelope = envelope
        super().__init__(f"Envelope {envelope[:40]!r} of tender {tender_id} has no key.")


class NotInRoster(Forbidden):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is neither a custodian nor a witness of the roster.")


class NotThatCustodian(Forbidden):
    def __init__(self, name: str, custodian: int) -> None:
        self.name = name
        self.custodian = custodian
        super().__init__(f"{name} is not custodian {custodian} of this roster.")


class RosterUnfit(Refused):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The roster does not allow this tender: {reason}.")


class PartyInRoster(Refused):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} buys in this tender, so it cannot guard or watch over its key.")


class CeremonyUnderWay(Refused):
    def __init__(self, tender_id: UUID) -> None:
        self.tender_id = tender_id
        super().__init__("Every envelope of this tender has its key, or a ceremony under way.")


class CeremonyIncomplete(Refused):
    def __init__(self, tender_id: UUID, envelopes: Sequence[str]) -> None:
        self.tender_id = tender_id
        self.envelopes = envelopes
        super().__init__(
            f"The custodians have not all confirmed the key of envelope {', '.join(envelopes)}."
        )


class CeremonyOver(Refused):
    def __init__(self, ceremony_id: UUID, state: str) -> None:
        self.ceremony_id = ceremony_id
        super().__init__(f"This ceremony is over: {state}.")


class CeremonyExpired(Refused):
    def __init__(self, ceremony_id: UUID, at: datetime) -> None:
        self.ceremony_id = ceremony_id
        self.at = at
        super().__init__(f"This ceremony expired at {at:%Y-%m-%d %H:%M:%S %Z}.")


class NotThisStep(Refused):
    def __init__(self, step: str, state: str) -> None:
        self.step = step
        self.state = state
        super().__init__(f"The ceremony is at step {state}, not {step}.")


class SaidOtherwise(Refused):
    def __init__(self, custodian: int, step: str) -> None:
        self.custodian = custodian
        self.step = step
        super().__init__(f"Custodian {custodian} posted another {step} before; the first stands.")


class CommitFirst(Refused):
    def __init__(self, request_id: UUID) -> None:
        self.request_id = request_id
        super().__init__("An answer is taken only after the commitment to it has been posted.")
