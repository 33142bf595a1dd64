"""What screening answers when it says no.

Invalid 422
├── BadList
├── ListTooShort, ListShrank
└── NoSuchEntry
NotFound 404
└── NoSuchSource, NoSuchAdjudication
Refused 409
└── SamePerson, AlreadyConfirmed, LiveQueryRefused
"""

from uuid import UUID

from sunseal.errors import Invalid, NotFound, Refused


class BadList(Invalid):
    """`line` counts from 1, which is the line of the columns."""

    def __init__(self, line: int, reason: str, faults: int = 1) -> None:
        self.line = line
        more = f", and {faults - 1} more rows are bad" if faults > 1 else ""
        super().__init__(f"Line {line} of the list: {reason}{more}. Nothing was imported.")


class ListTooShort(Invalid):
    def __init__(self, rows: int, minimum: int) -> None:
        super().__init__(
            f"The list has {rows} entries, at least {minimum} are expected. Nothing was imported."
        )


class ListShrank(Invalid):
    def __init__(self, rows: int, before: int) -> None:
        super().__init__(
            f"The list has {rows} entries, the one in force {before}: a part seems to be missing. "
            "Nothing was imported."
        )


class NoSuchEntry(Invalid):
    def __init__(self, source: str, reference: str) -> None:
        super().__init__(
            f"No entry {reference!r} of the list {source!r} in force concerns this organization."
        )


class NoSuchSource(NotFound):
    def __init__(self, code: str) -> None:
        super().__init__(f"There is no list {code!r}.")


class NoSuchAdjudication(NotFound):
    def __init__(self, adjudication_id: UUID) -> None:
        super().__init__(f"There is no adjudication {adjudication_id}.")


class SamePerson(Refused):
    def __init__(self) -> None:
        super().__init__("Whoever proposed a verdict cannot confirm it: it takes two people.")


class AlreadyConfirmed(Refused):
    def __init__(self, adjudication_id: UUID) -> None:
        super().__init__(f"Adjudication {adjudication_id} is confirmed already.")


class LiveQueryRefused(Refused):
    def __init__(self, why: str) -> None:
        super().__init__(f"No question was sent to the list's owner: {why}.")
