from uuid import UUID

from sunseal.errors import Invalid, NotFound, Unavailable


class NoCheckpoint(NotFound):
    def __init__(self) -> None:
        super().__init__("The log has no checkpoint yet: it makes one with its first tick.")


class NoSuchTile(NotFound):
    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"There is no {path} in the log.")


class BadCosignature(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This cosignature was not accepted: {reason}.")


class NoSuchTender(NotFound):
    def __init__(self, tender_id: UUID) -> None:
        self.tender_id = tender_id
        super().__init__(f"There is no tender {tender_id}.")


class BadPage(Invalid):
    def __init__(self, limit: int, most: int) -> None:
        self.limit = limit
        super().__init__(f"A page of {limit} entries cannot be had: 1 to {most} can.")


class LogHeld(Unavailable):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The log does not grow: {reason}")
