"""Checkpoints and cosignatures: what a quorum vouches for, and what it does not."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import checkpoint, merkle, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner, VerifierKey
from sunseal_crypto.signing import SigningKey
from tests.crypto.logs import COSIGNERS, LOG, NOON, ORIGIN, VERIFIERS, cosigned

POINT = Checkpoint(ORIGIN, 20852163, b"r" * 32)
TEXT = POINT.encode()
NOTE = cosigned(POINT)


def test_the_example_of_the_specification_is_read():
    root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    text = f"example.com/behind-the-sofa\n20852163\n{root}\n".encode()
    point = Checkpoint.parse(text)
    assert point == Checkpoint("example.com/behind-the-sofa", 20852163, base64.b64decode(root))
    assert point.encode() == text


def test_the_cosigned_message_is_spelled_as_specified():
    line = notes.parse_line(checkpoint.cosign(TEXT, COSIGNERS[0], NOON))
    assert line.key_id == COSIGNERS[0].verifier.key_id
    seconds, signature = line.signature[:8], line.signature[8:]
    assert int.from_bytes(seconds, "big") == 1805544000 == int(NOON.timestamp())
    message = b"cosignature/v1\ntime 1805544000\n" + TEXT
    assert signature == COSIGNERS[0].key.sign(message)


def test_the_key_id_of_a_cosigner_is_not_that_of_a_note_key():
    cosigner = COSIGNERS[0].verifier
    assert str(VerifierKey.parse(str(cosigner), COSIGNATURE)) == str(cosigner)
    assert VerifierKey(cosigner.name, cosigner.public).key_id != cosigner.key_id


def test_a_quorum_of_known_cosigners():
    seen = checkpoint.open_cosigned(NOTE, LOG.verifier, VERIFIERS, 3)
    assert seen.checkpoint == POINT
    assert seen.cosigned == {key.name: NOON for key in VERIFIERS}


def test_too_few_cosigners_are_refused():
    note = cosigned(POINT, COSIGNERS[:1])
    with pytest.raises(Unverified, match="1 cosignatures where 2"):
        checkpoint.open_cosigned(note, LOG.verifier, VERIFIERS, 2)


def test_strangers_do_not_count():
    stranger = NoteSigner("stranger.example", SigningKey.generate(), COSIGNATURE)
    note = cosigned(POINT, [COSIGNERS[0], stranger])
    assert set(checkpoint.count_cosignatures(note, VERIFIERS)) == {VERIFIERS[0].name}


def test_a_quorum_of_none_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="another history"):
        checkpoint.open_cosigned(NOTE, LOG.verifier, VERIFIERS, 0)


def test_one_key_under_two_names_counts_once():
    twice = NoteSigner("alias.example", COSIGNERS[0].key, COSIGNATURE)
    with pytest.raises(Malformed, match="one key is listed twice"):
        checkpoint.count_cosignatures(NOTE, [*VERIFIERS, twice.verifier])


def test_one_name_with_two_keys_is_refused():
    twice = NoteSigner(COSIGNERS[0].name, SigningKey.generate(), COSIGNATURE)
    with pytest.raises(Malformed, match="one name is listed twice"):
        checkpoint.count_cosignatures(NOTE, [*VERIFIERS, twice.verifier])


def _spoiled(signature: bytes) -> bytes:
    key = VERIFIERS[0]
    return notes.add_line(
        cosigned(POINT, COSIGNERS[1:]), notes.NoteSignature(key.name, key.key_id, signature).line()
    )


GOOD = notes.parse_line(checkpoint.cosign(TEXT, COSIGNERS[0], NOON)).signature
LATER = (int(NOON.timestamp()) + 1).to_bytes(8, "big")
NEVER = b"\xff" * 8
OTHER = Checkpoint(ORIGIN, 20852163, b"q" * 32).encode()
BEYOND = COSIGNERS[0].key.sign(f"cosignature/v1\ntime {2**64 - 1}\n".encode() + TEXT)
BAD_COSIGNATURES = {
    "its time changed": (LATER + GOOD[8:], Unverified),
    "of another checkpoint": (
        notes.parse_line(checkpoint.cosign(OTHER, COSIGNERS[0], NOON)).signature,
        Unverified,
    ),
    "a note signature in its place": (GOOD[:8] + COSIGNERS[0].key.sign(TEXT), Unverified),
    "without a time": (GOOD[8:], Malformed),
    "too long": (GOOD + b"\0", Malformed),
    "of a time beyond the calendar": (NEVER + BEYOND, Malformed),
}


@pytest.mark.parametrize(
    ("signature", "error"), BAD_COSIGNATURES.values(), ids=BAD_COSIGNATURES.keys()
)
def test_a_bad_cosignature_spoils_the_note(signature: bytes, error: type[Exception]):
    with pytest.raises(error, match=r"cosignature of cosigner\.example/a"):
        checkpoint.count_cosignatures(_spoiled(signature), VERIFIERS)


def test_a_line_is_verified_before_it_is_added():
    line = checkpoint.cosign(TEXT, COSIGNERS[0], NOON + timedelta(milliseconds=999))
    assert checkpoint.verify_cosignature_line(TEXT, line, VERIFIERS[0]) == NOON
    with pytest.raises(Unverified, match="not made with the key"):
        checkpoint.verify_cosignature_line(TEXT, line, VERIFIERS[1])


def test_a_cosigner_signs_nothing_but_checkpoints():
    with pytest.raises(Malformed):
        checkpoint.cosign(b"I owe you everything\n", COSIGNERS[0], NOON)
    with pytest.raises(ValueError, match="cosigner keys"):
        checkpoint.cosign(TEXT, LOG, NOON)


def test_a_log_signs_and_is_read_under_its_own_origin():
    foreign = Checkpoint("other.example", 1, b"r" * 32)
    with pytest.raises(ValueError, match="own origin"):
        checkpoint.sign_checkpoint(foreign, LOG)
    with pytest.raises(Unverified, match=r"of other\.example"):
        checkpoint.open_checkpoint(notes.sign(foreign.encode(), LOG), LOG.verifier)


ROOT = base64.b64encode(b"r" * 32).decode()
BAD_TEXTS = {
    "two lines": "log\n1\n",
    "an extension line": f"log\n1\n{ROOT}\nmore\n",
    "an empty origin": f"\n1\n{ROOT}\n",
    "a space in the origin": f"a b\n1\n{ROOT}\n",
    "leading zero": f"log\n01\n{ROOT}\n",
    "a sign": f"log\n+1\n{ROOT}\n",
    "an underscore": f"log\n1_0\n{ROOT}\n",
    "Arabic digits": f"log\n١\n{ROOT}\n",
    "a size beyond 63 bits": f"log\n{2**63}\n{ROOT}\n",
    "an endless size": f"log\n{'9' * 5000}\n{ROOT}\n",
    "a short root": "log\n1\nAAAA\n",
    "an unpadded root": f"log\n1\n{ROOT.rstrip('=')}\n",
    "an empty log with a root": f"log\n0\n{ROOT}\n",
    "no last newline": f"log\n1\n{ROOT}",
}


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_a_malformed_checkpoint_is_refused(text: str):
    with pytest.raises(Malformed):
        Checkpoint.parse(text.encode())


@settings(max_examples=50)
@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read(size: int, root: bytes):
    point = Checkpoint(ORIGIN, size, root)
    assert Checkpoint.parse(point.encode()) == point


def test_the_empty_log():
    empty = Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT)
    assert checkpoint.open_checkpoint(cosigned(empty), LOG.verifier) == empty


def test_a_time_in_another_zone_is_the_same_moment():
    line = checkpoint.cosign(TEXT, COSIGNERS[0], NOON.astimezone())
    found = checkpoint.verify_cosignature_line(TEXT, line, VERIFIERS[0])
    assert found == NOON == datetime(2027, 3, 20, 12, tzinfo=UTC)
