"""What screening answers when it says no.

Invalid 422
├── BadList
└── ListTooShort, ListShrank
NotFound 404
└── NoSuchSource
Refused 409
└── LiveQueryRefused
"""

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


class NoSuchSource(NotFound):
    def __init__(self, code: str) -> None:
        super().__init__(f"There is no list {code!r}.")


class LiveQueryRefused(Refused):
    def __init__(self, why: str) -> None:
        super().__init__(f"No question was sent to the list's owner: {why}.")
