"""The bundle's form: what the writer writes the reader reads, and nothing else."""

import contextlib
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from sunseal_crypto import canonical
from sunseal_crypto.bundle import (
    About,
    Bundle,
    EntryRow,
    Fact,
    Kind,
    Taken,
    TickRow,
    Writer,
    member,
)
from sunseal_crypto.bundle.layout import read_member
from sunseal_crypto.errors import Malformed

ABOUT = About(
    origin="log.example/1", tender="t", made_at=datetime(2027, 3, 20, tzinfo=UTC), size=600
)
LEAVES = [b"leaf %d\n" % number for number in range(600)]
TICKS = [TickRow(number=n, seed=b"s" * 32, taken=[Taken(7, b"c" * 32)]) for n in range(3)]
ENTRIES = [
    EntryRow(tick=n, slot=7, nonce=b"n" * 32, detail=b"d" * 700_000, path=b"") for n in range(3)
]
FACTS = [Fact(object=f"person/{n}", field="role", value="centre", waiting=False) for n in range(3)]
EVIDENCE = {
    (Kind.NOTICE, ""): b"notice",
    (Kind.ANSWER, "1/10"): b"ten",
    (Kind.ANSWER, "1/2"): b"two",
    (Kind.MANIFEST_SIGNATURE, "0"): b"signature",
}


def written() -> bytes:
    file = io.BytesIO()
    with Writer(file, ABOUT, b"roster", b"checkpoint") as writer:
        writer.leaves(LEAVES)
        writer.ticks(TICKS)
        writer.entries(ENTRIES)
        writer.facts(FACTS)
        for (kind, name), body in EVIDENCE.items():
            writer.evidence("1", kind, name, body)
    return file.getvalue()


WRITTEN = written()


def test_what_is_written_is_read() -> None:
    with Bundle(io.BytesIO(WRITTEN)) as bundle:
        assert (bundle.about, bundle.roster, bundle.checkpoint) == (ABOUT, b"roster", b"checkpoint")
        assert list(bundle.leaves()) == LEAVES
        assert [bundle.leaf(at) for at in (0, 255, 256, 599)] == [
            LEAVES[at] for at in (0, 255, 256, 599)
        ]
        assert list(bundle.ticks()) == TICKS
        assert list(bundle.entries()) == ENTRIES
        assert list(bundle.facts()) == FACTS
        assert bundle.envelopes() == ["1"]
        assert bundle.names("1", Kind.ANSWER) == ["1/2", "1/10"]
        assert bundle.evidence("1", Kind.ANSWER, "1/10") == b"ten"
        with pytest.raises(Malformed, match="no leaf 600"):
            bundle.leaf(600)
        with pytest.raises(Malformed, match=r"there is no envelopes/1/record/1\.json"):
            bundle.evidence("1", Kind.RECORD, "1")


def test_the_same_contents_give_the_same_bytes() -> None:
    assert written() == WRITTEN


def test_the_files_are_what_any_unzip_shows() -> None:
    with zipfile.ZipFile(io.BytesIO(WRITTEN)) as found:
        assert found.testzip() is None
        assert found.namelist() == [
            "bundle.json",
            "roster.json",
            "log/checkpoint",
            "log/tile/entries/000",
            "log/tile/entries/001",
            "log/tile/entries/002.p/88",
            "ticks.jsonl",
            "entries.jsonl",
            "facts.jsonl",
            "envelopes/1/notice.json",
            "envelopes/1/answer/1/10.json",
            "envelopes/1/answer/1/2.json",
            "envelopes/1/manifest-signature/0.sig",
        ]


def _again(
    change: Callable[[zipfile.ZipFile, zipfile.ZipInfo, bytes], None], before: bytes = b""
) -> bytes:
    """The bundle copied file by file through `change`, behind what stands before it."""
    made = io.BytesIO(before)
    with zipfile.ZipFile(io.BytesIO(WRITTEN)) as old, zipfile.ZipFile(made, "a") as new:
        for info in old.infolist():
            change(new, info, old.read(info))
    return made.getvalue()


