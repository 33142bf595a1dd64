"""Whatever is done to a good value, both implementations take it or both refuse it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.frontend.good import Good
from tests.frontend.library import Library, RefusedByBrowser
from tests.frontend.ours import OPERATIONS, REFUSALS

# The operation, and which of its arguments is changed.
CHANGED = {
    "roster": "data",
    "terms": "data",
    "notice": "data",
    "note": "data",
    "bid": "data",
    "header": "data",
    "statement": "data",
    "receipt": "receipt",
    "promise": "promise",
    "certificate": "certificate",
    "signature": "signature",
    "authorship": "proof",
}
BYTES = st.sampled_from([b"", b"\x00", b" ", b"\n", b'"', b"0", b"A", b"/", b"=", b"\xff", b"1"])


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, int, int, bytes]:
    """Which operation; where; how many bytes go; what comes in their place."""
    place, gone = draw(st.integers(0, 1 << 20)), draw(st.integers(0, 2))
    return draw(st.sampled_from(sorted(CHANGED))), place, gone, draw(BYTES)


def changed(good: Good, op: str, place: int, gone: int, put: bytes) -> dict[str, Any]:
    arguments, name = good.arguments[op], CHANGED[op]
    value = arguments[name]
    data = value.encode() if isinstance(value, str) else value
    at = place % (len(data) + 1)
    data = data[:at] + put + data[at + gone :]
    return arguments | {name: data.decode("latin-1") if isinstance(value, str) else data}


def ours(op: str, arguments: dict[str, Any]) -> bool:
    try:
        OPERATIONS[op](**arguments)
    except REFUSALS:
        return False
    return True


def theirs(browser: Library, op: str, arguments: dict[str, Any]) -> bool:
    try:
        browser.ask(op, **arguments)
    except RefusedByBrowser:
        return False
    return True


@settings(max_examples=100, deadline=None)
@given(change=changes())
def test_both_say_the_same(
    browser: Library, good: Good, change: tuple[str, int, int, bytes]
) -> None:
    arguments = changed(good, *change)
    assert ours(change[0], arguments) == theirs(browser, change[0], arguments)
