"""ZIPs in which two readers could see two bids, each refused with its own sentence."""

import io
import re
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import container
from sunseal_crypto.container import NotCanonical, layout
from sunseal_crypto.container.layout import Member

CONTENTS = {"bid.json": b"{}", "bid.sig": bytes(64), "a": b"alpha", "b": b"beta"}
LOCAL, CENTRAL, END = layout.LOCAL_MARK, layout.CENTRAL_MARK, layout.END_MARK


def assembled(named: list[tuple[str, bytes]], *, padding: bytes | None = None) -> bytes:
    """A container of these members whatever they are; the padding is right unless given."""
    members = [Member(name, len(content), zlib.crc32(content)) for name, content in named]
    if padding is None:
        padding = bytes(layout.padding_size(members))
    members.append(Member("padding", len(padding), zlib.crc32(padding)))
    blocks = [content for _, content in named] + [padding]
    body = b"".join(layout.local_header(m) + c for m, c in zip(members, blocks, strict=True))
    entries, tail = layout.directory(members)
    return body + b"".join(entries) + tail


GOOD = assembled(list(CONTENTS.items()))
RIGHT_PADDING = len(zipfile.ZipFile(io.BytesIO(GOOD)).read("padding"))


def replaced(**contents: bytes) -> bytes:
    return assembled(list({**CONTENTS, **contents}.items()))


def renamed(name: str) -> bytes:
    return assembled([*list(CONTENTS.items())[:3], (name, b"beta")])


def patched(mark: bytes, nth: int, offset: int, form: str, value: int) -> bytes:
    """`value` at `offset` in the nth (from 0) header that begins with `mark`."""
    starts = [found.start() for found in re.finditer(re.escape(mark), GOOD)]
    data = bytearray(GOOD)
    struct.pack_into(form, data, starts[nth] + offset, value)
    return bytes(data)


def inserted(at: int, data: bytes) -> bytes:
    return GOOD[:at] + data + GOOD[at:]


def start_of(mark: bytes, nth: int = 0) -> int:
    return [found.start() for found in re.finditer(re.escape(mark), GOOD)][nth]


