"""What a log line says of a fault: its kind and its place.

Not its words: PostgreSQL's quote the row that it refused, with tender and firm.
"""

import traceback


def told(error: BaseException) -> dict[str, str]:
    """Fields for a log line about `error` and what led to it."""
    kinds: list[str] = []
    places: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 8:
        kinds.append(type(cause).__name__)
        places.append("".join(traceback.format_tb(cause.__traceback__)))
        cause = cause.__cause__ or cause.__context__
    return {"kind": " from ".join(kinds), "where": "\n".join(places)}