def _without(name: str) -> bytes:
    def copy(new: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> None:
        if info.filename != name:
            new.writestr(info, data)

    return _again(copy)


def _with(name: str, data: bytes, compression: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO(WRITTEN)
    with zipfile.ZipFile(made, "a") as new:
        new.writestr(name, data, compression)
    return made.getvalue()


def _flagged(flag: int) -> bytes:
    """The first file's flags, where the directory tells of them."""
    at = WRITTEN.index(b"PK\x01\x02") + 8
    return WRITTEN[:at] + bytes([flag]) + WRITTEN[at + 1 :]


BAD = {
    "no ZIP": (b"PK, but not one", "bundle"),
    "nothing": (b"", "bundle"),
    "cut off": (WRITTEN[:-40], "bundle"),
    "no bundle.json": (_without("bundle.json"), r"there is no bundle\.json"),
    "no roster": (_without("roster.json"), r"there is no roster\.json"),
    "no checkpoint": (_without("log/checkpoint"), "there is no log/checkpoint"),
    "a file of its own": (_with("readme.txt", b""), "does not belong"),
    "a hash tile": (_with("log/tile/0/000", b""), "does not belong"),
    "a path out of it": (_with("envelopes/../../etc/passwd", b""), "of no known kind"),
    "evidence of no kind": (_with("envelopes/1/gossip.json", b""), "of no known kind"),
    "a second spelling": (_with("envelopes/1/answer/01/2.json", b""), "cannot name evidence"),
    "a number too many": (_with("envelopes/1/record/1/2.json", b""), "no name of a record"),
    "another suffix": (_with("envelopes/1/record/1.sig", b""), "not how evidence is named"),
    "compressed": (
        _with("envelopes/1/record/1.json", b"0" * 99, zipfile.ZIP_DEFLATED),
        "not simply stored",
    ),
    "encrypted": (_flagged(0x1), "not simply stored"),
    "a patch": (_flagged(0x20), "not simply stored"),
    "strongly encrypted": (_flagged(0x40), "not simply stored"),
    "something before it": (b"#!" + WRITTEN, "something stands before"),
    "something that it counts in": (
        _again(zipfile.ZipFile.writestr, b"not a ZIP"),
        "something stands before",
    ),
    "a gap before the end": (WRITTEN[:-22] + b"gap" + WRITTEN[-22:], "bundle"),
    "two of them": (WRITTEN + WRITTEN, "something stands before"),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD.keys())
def test_what_is_no_bundle(data: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        Bundle(io.BytesIO(data))


def test_one_name_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = _with("roster.json", b"another roster")
    with pytest.raises(Malformed, match="two files have one name"):
        Bundle(io.BytesIO(data))


def test_a_byte_changed_in_place_is_seen_when_the_file_is_read() -> None:
    at = WRITTEN.index(b"leaf 300")
    spoilt = WRITTEN[:at] + b"L" + WRITTEN[at + 1 :]
    with Bundle(io.BytesIO(spoilt)) as bundle, pytest.raises(Malformed, match="CRC"):
        list(bundle.leaves())


def _small() -> bytes:
    file = io.BytesIO()
    with Writer(file, structs.replace(ABOUT, size=1), b"roster", b"checkpoint") as writer:
        writer.leaves(LEAVES[:1])
        writer.evidence("1", Kind.NOTICE, "", b"notice")
    return file.getvalue()


SMALL = _small()


@given(st.integers(0, len(SMALL) - 1), st.integers(1, 255))
@example(SMALL.rindex(b"PK\x05\x06") + 17, 0x02)  # Every header would stand before the file.
@settings(max_examples=150)
def test_no_byte_makes_the_reader_stumble(at: int, change: int) -> None:
    """Whoever hands an auditor a broken bundle is told so by name, not by a crash."""
    spoilt = bytearray(SMALL)
    spoilt[at] ^= change
    with contextlib.suppress(Malformed), Bundle(io.BytesIO(spoilt)) as bundle:
        list(bundle.leaves())
        bundle.evidence("1", Kind.NOTICE)


def _lines(data: bytes) -> bytes:
    def copy(new: zipfile.ZipFile, info: zipfile.ZipInfo, old: bytes) -> None:
        new.writestr(info, data if info.filename == "ticks.jsonl" else old)

    return _again(copy)


LINE = canonical.encode(TICKS[0]) + b"\n"
BAD_LINES = {
    "a space": (LINE + LINE.replace(b":", b": ", 1), "line 2: not written canonically"),
    "no newline at the end": (LINE + LINE[:-1], "line 2: not written canonically"),
    "an empty line": (LINE + b"\n", "line 2: "),
    "an unknown field": (LINE.replace(b'{"', b'{"a":1,"', 1), "line 1: .*unknown field"),
    "a slot beyond the tick": (LINE.replace(b"[7,", b"[4096,"), "line 1: "),
    "a seed too short": (LINE.replace(b"c3Nz", b"", 1), "line 1: "),
    "no JSON": (b"\xff\n", "line 1: "),
}


@pytest.mark.parametrize(("data", "reason"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_line_that_is_none(data: bytes, reason: str) -> None:
    with (
        Bundle(io.BytesIO(_lines(data))) as bundle,
        pytest.raises(Malformed, match=rf"ticks\.jsonl, {reason}"),
    ):
        list(bundle.ticks())


@given(
    st.from_regex(r"[1-9a-z][0-9a-z.-]{0,3}|.{0,9}", fullmatch=True),
    st.sampled_from(Kind),
    st.text("0123456789/.x", max_size=12),
)
@settings(max_examples=200)
def test_a_name_is_refused_or_read_back(envelope: str, kind: Kind, name: str) -> None:
    try:
        path = member(envelope, kind, name)
    except Malformed:
        return
    assert read_member(path) == (envelope, kind, name)
