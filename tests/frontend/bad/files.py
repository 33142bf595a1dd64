"""The header of a sealed file and the names of its documents."""

from collections.abc import Callable

from tests.frontend.bad.values import Arguments, Bad
from tests.frontend.good import Good


def header(change: Callable[[bytes], bytes]) -> Callable[[Good], Arguments]:
    return lambda good: {"data": change(good.header)}


def stanzas(head: bytes) -> tuple[bytes, list[bytes], bytes]:
    """The first line, each stanza, the last line."""
    first, *rest = head.split(b"\n-> ")
    *middle, last = rest
    body, _, mac = last.rpartition(b"\n---")
    return first, [b"\n-> " + each for each in (*middle, body)], b"\n---" + mac


def with_stanzas(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Good], Arguments]:
    def changed(head: bytes) -> bytes:
        first, found, last = stanzas(head)
        return first + b"".join(change(found)) + last

    return header(changed)


GREASE = b"\n-> a-grease x\n"
HEADER = [
    Bad("header", name, make)
    for name, make in {
        "one-recipient": with_stanzas(lambda found: found[:1]),
        "three-recipients": with_stanzas(lambda found: [*found, found[0]]),
        "no-recipient": with_stanzas(lambda found: [GREASE]),
        "five-grease": with_stanzas(lambda found: [*found, *[GREASE] * 5]),
        "passphrase": with_stanzas(lambda found: [*found, b"\n-> scrypt AAAA 18\nAAAA"]),
        "another-type": with_stanzas(lambda found: [*found, b"\n-> ssh-ed25519 AAAA\nAAAA"]),
        "too-large": with_stanzas(lambda found: [*found, b"\n-> a-grease " + b"x" * 8192 + b"\n"]),
        "empty-argument": with_stanzas(lambda found: [b"\n->  X25519" + found[0][10:], found[1]]),
        "padded-share": header(lambda head: head.replace(b"\n-> X25519 ", b"\n-> X25519 =", 1)),
        "crlf": header(lambda head: head.replace(b"\n", b"\r\n")),
        "version-two": header(lambda head: head.replace(b"/v1", b"/v2", 1)),
        "armored": header(lambda head: b"-----BEGIN AGE ENCRYPTED FILE-----\n" + head),
        "cut": header(lambda head: head[:-2]),
        "no-mac": header(lambda head: head[: head.rindex(b"---")]),
        "short-mac": header(lambda head: head[:-4] + b"\n"),
        "loose-bits-in-the-mac": header(lambda head: head[:-2] + b"B\n"),
        "long-line": with_stanzas(lambda found: [*found, b"\n-> a-grease\n" + b"A" * 65]),
        "not-ascii": with_stanzas(lambda found: [*found, "\n-> é-grease\n".encode()]),
        "empty": header(lambda head: b""),
        "three-arguments": header(lambda head: head.replace(b"X25519 ", b"X25519 a ", 1)),
    }.items()
]
NAMES = [
    Bad("names", name, lambda good, names=names: {"names": names})
    for name, names in {
        "twice": ["a", "a"],
        "in-another-case": ["Straße", "STRASSE"],
        "long-s": ["\u017f", "S"],
        "sigma": ["ΑΣ", "ας"],
        "turkish-i": ["\u0130", "i\u0307x"[:2]],
        "ligature": ["\ufb01", "FI"],
        "capital-sharp-s": ["\u1e9e", "ss"],
        "composed": ["e\u0301"],
        "kelvin": ["\u212a"],
        "file-in-a-file": ["a", "a/b"],
        "folder-then-file": ["a/b", "A"],
    }.items()
]
