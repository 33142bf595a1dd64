"""Checkpoints (c2sp.org/tlog-checkpoint) and their cosignatures (c2sp.org/tlog-cosignature).

A checkpoint says how large the log is and what its root is. A cosigner says, with a time, that
it has seen no other history; a quorum of them rules out that two readers see two logs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from sunseal_crypto import merkle, notes, signing
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner, VerifierKey, check_name
from sunseal_crypto.spelling import base64_bytes, base64_text, decimal, utf8_lines

_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of the log `origin`."""

    origin: str
    size: int
    root: bytes

    def encode(self) -> bytes:
        """The note text."""
        return f"{self.origin}\n{self.size}\n{base64_text(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Reads a note text. Raises Malformed.

        Extension lines are refused: our log writes none, and a cosignature would seem to vouch
        for what no cosigner checks.
        """
        origin, size, root = utf8_lines(text, "checkpoint", count=3)
        check_name(origin)
        hash_ = base64_bytes(root, "checkpoint root", length=merkle.HASH_BYTES)
        checkpoint = cls(origin, decimal(size, "checkpoint size"), hash_)
        if checkpoint.size == 0 and checkpoint.root != merkle.EMPTY_ROOT:
            raise Malformed("checkpoint: an empty log with a root of its own")
        return checkpoint


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint that enough cosigners stand behind, with the time each of them gave."""

    checkpoint: Checkpoint
    cosigned: dict[str, datetime]


def sign_checkpoint(checkpoint: Checkpoint, log: NoteSigner) -> bytes:
    """The log's signed note. Raises Malformed."""
    text = checkpoint.encode()
    Checkpoint.parse(text)
    if log.name != checkpoint.origin:
        raise ValueError("a log signs under its own origin")
    return notes.sign(text, log)


def open_checkpoint(note: bytes, log: VerifierKey) -> Checkpoint:
    """The checkpoint of the log that `log` names. Raises Malformed, Unverified."""
    text, _ = notes.open_note(note, [log])
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin != log.name:
        raise Unverified(f"checkpoint: of {checkpoint.origin}, not of {log.name}")
    return checkpoint


def cosign(text: bytes, cosigner: NoteSigner, time: datetime) -> bytes:
    """The cosignature line over a checkpoint's note text. `time` is cut to whole seconds."""
    Checkpoint.parse(text)
    key = _cosigner(cosigner.verifier)
    seconds = int(time.timestamp())
    signature = cosigner.key.sign(_message(text, seconds))
    timed = seconds.to_bytes(_TIME_BYTES, "big") + signature
    return notes.NoteSignature(key.name, key.key_id, timed).line()


def verify_cosignature(text: bytes, signature: bytes, cosigner: VerifierKey) -> datetime:
    """When `cosigner` vouched for this note text. Raises Malformed, Unverified.

    `signature` is the timestamped signature, as `NoteSignature.signature` holds it.
    """
    if len(signature) != _TIME_BYTES + signing.SIGNATURE_BYTES:
        raise Malformed(f"cosignature of {cosigner.name}: {len(signature)} bytes long")
    seconds = int.from_bytes(signature[:_TIME_BYTES], "big")
    try:
        signing.verify(_cosigner(cosigner).public, _message(text, seconds), signature[_TIME_BYTES:])
    except Unverified:
        raise Unverified(f"cosignature of {cosigner.name}: it does not hold") from None
    return _moment(seconds, cosigner.name)


def verify_cosignature_line(text: bytes, line: bytes, cosigner: VerifierKey) -> datetime:
    """The same for a whole signature line, as a cosigner hands it in."""
    parsed = notes.parse_line(line)
    if (parsed.name, parsed.key_id) != (cosigner.name, cosigner.key_id):
        raise Unverified(f"cosignature: not made with the key of {cosigner.name}")
    return verify_cosignature(text, parsed.signature, cosigner)


def count_cosignatures(note: bytes, cosigners: Sequence[VerifierKey]) -> dict[str, datetime]:
    """Who of `cosigners` vouched for the note, and when. Raises Malformed, Unverified."""
    # The signed message does not name the cosigner: one key listed twice would count as two.
    if len({key.public for key in cosigners}) < len(cosigners):
        raise Malformed("cosigners: one key is listed twice")
    if len({key.name for key in cosigners}) < len(cosigners):
        raise Malformed("cosigners: one name is listed twice")
    parsed = notes.parse(note)
    times = {}
    for cosigner in cosigners:
        signature = parsed.signature_of(cosigner)
        if signature is not None:
            times[cosigner.name] = verify_cosignature(parsed.text, signature, cosigner)
    return times


def open_cosigned(
    note: bytes, log: VerifierKey, cosigners: Sequence[VerifierKey], quorum: int
) -> Cosigned:
    """The log's checkpoint under at least `quorum` cosignatures. Raises Malformed, Unverified."""
    if quorum < 1:
        raise ValueError("without a cosignature the log could show everyone another history")
    checkpoint = open_checkpoint(note, log)
    times = count_cosignatures(note, cosigners)
    if len(times) < quorum:
        raise Unverified(f"checkpoint: {len(times)} cosignatures where {quorum} are needed")
    return Cosigned(checkpoint, times)


def _message(text: bytes, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n".encode() + text


def _moment(seconds: int, name: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Malformed(f"cosignature of {name}: a time beyond the calendar") from None


def _cosigner(key: VerifierKey) -> VerifierKey:
    if key.kind != COSIGNATURE:
        raise ValueError("only cosigner keys cosign: a note key could be talked into more")
    return key
