"""What the cases are made with: a good value, and one thing wrong with it."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.frontend.good import Good

Arguments = dict[str, Any]

MIXED_ORDER = bytes.fromhex("95" + "99" * 31)
IDENTITY = b"\x01" + bytes(31)
# The order of the group and the field's prime, little-endian.
L = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")
P = (2**255 - 19).to_bytes(32, "little")


@dataclass(frozen=True)
class Bad:
    """`make` gives the arguments for `op`; the name says what is wrong with them."""

    op: str
    name: str
    make: Callable[[Good], Arguments]


def spelled(value: Any) -> bytes:
    """Canonical, as long as keys are ASCII."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def rewritten(data: bytes, **changes: Any) -> bytes:
    """The same object with other members; None of Ellipsis' kind: `...` removes one."""
    members = json.loads(data) | changes
    return spelled({key: value for key, value in members.items() if value is not ...})


def canonical(op: str) -> list[Bad]:
    """Every spelling but the one, for what is canonical JSON without a signature."""
    made: dict[str, Callable[[bytes], bytes]] = {
        "space": lambda data: data[:1] + b" " + data[1:],
        "newline-at-the-end": lambda data: data + b"\n",
        "second-value": lambda data: data + b"{}",
        "byte-order-mark": lambda data: b"\xef\xbb\xbf" + data,
        "double-key": lambda data: data[:-1] + b',"version":' + version(data) + b"}",
        "order": lambda data: b'{"version":' + version(data) + b"," + without_version(data)[1:],
        "unknown-key": lambda data: rewritten(data, zzz=1),
        "missing-key": lambda data: rewritten(data, origin=...),
        "escape": lambda data: data.replace(b"sunseal", b"s\\u0075nseal", 1),
        "not-utf-8": lambda data: data.replace(b"sunseal", b"s\xffnseal", 1),
        "surrogate": lambda data: data.replace(b'"origin":"', b'"origin":"\\ud800', 1),
        "version": lambda data: data.replace(b"/v1", b"/v2", 1),
        "empty": lambda data: b"",
        "null": lambda data: b"null",
        "list": lambda data: b"[]",
        "deep": lambda data: b"[" * 20_000,
        "too-large": lambda data: rewritten(data, origin="x" * (1 << 20)),
        "text-where-a-list-is": lambda data: rewritten(data, **dict.fromkeys(lists(data), "x")),
        "prototype": lambda data: data[:1] + b'"__proto__":{},' + data[1:],
    }
    return [
        Bad(op, name, lambda good, op=op, make=make: {"data": make(good.arguments[op]["data"])})
        for name, make in made.items()
        if not (name == "text-where-a-list-is" and op == "certificate")
    ]


def version(data: bytes) -> bytes:
    return spelled(json.loads(data)["version"])


def without_version(data: bytes) -> bytes:
    return rewritten(data, version=...)


def lists(data: bytes) -> list[str]:
    return [key for key, value in json.loads(data).items() if isinstance(value, list)]


def fields(
    op: str, **changes: dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]
) -> list[Bad]:
    """Members of canonical JSON with other values; keyword names are those of the cases."""

    def make(change: Any) -> Callable[[Good], Arguments]:
        def arguments(good: Good) -> Arguments:
            data = good.arguments[op]["data"]
            changed = change(json.loads(data)) if callable(change) else change
            return {"data": rewritten(data, **changed)}

        return arguments

    return [Bad(op, name.replace("_", "-"), make(change)) for name, change in changes.items()]


def doubled(name: str, member: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The second item of list `name` with the first one's `member`."""

    def change(said: dict[str, Any]) -> dict[str, Any]:
        first, second, *rest = said[name]
        return {name: [first, {**second, member: first[member]}, *rest]}

    return change
