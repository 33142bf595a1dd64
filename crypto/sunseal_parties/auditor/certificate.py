"""A clearance certificate, checked offline: the file itself, or the paper that carries it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from sunseal_crypto import clearance, roster
from sunseal_crypto.clearance import Clearance
from sunseal_crypto.errors import Unverified
from sunseal_crypto.note_keys import VerifierKey

PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a certificate says. `fault` is why it clears nobody, empty when it does.

    `sha256` is the hash that the paper prints, of the file that it carries.
    """

    said: Clearance
    sha256: bytes
    paper: bool
    fault: str

    @property
    def holds(self) -> bool:
        return not self.fault


def check(data: bytes, roster_bytes: bytes, now: datetime) -> Checked:
    """Raises Malformed, Unverified for whatever the platform of the roster did not sign."""
    named = roster.parse(roster_bytes)
    platform = VerifierKey.parse(named.promise)
    paper = data.startswith(PDF)
    file = clearance.open_paper(data, platform) if paper else data
    said = clearance.verify(file, platform)
    if said.origin != named.origin:
        raise Unverified(f"certificate: issued by {said.origin}, not by {named.origin}")
    try:
        clearance.check_clear(said, now)
        fault = ""
    except Unverified as error:
        fault = str(error)
    return Checked(said, hashlib.sha256(file).digest(), paper, fault)


def show(checked: Checked, console: Console) -> None:
    said = checked.said
    console.print(f"{said.name} {said.identifier}", markup=False, highlight=False)
    for name, value in _facts(checked).items():
        console.print(f"{name}: {value}", markup=False, highlight=False, soft_wrap=True)
    if checked.holds:
        console.print(Text("Authentic, and clear.", "bold green"))
    else:
        console.print(Text(f"Authentic, but clears nobody: {checked.fault}", "bold red"))


def as_json(checked: Checked) -> bytes:
    told: dict[str, Any] = {
        "holds": checked.holds,
        "fault": checked.fault,
        "paper": checked.paper,
        "sha256": checked.sha256.hex(),
        "certificate": msgspec.to_builtins(checked.said),
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


def _facts(checked: Checked) -> dict[str, str]:
    said = checked.said
    lists = [
        f"{each.source} {each.state} {each.published_at.isoformat() if each.published_at else '-'}"
        for each in said.lists
    ]
    return {
        "result": said.result,
        "sentence": said.sentence,
        "checked": said.checked_at.isoformat() if said.checked_at else "never",
        "issued": said.issued_at.isoformat(),
        "valid until": said.valid_until.isoformat() if said.valid_until else "-",
        "matcher": said.matcher,
        "lists": "; ".join(lists),
        "evidence": said.evidence.hex() if said.evidence else "-",
        "sha256": checked.sha256.hex(),
    }
