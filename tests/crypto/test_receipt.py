"""Receipts and promises: proof for the bidder, offline, and proof against the platform."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import canonical, notes, promise, receipt
from sunseal_crypto.entry import LoggedEntry, TickEntry
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.promise import Promise
from sunseal_crypto.receipt import VerifiedReceipt
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.tlog_proof import TlogProof
from tests.crypto.logs import COSIGNERS, LOG, NOON, ORIGIN, QUORUM, VERIFIERS, Log, cosigned


def _log() -> tuple[Log, LoggedEntry]:
    log = Log()
    log.tick({})
    mine, _ = log.tick({7: b"my bid", 2048: b"another's"})
    for _ in range(3):
        log.tick({})
    return log, mine


LIVE, MINE = _log()
TEXT = LIVE.receipt(MINE)


def verify(text: bytes) -> VerifiedReceipt:
    return receipt.verify(text, ORIGIN, LOG.verifier, VERIFIERS, QUORUM)


def test_a_receipt_verifies_with_nothing_but_the_known_keys():
    seen = verify(TEXT)
    assert seen.detail == b"my bid"
    assert seen.commitment == MINE.commitment
    assert (seen.tick.number, seen.index) == (101, 1)
    assert seen.cosigned == {key.name: NOON for key in VERIFIERS}


def test_it_is_a_tlog_proof_in_text():
    lines = TEXT.decode("utf-8").split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 1"
    assert lines[lines.index("") + 1] == ORIGIN


def _with(**changes: object) -> bytes:
    """The receipt with a changed way from the entry to the tick."""
    proof = TlogProof.parse(TEXT)
    entry = msgspec.structs.replace(canonical.decode(TickEntry, proof.extra), **changes)
    return replace(proof, extra=canonical.encode(entry)).encode()


def _proof(**changes: object) -> bytes:
    return replace(TlogProof.parse(TEXT), **changes).encode()


OTHER_TICK = LIVE.tick({7: b"my bid"})[0].leaf
GOOD = TlogProof.parse(TEXT)
UNVERIFIED = {
    "another detail": _with(detail=b"my bit"),
    "another nonce": _with(nonce=b"n" * 32),
    "another slot": _with(slot=8),
    "another tick with the same entry": _with(leaf=OTHER_TICK),
    "its tick renumbered": _with(leaf=MINE.leaf.replace(b"\n101\n", b"\n100\n")),
    "another index": _proof(index=0),
    "a hash changed": _proof(hashes=(bytes(32), *GOOD.hashes[1:])),
    "a log of its own": _proof(checkpoint=cosigned(replace(LIVE.checkpoint(), root=bytes(32)))),
    "one cosignature": LIVE.receipt(MINE, cosigned(LIVE.checkpoint(), COSIGNERS[:1])),
}


@pytest.mark.parametrize("text", UNVERIFIED.values(), ids=UNVERIFIED.keys())
def test_a_receipt_that_does_not_hold_is_refused(text: bytes):
    with pytest.raises(Unverified):
        verify(text)


EXTRA = TEXT.split(b"\n")[1]
MALFORMED = {
    "empty": (b"", "first line"),
    "another version": (TEXT.replace(b"@v1", b"@v2", 1), "first line"),
    "no extra": (_proof(extra=b""), "TickEntry"),
    "an empty extra": (TEXT.replace(EXTRA, b"extra "), "empty extra"),
    "extra twice": (TEXT.replace(EXTRA, EXTRA + b"\n" + EXTRA), "no index"),
    "extra of another form": (_proof(extra=b'{"slot":7}'), "TickEntry"),
    "extra with a space": (_proof(extra=GOOD.extra.replace(b",", b", ", 1)), "canonically"),
    "no index": (TEXT.replace(b"index 1\n", b""), "no index"),
    "index with a zero": (TEXT.replace(b"index 1\n", b"index 01\n"), "decimal"),
    "index beyond the log": (_proof(index=99), "no leaf 99"),
    "a hash missing": (_proof(hashes=GOOD.hashes[1:]), "hashes where"),
    "a short hash": (_proof(hashes=(b"a", *GOOD.hashes[1:])), "1 bytes where 32"),
    "no checkpoint": (_proof(checkpoint=b""), "note"),
    "not ASCII above": (TEXT.replace(b"index", "índex".encode(), 1), "ASCII"),
    "a nonce too short": (_with(nonce=b"n" * 31), "nonce"),
    "a slot beyond": (_with(slot=4096), "slot"),
    "a path too short": (_with(path=MINE.path[1:]), "tick path"),
    "a leaf of another form": (_with(leaf=b"hello\n"), "tick leaf"),
    "too large": (TEXT + b"\n" * (2 << 20), "more than"),
}


@pytest.mark.parametrize(("text", "reason"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_receipt_is_refused(text: bytes, reason: str):
    with pytest.raises(Malformed, match=reason):
        verify(text)


def test_a_receipt_of_another_log_is_refused():
    with pytest.raises(Unverified, match=r"not to other\.example"):
        receipt.verify(TEXT, "other.example", LOG.verifier, VERIFIERS, QUORUM)
    imitation = NoteSigner(ORIGIN, SigningKey.generate())
    with pytest.raises(Unverified, match="none of the known keys"):
        receipt.verify(TEXT, ORIGIN, imitation.verifier, VERIFIERS, QUORUM)


@settings(max_examples=150)
@given(st.integers(0, len(TEXT) - 1), st.integers(1, 255))
def test_no_changed_byte_passes_for_the_same_receipt(at: int, change: int):
    changed = TEXT[:at] + bytes([TEXT[at] ^ change]) + TEXT[at + 1 :]
    try:
        seen = verify(changed)
    except CryptoError:
        return
    # A change may turn one cosigner into a stranger; the two others still make the quorum.
    assert replace(seen, cosigned={}) == replace(verify(TEXT), cosigned={})
    assert len(seen.cosigned) == QUORUM


KEY = SigningKey.from_seed(b"p" * 32)
SIGNER = promise.signer(ORIGIN, KEY)
PROMISE = Promise(ORIGIN, MINE.nonce, MINE.detail, last_tick=101)


def test_a_promise_is_read_by_whoever_knows_the_platform_s_key():
    note = promise.sign(PROMISE, KEY)
    assert promise.verify(note, SIGNER.verifier) == PROMISE
    assert note.startswith(f"sunseal/promise/v1\n{ORIGIN}\n".encode())


def test_a_promise_kept_in_its_last_tick():
    promise.check_kept(PROMISE, verify(TEXT))


BROKEN = {
    "a tick late": (replace(PROMISE, last_tick=100), "tick 101, later than tick 100"),
    "another detail": (replace(PROMISE, detail=b"another's"), "another entry"),
    "another nonce": (replace(PROMISE, nonce=b"n" * 32), "another entry"),
    "another log": (replace(PROMISE, origin="other.example"), "another entry"),
}


@pytest.mark.parametrize(("broken", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_promise_is_told(broken: Promise, reason: str):
    with pytest.raises(Unverified, match=reason):
        promise.check_kept(broken, verify(TEXT))


def test_only_the_promise_key_promises():
    with pytest.raises(Unverified, match="cannot promise"):
        promise.verify(notes.sign(PROMISE.encode(), LOG), LOG.verifier)
    with pytest.raises(Unverified, match="none of the known"):
        promise.verify(promise.sign(PROMISE, SigningKey.generate()), SIGNER.verifier)


LINES = PROMISE.encode().split(b"\n")
BAD_PROMISES = {
    "another version": (0, b"sunseal/promise/v2"),
    "no origin": (1, b""),
    "another commitment": (2, LINES[3]),
    "a short nonce": (3, b"AAAA"),
    "a detail that is not base64": (4, b"my bid"),
    "a tick with a sign": (5, b"+101"),
    "a line more": (5, b"101\nmore"),
}


@pytest.mark.parametrize(("line", "text"), BAD_PROMISES.values(), ids=BAD_PROMISES.keys())
def test_a_malformed_promise_is_refused(line: int, text: bytes):
    changed = b"\n".join([*LINES[:line], text, *LINES[line + 1 :]])
    with pytest.raises(Malformed, match=r"promise|key name"):
        promise.verify(notes.sign(changed, SIGNER), SIGNER.verifier)
