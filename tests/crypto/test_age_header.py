"""Headers: one spelling each, and a sentence for every way to spell it otherwise."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto.age import HeaderError, HeaderMacError, Stanza, header

KEY = bytes(range(16))
BODY = bytes(range(32))
STANZA = Stanza(("X25519", "share"), BODY)
GOOD = header.serialize([STANZA], KEY)
MAC_LINE = GOOD[GOOD.index(b"---") :]
VERSION = b"age-encryption.org/v1\n"


def with_stanza(text: bytes) -> bytes:
    return VERSION + text + MAC_LINE


REFUSED = {
    "empty": (b"", "the file is empty"),
    "armored": (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "armored"),
    "armored after spaces": (b"  -----BEGIN AGE ENCRYPTED FILE-----\n", "armored"),
    "another file": (b"%PDF-1.7\n", "not an age file"),
    "version 2": (GOOD.replace(b"/v1", b"/v2"), "version is not v1"),
    "CRLF": (GOOD.replace(b"\n", b"\r\n"), "version is not v1"),
    "cut in the first line": (GOOD[:10], "truncated: it ends in its first line"),
    "cut after the first line": (VERSION, "truncated: it ends before its MAC"),
    "cut in a stanza": (GOOD[:40], "truncated: it ends before its MAC"),
    "cut before the last newline": (GOOD[:-1], "truncated: it ends before its MAC"),
    "no stanza": (VERSION + MAC_LINE, "there is no stanza"),
    "arrow without a space": (with_stanza(b"->X25519\n\n"), "there is no stanza"),
    "no argument": (with_stanza(b"-> \n\n"), "an argument of a stanza is empty"),
    "two spaces": (with_stanza(b"-> a  b\n\n"), "an argument of a stanza is empty"),
    "space at the end": (with_stanza(b"-> a \n\n"), "an argument of a stanza is empty"),
    "umlaut": (with_stanza("-> ä\n\n".encode()), "invisible character"),
    "tab": (with_stanza(b"-> a\tb\n\n"), "invisible character"),
    "body with padding": (with_stanza(b"-> a\nAA==\n"), "not unpadded base64|not in canonical"),
    "body of one character": (with_stanza(b"-> a\nA\n"), "not unpadded base64"),
    "body with loose bits": (with_stanza(b"-> a\nAB\n"), "not in canonical base64"),
    "body in url base64": (with_stanza(b"-> a\n-_-_\n"), "not unpadded base64"),
    "body of 65 columns": (with_stanza(b"-> a\n" + b"A" * 65 + b"\n"), "longer than 64"),
    "no short last line": (with_stanza(b"-> a\n" + b"A" * 64 + b"\n"), "not unpadded base64"),
    "two short lines": (with_stanza(b"-> a\nAAAA\nAAAA\n"), "neither a stanza nor the MAC"),
    "MAC of 31 bytes": (GOOD[:-44] + b"A" * 42 + b"\n", "the header MAC has 31 bytes"),
    "MAC without a space": (GOOD.replace(b"--- ", b"---"), "neither a stanza nor the MAC"),
    "MAC with two spaces": (GOOD.replace(b"--- ", b"---  "), "not unpadded base64"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(data: bytes, reason: str) -> None:
    with pytest.raises(HeaderError, match=reason):
        header.parse(data)


def test_parsed() -> None:
    head = header.parse(GOOD + b"payload")

    assert head.stanzas == (STANZA,)
    assert head.stanzas[0].type == "X25519"
    assert head.size == len(GOOD)
    assert head.mac_input.endswith(b"\n---")


def test_reading_stops_at_the_payload() -> None:
    source = io.BytesIO(GOOD + b"payload")

    header.read(source)

    assert source.read() == b"payload"


@pytest.mark.parametrize("size", [0, 47, 48, 49, 96])
def test_bodies_around_a_full_line(size: int) -> None:
    stanza = Stanza(("a",), bytes(size))

    assert header.parse(header.serialize([stanza], KEY)).stanzas == (stanza,)


def test_the_limit_is_exact() -> None:
    assert header.parse(GOOD, limit=len(GOOD)).size == len(GOOD)
    with pytest.raises(HeaderError, match=f"larger than {len(GOOD) - 1} bytes"):
        header.parse(GOOD, limit=len(GOOD) - 1)


def test_an_endless_line_is_read_up_to_the_limit_only() -> None:
    source = io.BytesIO(VERSION + b"-> " + b"a" * 100_000)

    with pytest.raises(HeaderError, match="larger than 8192 bytes"):
        header.read(source, limit=8192)

    assert source.tell() == 8193


def test_the_mac_covers_every_stanza() -> None:
    header.verify_mac(header.parse(GOOD), KEY)
    with pytest.raises(HeaderMacError):
        header.verify_mac(header.parse(GOOD), bytes(16))
    with pytest.raises(HeaderMacError):
        header.verify_mac(header.parse(GOOD.replace(b"share", b"shard")), KEY)


@pytest.mark.parametrize("args", [(), ("",), ("a b",), ("ä",), ("a\n",)], ids=repr)
def test_no_unreadable_stanza_is_written(args: tuple[str, ...]) -> None:
    with pytest.raises(HeaderError, match="an argument of a stanza"):
        header.serialize([Stanza(args, b"")], KEY)


def test_no_header_without_stanzas_is_written() -> None:
    with pytest.raises(HeaderError, match="at least one"):
        header.serialize([], KEY)


stanzas = st.builds(
    Stanza,
    st.lists(
        st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1), min_size=1
    ).map(tuple),
    st.binary(max_size=200),
)


@settings(max_examples=50)
@given(st.lists(stanzas, min_size=1, max_size=4))
def test_what_is_written_is_read(some: list[Stanza]) -> None:
    head = header.parse(header.serialize(some, KEY))

    assert head.stanzas == tuple(some)


@settings(max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_a_header_that_is_read_has_one_spelling(at: int, put: bytes, drop: int) -> None:
    changed = GOOD[:at] + put + GOOD[at + drop :]
    try:
        head = header.parse(changed)
    except HeaderError:
        return
    assert changed.startswith(head.encoded)
