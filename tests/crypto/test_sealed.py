"""Headers of sealed bids: exactly the envelope's stanza and the recovery one."""

import io

import pytest

from sunseal_crypto import age, sealed
from sunseal_crypto.age import HeaderError, Stanza, header, x25519

KEY = bytes(range(16))
ENVELOPE = x25519.wrap(KEY, age.X25519Identity.generate().recipient())
RECOVERY = x25519.wrap(KEY, age.X25519Identity.generate().recipient())
GREASE = Stanza(("joe-grease", "1"), bytes(100))


def made(*stanzas: Stanza) -> bytes:
    return header.serialize(stanzas, KEY)


GOOD = made(ENVELOPE, RECOVERY)

ACCEPTED = {
    "plain": GOOD,
    "with its payload": GOOD + bytes(100_000),
    "four GREASE": made(GREASE, ENVELOPE, GREASE, RECOVERY, GREASE, GREASE),
}

REFUSED = {
    "wrong magic": (b"PK\x03\x04" + GOOD, "not an age file"),
    "armored": (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "armored"),
    "truncated": (GOOD[:-1], "truncated"),
    "no X25519": (made(GREASE), "no X25519 stanza"),
    "one X25519": (made(ENVELOPE), "one X25519 stanza"),
    "three X25519": (made(ENVELOPE, RECOVERY, RECOVERY), "3 X25519 stanzas"),
    "passphrase": (made(Stanza(("scrypt", "s", "10"), bytes(32))), "with a passphrase"),
    "passphrase beside": (made(ENVELOPE, RECOVERY, Stanza(("scrypt",), b"")), "with a passphrase"),
    "another type": (made(ENVELOPE, RECOVERY, Stanza(("ssh-rsa",), b"")), "type 'ssh-rsa'"),
    "type in lower case": (made(ENVELOPE, RECOVERY, Stanza(("x25519",), b"")), "type 'x25519'"),
    "GREASE of no name": (made(ENVELOPE, RECOVERY, Stanza(("grease",), b"")), "type 'grease'"),
    "five GREASE": (made(ENVELOPE, RECOVERY, *[GREASE] * 5), "5 GREASE stanzas"),
    "header too large": (
        made(ENVELOPE, RECOVERY, Stanza(("a-grease",), bytes(6200))),
        "larger than 8192 bytes",
    ),
    "envelope share malformed": (made(Stanza(("X25519", "AA"), bytes(32)), RECOVERY), "1 bytes"),
    "recovery body malformed": (made(ENVELOPE, Stanza(RECOVERY.args, bytes(16))), "16 bytes"),
}


@pytest.mark.parametrize("data", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(data: bytes) -> None:
    head = sealed.check(data)

    assert sealed.envelope_stanza(head) == ENVELOPE
    assert sealed.envelope_share(head) == x25519.share(ENVELOPE)
    assert sealed.envelope_body(head) == ENVELOPE.body


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(data: bytes, reason: str) -> None:
    with pytest.raises(HeaderError, match=reason):
        sealed.check(data)


def test_every_refusal_has_its_own_sentence() -> None:
    sentences = []
    for data, _ in REFUSED.values():
        with pytest.raises(HeaderError) as refused:
            sealed.check(data)
        sentences.append(str(refused.value))
    # A passphrase is the same fault alone and beside others.
    assert len({*sentences}) == len(sentences) - 1


def test_a_large_header_is_accepted_up_to_the_limit() -> None:
    grease = sealed.LIMIT - len(made(ENVELOPE, RECOVERY, Stanza(("a-grease",), b"")))
    fits = max(
        (made(ENVELOPE, RECOVERY, Stanza(("a-grease", "x" * pad), b"")) for pad in (1, grease - 1)),
        key=len,
    )

    assert len(fits) == sealed.LIMIT
    assert sealed.check(fits).size == sealed.LIMIT


def test_the_first_bytes_of_a_real_file_suffice() -> None:
    sink = io.BytesIO()
    recipients = [age.X25519Identity.generate().recipient() for _ in range(2)]
    age.encrypt(io.BytesIO(bytes(100_000)), sink, recipients)

    head = sealed.check(sink.getvalue()[: sealed.LIMIT])

    assert sink.getvalue().startswith(head.encoded)