def zipped(**options: int) -> bytes:
    """The same members by Python's own writer."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", **options) as archive:  # type: ignore[call-overload]
        for name, content in {**CONTENTS, "padding": bytes(RIGHT_PADDING)}.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return sink.getvalue()


def with_extra() -> bytes:
    field = struct.pack("<2HQ", 0x5455, 8, 0)
    data = bytearray(GOOD)
    struct.pack_into("<H", data, start_of(LOCAL, 2) + 28, len(field))
    return bytes(data[: start_of(LOCAL, 2) + 31] + field + data[start_of(LOCAL, 2) + 31 :])


def with_comment(comment: bytes) -> bytes:
    return GOOD[:-2] + struct.pack("<H", len(comment)) + comment


def with_needless_zip64() -> bytes:
    at = start_of(LOCAL, 2)
    size = len(CONTENTS["a"])
    head = bytearray(GOOD[at : at + 31])
    struct.pack_into("<H", head, 4, layout.VERSION64)
    struct.pack_into("<2I", head, 18, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", head, 28, 20)
    return GOOD[:at] + bytes(head) + struct.pack("<2H2Q", 1, 16, size, size) + GOOD[at + 31 :]


pairs = list(CONTENTS.items())
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "truncated within the header of member 0"),
    "not a ZIP": (b"%PDF" + GOOD, "not a container"),
    "two concatenated ZIPs": (GOOD + replaced(a=b"omega"), "bytes follow the end"),
    "a byte appended": (GOOD + b"\0", "bytes follow the end"),
    "data descriptor": (patched(LOCAL, 2, 6, "<H", 0x0808), "member 2: a data descriptor"),
    "encrypted": (patched(LOCAL, 2, 6, "<H", 0x0801), "member 2: encrypted"),
    "no UTF-8 flag": (zipped(), "member 0: other flags than UTF-8"),
    "deflate": (patched(LOCAL, 2, 8, "<H", 8), "member 2: compressed"),
    "deflate in the directory": (patched(CENTRAL, 2, 10, "<H", 8), "entry of 'a': compressed"),
    "wrong time": (patched(LOCAL, 1, 10, "<H", 1), "member 1: another time"),
    "wrong date": (patched(LOCAL, 1, 12, "<H", 0x5555), "member 1: another date"),
    "wrong time in the directory": (patched(CENTRAL, 1, 12, "<H", 1), "'bid.sig': another time"),
    "wrong CRC": (patched(LOCAL, 2, 14, "<I", 1), "'a': the checksum is wrong"),
    "wrong CRC in the directory": (patched(CENTRAL, 2, 16, "<I", 1), "'a': another checksum"),
    "changed content": (GOOD.replace(b"alpha", b"alphb"), "'a': the checksum is wrong"),
    "two sizes": (patched(LOCAL, 2, 18, "<I", 4), "member 2: the stored size is not the size"),
    "size in the directory": (patched(CENTRAL, 2, 24, "<I", 4), "entry of 'a': another size"),
    "size too small": (
        GOOD.replace(struct.pack("<2I", 5, 5), struct.pack("<2I", 4, 4), 1),
        "'a': the checksum is wrong",
    ),
    "extra field": (with_extra(), "member 2: an extra field"),
    "extra field in the directory": (patched(CENTRAL, 2, 30, "<H", 4), "'a': an extra field"),
    "needless zip64": (with_needless_zip64(), "member 2: a version the writer does not use"),
    "comment": (with_comment(b"hello"), "a comment after the directory"),
    "comment on a member": (patched(CENTRAL, 2, 32, "<H", 1), "entry of 'a': a comment"),
    "attributes": (patched(CENTRAL, 2, 38, "<I", 0o120777 << 16), "entry of 'a': attributes"),
    "made by unix": (patched(CENTRAL, 2, 4, "<H", 0x0314), "'a': made by another version"),
    "another disk": (patched(CENTRAL, 2, 34, "<H", 1), "entry of 'a': on another disk"),
    "offset elsewhere": (patched(CENTRAL, 2, 42, "<I", 0), "'a': it points elsewhere"),
    "gap before a member": (inserted(start_of(LOCAL, 2), b"\0\0"), "a gap"),
    "gap before the directory": (inserted(start_of(CENTRAL), b"\0\0"), "'bid.json': a gap"),
    "gap before the end": (inserted(start_of(END), b"\0"), "the end does not describe"),
    "end counts less": (patched(END, 0, 10, "<H", 4), "the end does not describe"),
    "another name in the directory": (
        patched(CENTRAL, 2, layout.CENTRAL.size, "<B", ord("c")),
        "entry of 'a': another name",
    ),
    "duplicate name": (renamed("a"), "twice"),
    "duplicate name in another case": (renamed("A"), "case only"),
    "parent folder": (renamed("../b"), "'..'"),
    "absolute": (renamed("/b"), "absolute"),
    "backslash": (renamed("x\\b"), "backslash"),
    "control character": (renamed("x\x1bb"), "control character"),
    "decomposed name": (renamed("e\u0301"), "composed form"),
    "name not UTF-8": (GOOD.replace(b"\0\0bbeta", b"\0\0\xffbeta"), "not UTF-8"),
    "name too long": (renamed("x" * 513), "513 bytes"),
    "signature first": (assembled([pairs[1], pairs[0]]), "member 0 is 'bid.sig'"),
    "no signature": (assembled([pairs[0], pairs[2]]), "member 1 is 'a', not bid.sig"),
    "document first": (assembled([pairs[2], *pairs[:2]]), "member 0 is 'a', not bid.json"),
    "padding not last": (
        assembled([*pairs[:2], ("padding", bytes(RIGHT_PADDING)), pairs[2]]),
        "the padding has",
    ),
    "padding not zero": (
        assembled(pairs, padding=b"hello" + bytes(RIGHT_PADDING - 5)),
        "not all zeros",
    ),
    "padding too short": (assembled(pairs, padding=bytes(RIGHT_PADDING - 1)), "the padding has"),
    "padding of the next length": (
        assembled(pairs, padding=bytes(RIGHT_PADDING + 2048)),
        "the padding has",
    ),
    "no padding": (assembled(pairs, padding=b""), "the padding has 0 bytes"),
    "padding missing": (
        GOOD[: start_of(LOCAL, 4)] + GOOD[start_of(CENTRAL) :],
        "the last member is not the padding",
    ),
    "entry missing": (GOOD[: start_of(CENTRAL)] + GOOD[start_of(CENTRAL, 1) :], "'bid.json'"),
    "entry twice": (
        inserted(start_of(END), GOOD[start_of(CENTRAL, 4) : start_of(END)]),
        "the end does not describe",
    ),
    "truncated in a header": (GOOD[:20], "truncated within the header of member 0"),
    "truncated in a name": (GOOD[:33], "truncated within member 0"),
    "truncated in the padding": (GOOD[:40_000], "truncated within 'padding'"),
    "truncated in the directory": (GOOD[: start_of(CENTRAL, 1)], "truncated within the directory"),
    "truncated in the end": (GOOD[:-1], "truncated within the end"),
}


def test_the_unchanged_one_is_accepted() -> None:
    found = {entry.name: entry.read(100) for entry in container.read(io.BytesIO(GOOD))}

    assert found == CONTENTS


@pytest.mark.parametrize(("data", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_refused(data: bytes, reason: str) -> None:
    assert data != GOOD
    with pytest.raises(NotCanonical, match=reason):
        list(container.read(io.BytesIO(data)))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_changed_byte_is_accepted(data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([*range(300), *range(len(GOOD) - 400, len(GOOD))]))
    flip = data.draw(st.integers(1, 255))
    changed = GOOD[:at] + bytes([GOOD[at] ^ flip]) + GOOD[at + 1 :]

    with pytest.raises(NotCanonical):
        list(container.read(io.BytesIO(changed)))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD) - 1))
def test_no_cut_is_accepted(at: int) -> None:
    with pytest.raises(NotCanonical, match="truncated"):
        list(container.read(io.BytesIO(GOOD[:at])))
