"""What a run of the demo found out, as `story.json` keeps it; nothing here is known beforehand."""

from pathlib import Path

import msgspec
from msgspec import Struct


class OpenedBid(Struct, frozen=True):
    firm: str
    price: str
    currency: str


class Facts(Struct):
    """`accounted` says for each firm that was not opened why not; `refused` names each attempt."""

    opened: list[OpenedBid] = []
    accounted: dict[str, str] = {}
    refused: list[str] = []
    early_open_failed: bool = False
    audit_ok: bool = False
    tampered_audit_failed: bool = False
    seconds: float = 0.0
    faults: list[str] = []

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")
