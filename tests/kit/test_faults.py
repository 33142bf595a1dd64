"""What a log line says of a fault."""

from uuid import uuid4

from sunseal.kit import faults


def fail(words: str) -> None:
    try:
        raise KeyError(words)
    except KeyError as error:
        raise ValueError(words) from error


def test_kinds_and_places_are_told_and_no_words() -> None:
    """PostgreSQL's words quote the row that it refused, with tender and firm."""
    words = uuid4().hex
    try:
        fail(words)
    except ValueError as error:
        said = faults.told(error)
    assert said["kind"] == "ValueError from KeyError"
    assert said["where"].count("in fail") == 2
    assert words not in str(said)
