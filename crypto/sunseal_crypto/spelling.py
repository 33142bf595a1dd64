"""How values are spelled in text formats: each has one spelling, every other is refused.

Two spellings of one value would let two readers of the same signed text see two things.
"""

import base64
import re
from datetime import UTC, datetime

from sunseal_crypto.errors import Malformed

# Sizes and indexes stay below 2^63, the bound of c2sp.org/tlog-tiles and of signed 64-bit stores.
MAX_NUMBER = (1 << 63) - 1

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def base64_text(data: bytes) -> str:
    """Standard padded base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str, what: str, *, length: int | None = None) -> bytes:
    """The bytes spelled by `text`, exactly `length` of them when given. Raises Malformed."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Malformed(f"{what}: not base64") from None
    # Python ignores the unused low bits of the last character, which would be a second spelling.
    if base64_text(data) != text:
        raise Malformed(f"{what}: not canonical base64")
    if length is not None and len(data) != length:
        raise Malformed(f"{what}: {len(data)} bytes where {length} belong")
    return data


def decimal(text: str, what: str, *, limit: int = MAX_NUMBER) -> int:
    """An ASCII decimal of at most `limit`, without sign or leading zeros. Raises Malformed."""
    if _DECIMAL.fullmatch(text) is None:
        raise Malformed(f"{what}: {text[:40]!r} is not a decimal number")
    value = int(text)
    if value > limit:
        raise Malformed(f"{what}: {value} is more than {limit}")
    return value


def time_text(moment: datetime) -> str:
    """RFC 3339 in UTC, as canonical JSON has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def utf8_lines(data: bytes, what: str, *, count: int) -> list[str]:
    """Exactly `count` lines, each ended by a newline. Raises Malformed."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Malformed(f"{what}: not UTF-8") from None
    if lines.pop() != "":
        raise Malformed(f"{what}: the last line has no newline")
    if len(lines) != count:
        raise Malformed(f"{what}: {len(lines)} lines where {count} belong")
    return lines
