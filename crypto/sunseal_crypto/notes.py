"""Signed notes (c2sp.org/signed-note): text, an empty line, signature lines.

Parsing says what is written; only `open_note` says that the text may be believed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sunseal_crypto import signing
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import (
    ED25519,
    KEY_ID_BYTES,
    NoteSigner,
    VerifierKey,
    check_name,
)
from sunseal_crypto.spelling import base64_bytes, base64_text

MAX_NOTE_BYTES = 1 << 20
# The specification asks for at least 16; a roster has at most seven custodians and its witnesses.
MAX_SIGNATURES = 64

_DASH = "—"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; `signature` is what follows the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> bytes:
        """The line as written, newline included."""
        return f"{_DASH} {self.name} {base64_text(self.key_id + self.signature)}\n".encode()


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note. Nothing in it has been verified."""

    text: bytes
    signatures: tuple[NoteSignature, ...]

    def signature_of(self, key: VerifierKey) -> bytes | None:
        """What `key` is said to have signed with. Raises Malformed when there are two lines."""
        own = [s for s in self.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
        # With two lines, readers could disagree on which of them counts.
        if len(own) > 1:
            raise Malformed(f"note: {key.name} signed twice")
        return own[0].signature if own else None


def parse(data: bytes) -> Note:
    """Reads a whole note. Raises Malformed."""
    check_text(data)
    text, empty_line, signatures = data.rpartition(b"\n\n")
    if not empty_line:
        raise Malformed("note: no empty line between text and signatures")
    lines = signatures.split(b"\n")[:-1]
    if not 1 <= len(lines) <= MAX_SIGNATURES:
        raise Malformed(f"note: {len(lines)} signatures, where 1 to {MAX_SIGNATURES} belong")
    return Note(text + b"\n", tuple(parse_line(line + b"\n") for line in lines))


def parse_line(line: bytes) -> NoteSignature:
    """Reads one signature line, newline included. Raises Malformed."""
    check_text(line)
    parts = line.decode().removesuffix("\n").split(" ")
    if len(parts) != 3 or parts[0] != _DASH:
        raise Malformed("note: not a signature line")
    _, name, encoded = parts
    check_name(name)
    data = base64_bytes(encoded, "note signature")
    if len(data) <= KEY_ID_BYTES:
        raise Malformed("note: a signature too short to hold a key id")
    return NoteSignature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def check_text(text: bytes) -> None:
    """Raises Malformed unless `text` may be part of a note and ends in a newline."""
    if len(text) > MAX_NOTE_BYTES:
        raise Malformed(f"note: {len(text)} bytes, at most {MAX_NOTE_BYTES} are allowed")
    try:
        characters = text.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("note: not UTF-8") from None
    if any(character < " " and character != "\n" for character in characters):
        raise Malformed("note: a control character")
    if not characters.endswith("\n"):
        raise Malformed("note: the last line has no newline")


def sign(text: bytes, signer: NoteSigner) -> bytes:
    """The note of `text` with one Ed25519 signature. Raises Malformed."""
    check_text(text)
    key = _note_key(signer.verifier)
    line = NoteSignature(key.name, key.key_id, signer.key.sign(text)).line()
    note = text + b"\n" + line
    check_text(note)
    return note


def add_line(note: bytes, line: bytes) -> bytes:
    """The note with one more signature line. Raises Malformed."""
    parse_line(line)
    longer = note + line
    parse(longer)
    return longer


def open_note(note: bytes, verifiers: Iterable[VerifierKey]) -> tuple[bytes, list[VerifierKey]]:
    """The text, and which of `verifiers` signed it: at least one.

    Lines of unknown keys are ignored; a bad line of a known key spoils the note.
    Raises Malformed, Unverified.
    """
    parsed = parse(note)
    signed_by = []
    for verifier in verifiers:
        signature = parsed.signature_of(_note_key(verifier))
        if signature is not None:
            signing.verify(verifier.public, parsed.text, signature)
            signed_by.append(verifier)
    if not signed_by:
        raise Unverified("note: none of the known keys signed it")
    return parsed.text, signed_by


def _note_key(key: VerifierKey) -> VerifierKey:
    if key.kind != ED25519:
        raise ValueError("cosigner keys sign checkpoints with a time, never plain notes")
    return key
