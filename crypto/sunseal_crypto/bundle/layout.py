"""Which files a bundle has, and what each kind of evidence about an envelope is called."""

import re
from enum import StrEnum

from sunseal_crypto.errors import Malformed
from sunseal_crypto.tiles import Tile

ABOUT = "bundle.json"
ROSTER = "roster.json"
CHECKPOINT = "log/checkpoint"
HANDOVER = "log/handover"  # only of a log that follows another one
TICKS = "ticks.jsonl"
ENTRIES = "entries.jsonl"
FACTS = "facts.jsonl"
LOG = "log/"
CHECKPOINTS = "log/checkpoints.jsonl"
ENVELOPES = "envelopes/"

_NAME = re.compile(r"[1-9a-z][0-9a-z.-]{0,31}")
_NUMBERS = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:/(?:0|[1-9][0-9]{0,8}))?")


class Kind(StrEnum):
    """The kinds of evidence about an envelope.

    In brackets: what the name within the kind is made of. `n` is a request's number, `c` a
    custodian's, `p` a position in the box.
    """

    NOTICE = "notice"  # [] the notice's bytes
    CERTIFICATE = "certificate"  # [] the ceremony's certificate
    AMENDMENT = "amendment"  # [number] SignedAmendment, in force or not
    REQUEST = "request"  # [n] ReleaseRequest
    ANSWER = "answer"  # [n/c] SignedAnswer
    REFUSAL = "refusal"  # [n/c] SignedRefusal
    RECORD = "record"  # [number] OpeningRecord, which holds the box and the joinings
    MANIFEST = "manifest"  # [p] the bytes of bid.json
    MANIFEST_SIGNATURE = "manifest-signature"  # [p] the 64 bytes of bid.sig
    ERASURE = "erasure"  # [c/k] custodian c's k-th statement that its part of the key is gone


# How many numbers the name within a kind has.
PARTS = {
    Kind.NOTICE: 0,
    Kind.CERTIFICATE: 0,
    Kind.AMENDMENT: 1,
    Kind.REQUEST: 1,
    Kind.ANSWER: 2,
    Kind.REFUSAL: 2,
    Kind.RECORD: 1,
    Kind.MANIFEST: 1,
    Kind.MANIFEST_SIGNATURE: 1,
    Kind.ERASURE: 2,
}


def member(envelope: str, kind: Kind, name: str = "") -> str:
    """The file of a piece of evidence. Raises Malformed for a name that the kind does not have."""
    parts = name.split("/") if name else []
    if _NAME.fullmatch(envelope) is None or (name and _NUMBERS.fullmatch(name) is None):
        raise Malformed(f"bundle: {envelope[:40]!r} {name[:40]!r} cannot name evidence")
    if len(parts) != PARTS[kind]:
        raise Malformed(f"bundle: {name[:40]!r} is no name of a {kind}")
    suffix = "sig" if kind is Kind.MANIFEST_SIGNATURE else "json"
    return f"{ENVELOPES}{envelope}/{'/'.join([kind.value, *parts])}.{suffix}"


def read_member(path: str) -> tuple[str, Kind, str]:
    """Envelope, kind and name of a file under `envelopes/`. Raises Malformed."""
    envelope, _, rest = path.removeprefix(ENVELOPES).partition("/")
    kind, _, name = rest.rpartition(".")[0].partition("/")
    try:
        found = (envelope, Kind(kind), name)
    except ValueError:
        raise Malformed(f"bundle: {path[:80]!r} is of no known kind") from None
    if member(*found) != path:
        raise Malformed(f"bundle: {path[:80]!r} is not how evidence is named")
    return found


def leaves_member(tile: Tile) -> str:
    """The file of an entry bundle."""
    return LOG + tile.path


def check_member(path: str) -> None:
    """Raises Malformed for a file that no bundle has: an auditor would never look at it."""
    if path in (ABOUT, ROSTER, CHECKPOINT, CHECKPOINTS, HANDOVER, TICKS, ENTRIES, FACTS):
        return
    if path.startswith(ENVELOPES):
        read_member(path)
    elif not path.startswith(LOG) or Tile.parse(path.removeprefix(LOG)).level is not None:
        raise Malformed(f"bundle: {path[:80]!r} does not belong in it")
