"""Canonical JSON: one value, one spelling.

UTF-8, object keys sorted by code point, no white space, strings with the shortest escapes, no
floats; bytes are standard padded base64, times RFC 3339 in UTC ending in `Z`, UUIDs lower case (a
subset of RFC 8785). A reader accepts bytes only if writing them again gives the same bytes, so
duplicate keys, other spellings of a number, a BOM or trailing bytes are all refused by one rule.
"""

from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar, cast

import msgspec

from sunseal_crypto.errors import Malformed

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order="sorted")


def encode(value: object) -> bytes:
    """The one spelling of `value`: a msgspec Struct of strings, integers, bytes, times, lists."""
    return _encoder.encode(value)


def decode(form: type[T], data: bytes, *, limit: int = 1 << 20) -> T:
    """Reads `data` (at most `limit` bytes) as a `form`. Raises Malformed."""
    if len(data) > limit:
        raise Malformed(f"{form.__name__}: {len(data)} bytes, at most {limit} are allowed")
    try:
        value = msgspec.json.decode(data, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"{form.__name__}: {error}") from None
    if encode(value) != data:
        raise Malformed(
            f"{form.__name__}: not written canonically (order, spacing, spelling or a double key)"
        )
    if not all(_in_utc(part) for part in _with_times(cast(Hashable, form), value)):
        # Noon in Shanghai and four o'clock in London would be two spellings of one deadline.
        raise Malformed(f"{form.__name__}: a time that is not in UTC")
    return value


def _with_times(form: Hashable, value: object) -> Iterator[object]:
    """The parts of `value` in which there may be times: of a log's million entries, one each."""
    names = _fields_with_times(form)
    parts = [value] if names is None else [getattr(value, name) for name in names]
    for part in parts:
        yield msgspec.to_builtins(part, builtin_types=(datetime,))


@lru_cache
def _fields_with_times(form: Hashable) -> tuple[str, ...] | None:
    """None for a form without fields, of which the whole has to be looked at."""
    about = msgspec.inspect.type_info(form)
    if not isinstance(about, msgspec.inspect.StructType):
        return None
    return tuple(each.name for each in about.fields if "DateTimeType" in repr(each.type))


def _in_utc(value: object) -> bool:
    if isinstance(value, datetime):
        return value.utcoffset() == timedelta(0)
    if isinstance(value, dict):
        return all(map(_in_utc, value.values()))
    return not isinstance(value, list) or all(map(_in_utc, value))
