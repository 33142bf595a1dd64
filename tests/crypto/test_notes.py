"""Signed notes, against the specification's own example and named spoilings of a note."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import notes
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner, VerifierKey
from sunseal_crypto.signing import SigningKey

SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()  # noqa: E501

LOG = NoteSigner("log.example/1", SigningKey.from_seed(b"l" * 32))
OTHER = NoteSigner("other.example", SigningKey.from_seed(b"o" * 32))
NOTE = notes.sign(b"a text\n\nof two parts\n", LOG)
LINE = NOTE.rpartition(b"\n\n")[2]


def test_the_example_of_the_specification():
    key = VerifierKey.parse(SPEC_KEY)
    assert str(key) == SPEC_KEY
    assert notes.open_note(SPEC_NOTE, [key]) == (b"This is an example message.\n", [key])


def test_the_text_may_hold_empty_lines():
    text, signed_by = notes.open_note(NOTE, [OTHER.verifier, LOG.verifier])
    assert text == b"a text\n\nof two parts\n"
    assert signed_by == [LOG.verifier]


def test_lines_of_unknown_keys_are_ignored():
    namesake = NoteSigner(LOG.name, SigningKey.from_seed(b"n" * 32))
    garbage = notes.NoteSignature(LOG.name, namesake.verifier.key_id, b"no signature at all")
    note = notes.add_line(NOTE, garbage.line())
    assert notes.open_note(note, [LOG.verifier])[1] == [LOG.verifier]


def test_two_signers_in_the_order_asked_for():
    line = notes.sign(b"a text\n\nof two parts\n", OTHER).rpartition(b"\n\n")[2]
    note = notes.add_line(NOTE, line)
    assert notes.open_note(note, [OTHER.verifier, LOG.verifier])[1] == [
        OTHER.verifier,
        LOG.verifier,
    ]


BAD_SIGNATURE = notes.NoteSignature(OTHER.name, OTHER.verifier.key_id, bytes(64))
UNVERIFIED = {
    "text changed": NOTE.replace(b"a text", b"b text"),
    "no known key": notes.sign(b"text\n", OTHER),
    "a known key's bad signature beside a good one": notes.add_line(NOTE, BAD_SIGNATURE.line()),
}


@pytest.mark.parametrize("note", UNVERIFIED.values(), ids=UNVERIFIED.keys())
def test_an_unverified_note_is_refused(note: bytes):
    known = [LOG.verifier] if note == UNVERIFIED["no known key"] else [LOG.verifier, OTHER.verifier]
    with pytest.raises(Unverified):
        notes.open_note(note, known)


MALFORMED = {
    "empty": (b"", "no newline"),
    "no signatures": (b"text\n", "no empty line"),
    "nothing after the empty line": (b"text\n\n", "0 signatures"),
    "last line without newline": (NOTE[:-1], "no newline"),
    "carriage return": (NOTE.replace(b"text\n", b"text\r\n"), "control character"),
    "tab": (NOTE.replace(b"a text", b"a\ttext"), "control character"),
    "zero byte": (NOTE.replace(b"a text", b"a\0text"), "control character"),
    "not UTF-8": (NOTE.replace(b"a text", b"\xff text"), "UTF-8"),
    "hyphen for dash": (b"text\n\n" + LINE.replace("—".encode(), b"-"), "signature line"),
    "two spaces": (b"text\n\n" + LINE.replace("— ".encode(), "—  ".encode()), "signature line"),
    "four words": (b"text\n\n" + LINE[:-1] + b" more\n", "signature line"),
    "empty line below": (NOTE + b"\n", "0 signatures"),
    "no name": (b"text\n\n" + "—  AAAAAAAA\n".encode(), "key name"),
    "plus in name": (b"text\n\n" + "— a+b AAAAAAAA\n".encode(), "key name"),
    "wide space in name": (b"text\n\n" + "— a\u3000b AAAAAAAA\n".encode(), "key name"),
    "no base64": (b"text\n\n" + "— a !!!!\n".encode(), "not base64"),
    "unpadded": (b"text\n\n" + "— a AAAAAAA\n".encode(), "not base64"),
    "loose bits": (b"text\n\n" + "— a AAAAAAB=\n".encode(), "not canonical"),
    "only a key id": (b"text\n\n" + "— a AAAAAA==\n".encode(), "too short"),
    "65 signatures": (b"text\n\n" + LINE * 65, "65 signatures"),
    "one key twice": (NOTE + LINE, "signed twice"),
    "too large": (b"a" * (1 << 20) + NOTE, "at most"),
}


@pytest.mark.parametrize(("note", "reason"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_note_is_refused(note: bytes, reason: str):
    with pytest.raises(Malformed, match=reason):
        notes.open_note(note, [LOG.verifier])


def _spelled(name: str, key_id: str, material: bytes) -> str:
    return f"{name}+{key_id}+{base64.b64encode(material).decode()}"


PUBLIC = LOG.key.public
BAD_KEYS = {
    "two parts": ("a+b", "name\\+id\\+key"),
    "wrong id": (_spelled(LOG.name, "00000000", b"\x01" + PUBLIC), "id does not belong"),
    "upper-case id": (
        _spelled(LOG.name, LOG.verifier.key_id.hex().upper(), b"\x01" + PUBLIC),
        "id does not belong",
    ),
    "a cosigner's": (str(replace(LOG.verifier, kind=COSIGNATURE)), "type 0x04, not 0x01"),
    "key too short": (_spelled(LOG.name, "00000000", b"\x01" + PUBLIC[1:]), "32 bytes where 33"),
    "no point": (_spelled(LOG.name, "00000000", b"\x01" + bytes(32)), "public key"),
    "no name": (_spelled("", "00000000", b"\x01" + PUBLIC), "key name"),
    "space in name": (_spelled("a b", "00000000", b"\x01" + PUBLIC), "key name"),
    "long name": (_spelled("a" * 256, "00000000", b"\x01" + PUBLIC), "key name"),
}


@pytest.mark.parametrize(("text", "reason"), BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_bad_verifier_key_is_refused(text: str, reason: str):
    with pytest.raises(Malformed, match=reason):
        VerifierKey.parse(text)


def test_an_unknown_signature_type_is_refused():
    with pytest.raises(Malformed, match="0x06"):
        VerifierKey("a", PUBLIC, 0x06)


def test_a_cosigner_key_never_signs_or_opens_plain_notes():
    cosigner = replace(LOG, kind=COSIGNATURE)
    with pytest.raises(ValueError, match="cosigner"):
        notes.sign(b"text\n", cosigner)
    with pytest.raises(ValueError, match="cosigner"):
        notes.open_note(NOTE, [cosigner.verifier])


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(lambda text: text + "\n")


@settings(max_examples=50)
@given(TEXT)
def test_what_is_signed_is_opened(text: str):
    note = notes.sign(text.encode(), LOG)
    assert notes.open_note(note, [LOG.verifier])[0] == text.encode()


@settings(max_examples=100)
@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
def test_no_changed_byte_passes(at: int, change: int):
    changed = NOTE[:at] + bytes([NOTE[at] ^ change]) + NOTE[at + 1 :]
    with pytest.raises((Malformed, Unverified)):
        notes.open_note(changed, [LOG.verifier])


@settings(max_examples=100)
@given(st.binary())
def test_parsing_is_total(data: bytes):
    with pytest.raises(Malformed):
        notes.parse(data + b"x")
