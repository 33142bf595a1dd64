"""The roster: who guards the keys, who watches the log, and under which keys they speak.

Clients and custodians get this file outside the platform; the platform's copy is a convenience. Its
SHA-256 stands in every notice and in the terms of every ceremony.
"""

import hashlib
from collections import Counter
from math import ceil
from typing import Literal

import msgspec

from sunseal_crypto import canonical
from sunseal_crypto.errors import Malformed

MIN_CUSTODIANS = 3
MAX_CUSTODIANS = 7
MIN_THRESHOLD = 2


class Custodian(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An institution that holds one part of every key. `identity` is its Ed25519 public key."""

    name: str
    authority: str
    identity: bytes
    cosigner: str


class Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An institution that watches the log and holds no part of any key."""

    name: str
    authority: str
    cosigner: str


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`log`, `promise`, `cosigner` are verifier keys of signed notes, `worker` an age recipient."""

    version: Literal["sunseal/roster/v1"]
    origin: str
    operator: str
    custodians: list[Custodian]
    witnesses: list[Witness]
    log: str
    promise: str
    worker: str

    def cosigners(self) -> list[str]:
        """The verifier keys of everybody who cosigns the log, custodians first."""
        return [c.cosigner for c in self.custodians] + [w.cosigner for w in self.witnesses]

    def authorities(self) -> list[str]:
        """The authority behind each cosigner, in the order of `cosigners`."""
        return [c.authority for c in self.custodians] + [w.authority for w in self.witnesses]


def parse(data: bytes) -> Roster:
    """Reads a roster file and checks what holds for any threshold. Raises Malformed."""
    roster = canonical.decode(Roster, data)
    if not MIN_CUSTODIANS <= len(roster.custodians) <= MAX_CUSTODIANS:
        raise Malformed(f"roster: {len(roster.custodians)} custodians, 3 to 7 are needed")
    if any(len(custodian.identity) != 32 for custodian in roster.custodians):
        raise Malformed("roster: an identity key is 32 bytes")
    identities = [custodian.identity for custodian in roster.custodians]
    for what, keys in (("identity", identities), ("cosigner", roster.cosigners())):
        if len(set(keys)) != len(keys):
            raise Malformed(f"roster: the same {what} key stands twice")
    if any(witness.authority == roster.operator for witness in roster.witnesses):
        raise Malformed("roster: a witness must not belong to the operator")
    return roster


def fingerprint(data: bytes) -> bytes:
    """The SHA-256 that notices print."""
    return hashlib.sha256(data).digest()


def quorum(roster: Roster, t: int) -> int:
    """How many cosignatures count: two quorums share at least `t` cosigners.

    So an operator that shows two logs needs `t` liars, as many as could open the bids anyway.
    """
    return ceil((len(roster.cosigners()) + t) / 2)


def check_threshold(roster: Roster, t: int) -> None:
    """Refuses a threshold under which one authority or a minority could open. Raises Malformed."""
    n = len(roster.custodians)
    if not MIN_THRESHOLD <= t <= n or 2 * t <= n:
        raise Malformed(f"threshold {t} of {n}: it must be at least 2 and more than half")
    if len(roster.witnesses) < n - t:
        raise Malformed(
            f"roster: {n - t} witnesses are needed, so that {t} custodians can also cosign"
        )
    authority, cosigners = Counter(roster.authorities()).most_common(1)[0]
    if cosigners >= t:
        raise Malformed(
            f"roster: {cosigners} cosigners answer to {authority}, which could open alone"
        )
