"""What may differ between two tenders is replaced by its kind and its length, and nothing else.

Every replaced value leaves a mark where it stood. So two texts are equal only if ids, times and
random values are as many, as long and in the same places: a sixth signature, or one byte more of a
hash, is told apart.
"""

import io
import json
import re
import zipfile
from typing import Any
from uuid import UUID

HASH_BYTES = 32
TOKENS = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::\d\d)?))"
    r"|(?P<epoch>(?<![\d.])1[78]\d{8}(?:\.\d+)?(?![\d.]))"
    r"|(?P<recipient>age1[0-9a-z]{58})"
    r"|(?P<base64>(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2})"
    r"|(?P<hex>(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f]))"
)
# Numbers that follow from the clock or from chance alone, by the name they stand under.
NUMBERS = re.compile(r'"(tick|slot|number|last_tick|clock_offset_ms|offset_ms)":-?\d+')
NUMBERED = ("tick", "slot", "number", "last_tick", "clock_offset_ms")
TICK = re.compile(r"(sunseal/tick/v1\\?n?\n?)\d+")


def text(value: str) -> str:
    """A text with its ids, times, keys and random values marked."""
    value = NUMBERS.sub(lambda found: f'"{found[1]}":<number>', value)
    value = TICK.sub(r"\1<number>", value)
    return TOKENS.sub(_mark, value)


def _mark(found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    # A microsecond that ends in zeros is written shorter by some; a time is a time.
    return "<time>" if kind in ("time", "epoch") else f"<{kind} of {len(found[0])}>"


def data(value: bytes) -> str:
    """Bytes as text where they are text, else how many there are."""
    if value.startswith(b"PK\x03\x04"):
        return members(value)
    try:
        return text(value.decode())
    except UnicodeDecodeError:
        return f"<{len(value)} bytes>"


def members(value: bytes) -> str:
    """A bundle, member by member. Lines of entries lie in the order of their random slots."""
    with zipfile.ZipFile(io.BytesIO(value)) as bundle:
        held = {each.filename: data(bundle.read(each)) for each in bundle.infolist()}
    return "\n".join(
        f"{text(name)}: {sorted(body.splitlines()) if name.endswith('.jsonl') else body}"
        for name, body in held.items()
    )


def value(given: Any) -> Any:
    """A value that SQL returned."""
    if isinstance(given, UUID):
        return "<uuid>"
    if isinstance(given, bytes | bytearray | memoryview):
        return data(bytes(given)) if len(given) != HASH_BYTES else f"<{HASH_BYTES} bytes>"
    if isinstance(given, str):
        return text(given)
    if isinstance(given, dict):
        return text(json.dumps(given, sort_keys=True, ensure_ascii=False))
    if isinstance(given, list | tuple):
        return [value(each) for each in given]
    if hasattr(given, "isoformat"):
        return "<time>"
    return given


def answer(given: Any) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """Status, every header and the body of an HTTP answer.

    A length that is its body's says nothing more than the body, in which each mark holds a length;
    as a number it would differ with the digits of a random slot.
    """
    headers = {name.lower(): text(held) for name, held in given.headers.items()}
    if headers.get("content-length") == str(len(given.content)):
        headers["content-length"] = "<of the body>"
    return given.status_code, tuple(sorted(headers.items())), data(given.content)


def difference(first: Any, second: Any) -> str:
    """Where two answers part, with a little of what is around."""
    one, two = str(first), str(second)
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    return f"{one[max(0, at - 60) : at + 60]!r} / {two[max(0, at - 60) : at + 60]!r}"
