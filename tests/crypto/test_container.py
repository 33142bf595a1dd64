"""Containers as our writer makes them, read by us and by others."""

import io
import shutil
import subprocess
import tracemalloc
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import age, container
from sunseal_crypto.age import stream
from sunseal_crypto.container import BadName, Document, DocumentChanged, NotCanonical, layout

JSON, SIG = b'{"price":"1"}', bytes(64)
MIB = 1 << 20


def document(name: str, content: bytes) -> Document:
    return Document.measure(name, lambda: io.BytesIO(content))


def written(*documents: Document) -> bytes:
    sink = io.BytesIO()
    container.write(sink, JSON, SIG, documents)
    return sink.getvalue()


def contents(data: bytes) -> list[tuple[str, bytes]]:
    return [(entry.name, entry.read(1 << 30)) for entry in container.read(io.BytesIO(data))]


DOCUMENTS = {
    "none": [],
    "empty": [("空.txt", b"")],
    "some": [("技术方案/施工组织设计.pdf", b"%PDF" * 9999), ("报价/清单.xlsx", b"PK"), ("b", b"")],
    "larger than a block": [("plan.dwg", bytes(range(256)) * 12_000)],
    "a container": [("inner.zip", written())],
}


@pytest.mark.parametrize("named", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_round_trip(named: list[tuple[str, bytes]]) -> None:
    data = written(*(document(*pair) for pair in named))

    assert contents(data) == [("bid.json", JSON), ("bid.sig", SIG), *named]
    assert data == written(*(document(*pair) for pair in named))
    sizes = [(name, len(content)) for name, content in named]
    assert len(data) == container.size_of(len(JSON), len(SIG), sizes) >= 64 << 10
    assert layout.padme(len(data)) == len(data)


@pytest.mark.parametrize("named", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_pythons_zipfile_reads_it(named: list[tuple[str, bytes]]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(written(*(document(*pair) for pair in named))))

    assert archive.testzip() is None
    assert archive.namelist() == ["bid.json", "bid.sig", *(name for name, _ in named), "padding"]
    assert all(archive.read(name) == content for name, content in named)


@pytest.mark.skipif(shutil.which("unzip") is None, reason="`unzip` is not installed")
def test_unzip_reads_it(tmp_path: Path) -> None:
    (tmp_path / "bid.zip").write_bytes(written(document("a/b.pdf", b"content")))

    subprocess.run(["unzip", "-q", "bid.zip"], cwd=tmp_path, check=True)

    assert (tmp_path / "a" / "b.pdf").read_bytes() == b"content"


def test_what_is_not_read_is_checked_all_the_same() -> None:
    data = written(document("a", b"content"))

    assert [entry.name for entry in container.read(io.BytesIO(data))][-1] == "a"
    with pytest.raises(NotCanonical, match="'a': the checksum is wrong"):
        list(container.read(io.BytesIO(data.replace(b"content", b"contant"))))


def test_a_member_is_read_up_to_a_limit_only() -> None:
    for entry in container.read(io.BytesIO(written())):
        with pytest.raises(NotCanonical, match="at most 3 are allowed"):
            entry.read(3)


def test_it_is_sealed_as_it_is_made() -> None:
    identity = age.X25519Identity.generate()
    plan = document("plan", bytes(3 * MIB))
    sealed, opened = io.BytesIO(), io.BytesIO()

    age.encrypt(container.source(JSON, SIG, [plan]), sealed, [identity.recipient()])
    age.decrypt(io.BytesIO(sealed.getvalue()), opened, [identity])

    assert opened.getvalue() == written(plan)


def test_it_is_read_out_of_a_sealed_file_as_it_is_decrypted() -> None:
    identity = age.X25519Identity.generate()
    data = written(document("plan", bytes(3 * MIB)))
    sink = io.BytesIO()
    age.encrypt(io.BytesIO(data), sink, [identity.recipient()])

    def names(sealed: bytes) -> list[str]:
        source = io.BytesIO(sealed)
        key = age.file_key(age.header.read(source), [identity])
        return [entry.name for entry in container.read(stream.reader(key, source))]

    assert names(sink.getvalue()) == ["bid.json", "bid.sig", "plan"]
    with pytest.raises(age.PayloadError):
        names(sink.getvalue() + b"\0")


class Pieces:
    """A document that differs each time it is opened."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = list(contents)

    def __call__(self) -> BinaryIO:
        return io.BytesIO(self.contents.pop(0))


@pytest.mark.parametrize("second", [b"two", b"", b"ones"], ids=["other", "shorter", "longer"])
def test_a_document_that_changes_is_noticed(second: bytes) -> None:
    changing = Document.measure("a", Pieces(b"one", second))

    with pytest.raises(DocumentChanged, match="a changed while"):
        written(changing)


NAMES = {
    "empty": ("", "0 bytes"),
    "absolute": ("/etc/passwd", "absolute path"),
    "drive": ("C:evil.exe", "absolute path"),
    "parent": ("a/../../b", "'..'"),
    "parent alone": ("..", "'..'"),
    "here": ("./a", "'.'"),
    "empty step": ("a//b", "an empty step"),
    "folder": ("a/", "an empty step"),
    "backslash": ("a\\b", "a backslash"),
    "newline": ("a\nb", "a control character"),
    "NUL": ("a\0b", "a control character"),
    "C1": ("a\x85b", "a control character"),
    "turned": ("a\u202efdp.exe", "changes how the name is shown"),
    "decomposed": ("e\u0301.pdf", "composed form"),
    "surrogate": ("\ud800", "surrogate"),
    "too long": ("长" * 171, "513 bytes"),
    "too deep": ("a/" * 16 + "b", "17 steps"),
    "reserved": ("bid.json", "twice"),
    "reserved in capitals": ("BID.SIG", "case only"),
    "padding": ("Padding", "case only"),
    "padding as a folder": ("padding/a", "both a file and a folder"),
}


@pytest.mark.parametrize(("name", "reason"), NAMES.values(), ids=NAMES.keys())
def test_refused_name(name: str, reason: str) -> None:
    with pytest.raises(BadName, match=reason):
        written(document(name, b""))


PAIRS = {
    "twice": ("a", "a", "twice"),
    "case": ("Offer.pdf", "offer.PDF", "case only"),
    "case folding": ("Straße", "STRASSE", "case only"),
    "folder after file": ("a", "A/b", "both a file and a folder"),
    "file after folder": ("a/b/c", "a/B", "both a file and a folder"),
}


@pytest.mark.parametrize(("one", "two", "reason"), PAIRS.values(), ids=PAIRS.keys())
def test_refused_pair(one: str, two: str, reason: str) -> None:
    with pytest.raises(BadName, match=reason):
        written(document(one, b""), document(two, b""))


def test_a_refused_container_is_not_begun() -> None:
    sink = io.BytesIO()
    with pytest.raises(BadName):
        container.write(sink, JSON, SIG, [document("..", b"")])
    assert sink.getvalue() == b""


@pytest.mark.parametrize("count", [9_997, 9_998], ids=["most", "too many"])
def test_number_of_members(count: int) -> None:
    sizes = [(str(number), 0) for number in range(count)]
    if count == 9_997:
        assert container.size_of(1, 1, sizes) > 0
        return
    with pytest.raises(NotCanonical, match="more than 10000 members"):
        container.size_of(1, 1, sizes)


FULL = 0xFFFFFFFF
BOUNDARIES = [FULL - 70_000, FULL - 500, FULL - 1, FULL, FULL + 1, 1 << 33, 1 << 40]


@pytest.mark.parametrize("size", BOUNDARIES)
def test_the_whole_is_a_padme_length_around_4_gib(size: int) -> None:
    whole = container.size_of(100, 64, [("a", size)])

    assert whole == layout.padme(whole)
    assert whole < size * 1.04


class Zeros(io.RawIOBase):
    """Many zeros that are never in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(self.left, len(buffer))
        buffer[:count] = bytes(count)
        self.left -= count
        return count


@pytest.mark.parametrize(("size", "fields"), [(FULL - 1, 0), (FULL, 20)], ids=["32", "64"])
def test_zip64_only_when_a_size_needs_it(size: int, fields: int) -> None:
    header = layout.local_header(layout.Member("large", size))

    assert len(header) == layout.LOCAL.size + len("large") + fields


def test_others_find_their_way_beyond_4_gib(tmp_path: Path) -> None:
    """In a file with a hole for the one large document, whose checksum is left out."""
    members = [layout.Member(name, 0) for name in ("bid.json", "bid.sig")]
    members += [layout.Member("large", FULL), layout.Member("small", 5, 0x3610A686)]
    members.append(layout.Member("padding", layout.padding_size(members)))
    entries, tail = layout.directory(members)
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        for member in members:
            file.write(layout.local_header(member))
            file.write(b"hello" if member.name == "small" else b"")
            file.seek(0 if member.name == "small" else member.size, io.SEEK_CUR)
        file.write(b"".join(entries) + tail)

    assert path.stat().st_size == layout.whole_size(members)
    with zipfile.ZipFile(path) as archive:
        assert [info.file_size for info in archive.infolist()] == [m.size for m in members]
        assert archive.read("small") == b"hello"


@pytest.mark.slow
@pytest.mark.parametrize("size", [FULL - 1, FULL, FULL + 1])
def test_round_trip_around_4_gib(size: int) -> None:
    large = Document.measure("large", lambda: Zeros(size))
    small = document("small", b"content")

    source = container.source(JSON, SIG, [large, small])
    sizes = [(entry.name, entry.size) for entry in container.read(source)]

    assert sizes[2:] == [("large", size), ("small", 7)]


def test_memory_does_not_grow_with_the_documents() -> None:
    large = Document.measure("large", lambda: Zeros(100 * MIB))
    tracemalloc.start()
    try:
        source = container.source(JSON, SIG, [large])
        sizes = [entry.size for entry in container.read(source)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert sizes[2] == 100 * MIB
    assert peak < 8 * MIB


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.binary(max_size=300), max_size=5))
def test_round_trip_of_anything(named: dict[str, bytes]) -> None:
    data = written(*(document(*pair) for pair in named.items()))

    assert contents(data)[2:] == list(named.items())


@settings(max_examples=200)
@given(st.integers(1, 1 << 50))
def test_padme(size: int) -> None:
    padded = layout.padme(size)

    assert size <= padded <= size * 1.12
    assert layout.padme(padded) == padded
