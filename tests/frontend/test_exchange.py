"""What the browser's library makes, Python opens; and both make the same bytes where they may."""

import base64
import io
import unicodedata
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import container, joining, proofs, signing, statement
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.container import Document, layout
from sunseal_crypto.container.names import _fold
from sunseal_crypto.framing import fields
from sunseal_crypto.joining import SignedJoining
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import SignedStatement
from sunseal_parties.bidder import rehearse
from sunseal_parties.bidder.authorship import context
from tests.bidder.world import World
from tests.crypto.testkit import VECTORS, Vector, vectors
from tests.frontend.good import ORGANIZATION, Good
from tests.frontend.library import Library, RefusedByBrowser

SEED = b"o" * 32
PSEUDONYM = b"p" * 32
OFFER = {
    "price": "4321000.50",
    "currency": "CNY",
    "practitioners": [{"name": "李四", "id_hint": "1234"}, {"name": "王五"}],
    "validityDays": 90,
}


def bytes_of(signed: dict[str, str]) -> tuple[bytes, bytes]:
    return base64.b64decode(signed["data"]), base64.b64decode(signed["signature"])


class Bidder:
    """Seals in the browser's library, for a recovery identity of that library."""

    def __init__(self, browser: Library, world: World) -> None:
        self.browser = browser
        self.key = {"certificate": world.certificate, "roster": world.roster}
        self.recovery = browser.ask("recovery", tender=str(world.tender))

    def seal(self, into: Path, documents: list[Path], **more: Any) -> SignedStatement:
        made = self.browser.ask(
            "seal",
            **self.key,
            path=into,
            offer=OFFER,
            documents=[{"name": each.name, "source": each} for each in documents],
            organization=ORGANIZATION,
            key=SEED,
            pseudonym=PSEUDONYM,
            recovery=self.recovery["recipient"],
            **more,
        )
        return SignedStatement(*bytes_of(made))


@pytest.fixture(scope="module")
def bidder(browser: Library, world: World) -> Bidder:
    return Bidder(browser, world)


@pytest.mark.parametrize("sizes", [[], [0], [1, 70_000], [300_000], [5 << 20]], ids=str)
def test_python_opens_what_the_browser_sealed(
    sizes: list[int], bidder: Bidder, world: World, tmp_path: Path
) -> None:
    documents = []
    for number, size in enumerate(sizes):
        documents.append(tmp_path / f"文件 {number}.pdf")
        documents[-1].write_bytes(b"x" * size)
    signed = bidder.seal(tmp_path / "bid.age", documents)
    identity = X25519Identity.from_string(bidder.recovery["identity"])
    key = SigningKey.from_seed(SEED).public
    opened = rehearse.rehearse(tmp_path / "bid.age", signed, world.key, key, identity)
    assert opened.price == "4321000.50"
    assert [each.size for each in opened.files] == sizes
    assert [each.name for each in opened.practitioners] == ["李四", "王五"]


def test_a_third_implementation_opens_it_too(bidder: Bidder, tmp_path: Path) -> None:
    bidder.seal(tmp_path / "bid.age", [])
    identity = pyrage.x25519.Identity.from_str(bidder.recovery["identity"])
    opened = pyrage.decrypt((tmp_path / "bid.age").read_bytes(), [identity])
    assert next(iter(container.read(io.BytesIO(opened)))).name == "bid.json"


def test_the_recovery_file_is_one_that_age_reads(bidder: Bidder) -> None:
    lines = base64.b64decode(bidder.recovery["file"]).decode().splitlines()
    assert bidder.recovery["same"]
    assert lines[1] == f"# public key: {bidder.recovery['recipient']}"
    assert (
        X25519Identity.from_string(lines[2]).recipient()
        == X25519Identity.from_string(bidder.recovery["identity"]).recipient()
    )


def test_a_chain_goes_on_from_one_implementation_to_the_other(
    bidder: Bidder, tmp_path: Path
) -> None:
    def head(signed: SignedStatement) -> dict[str, bytes]:
        return {"data": signed.statement, "signature": signed.signature}

    first = bidder.seal(tmp_path / "1.age", [])
    second = bidder.seal(tmp_path / "2.age", [], head=head(first))
    ended = bidder.browser.ask("withdraw", **bidder.key, pseudonym=PSEUDONYM, head=head(second))
    third = SignedStatement(*bytes_of(ended))
    fourth = bidder.seal(tmp_path / "3.age", [], head=head(third))
    said = statement.verify_chain([first, second, third, fourth])
    assert [each.action for each in said] == ["submit", "replace", "withdraw", "submit"]


def test_no_two_seals_are_alike(bidder: Bidder, tmp_path: Path) -> None:
    first, second = (bidder.seal(tmp_path / name, []) for name in ("1.age", "2.age"))
    said, again = statement.parse(first.statement), statement.parse(second.statement)
    assert said.share != again.share
    assert said.manifest != again.manifest
    assert said.proof[:32] != again.proof[:32]


def test_joining_and_enrolment_are_what_python_checks(browser: Library, world: World) -> None:
    place = {"origin": world.origin, "tender": str(world.tender), "envelope": "1"}
    pseudonym = SigningKey.from_seed(PSEUDONYM).public
    made = browser.ask("join", seed=SEED, pseudonym=pseudonym, **place)
    key = SigningKey.from_seed(SEED).public
    assert joining.verify(SignedJoining(*bytes_of(made)), key).pseudonym == pseudonym
    enrolled = browser.ask("enrol", seed=SEED, origin=world.origin, organization=ORGANIZATION)
    message = fields(world.origin.encode(), ORGANIZATION.encode(), key)
    signing.verify_labelled(
        key, b"sunseal/enrol-key/v1", message, base64.b64decode(enrolled["proof"])
    )


@pytest.mark.parametrize("number", range(8))
def test_python_takes_the_browsers_proof_for_both_signs(
    number: int, bidder: Bidder, world: World
) -> None:
    """Among eight secrets both signs of x turn up, since the first byte alone decides."""
    secret = bytes([number * 8]) + b"e" * 31
    pseudonym, body_hash = SigningKey.from_seed(PSEUDONYM).public, b"h" * 32
    asked = {"pseudonym": pseudonym, "body_hash": body_hash, **bidder.key}
    proof = base64.b64decode(bidder.browser.ask("prove", secret=secret, **asked))
    share = X25519Identity(secret).recipient().point
    proofs.verify_authorship(share, proof, context(world.key, pseudonym, body_hash))


def test_both_write_the_same_container(browser: Library, good: Good, tmp_path: Path) -> None:
    documents = [
        Document.measure(each.name, lambda e=each: e.open("rb")) for each in good.documents
    ]
    signature = b"s" * 64
    ours = io.BytesIO()
    container.write(ours, good.bid_json, signature, documents)
    browser.ask(
        "pack",
        path=tmp_path / "theirs.zip",
        bid_json=good.bid_json,
        bid_sig=signature,
        documents=[{"name": each.name, "source": each} for each in good.documents],
    )
    assert (tmp_path / "theirs.zip").read_bytes() == ours.getvalue()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 2**52), min_size=50, max_size=50))
def test_both_pad_alike(browser: Library, sizes: list[int]) -> None:
    assert browser.ask("padme", sizes=sizes) == [layout.padme(size) for size in sizes]


FULL = 0xFFFFFFFF
SIZES = st.one_of(
    st.integers(0, 1 << 20),
    st.sampled_from([FULL - 1, FULL, FULL + 1]),
    st.integers(FULL - (1 << 20), 2 * FULL),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text("ab方/", max_size=9), SIZES), min_size=1, max_size=5))
def test_both_lay_out_files_of_any_size_alike(
    browser: Library, members: list[tuple[str, int]]
) -> None:
    """Beyond 4 GiB sizes and offsets take fields of their own, which no test can afford to fill."""
    ours = [layout.Member(name, size, size % 97) for name, size in members]
    asked = [{"name": each.name, "size": each.size, "crc": each.crc} for each in ours]
    theirs = browser.ask("layout", members=asked)
    entries, tail = layout.directory(ours)
    assert list(map(base64.b64decode, theirs["headers"])) == list(map(layout.local_header, ours))
    assert base64.b64decode(theirs["directory"]) == b"".join(entries) + tail
    assert theirs["padding"] == layout.padding_size(ours)


def test_both_fold_every_letter_alike(browser: Library) -> None:
    """What one takes for the same letter, so does the other; how it is spelled is no matter."""
    letters = [
        chr(point)
        for point in range(0x110000)
        if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co", "Cc")
    ]
    folded = browser.ask("folds", texts=letters)
    ours: dict[str, set[str]] = {}
    seen: dict[str, set[str]] = {}
    for letter, theirs in zip(letters, folded, strict=True):
        ours.setdefault(_fold(letter), set()).add(theirs)
        seen.setdefault(theirs, set()).add(_fold(letter))
    pairs = [*ours.items(), *seen.items()]
    assert [letter for letter, others in pairs if len(others) > 1] == []


# Of a type that the page's package is asked to read.
REAL = [
    each
    for each in vectors(VECTORS / "age")
    if each.identities() and not each.needs_another_type() and "armored" not in each.keys
]


@pytest.mark.parametrize("vector", REAL, ids=lambda each: each.name)
def test_the_package_does_what_the_vector_says(
    vector: Vector, browser: Library, tmp_path: Path
) -> None:
    path = tmp_path / "file.age"
    path.write_bytes(vector.body)
    identities = [text for text in vector.keys["identity"] if "-PQ-" not in text]
    asked = {"path": path, "identities": identities}
    if vector.one("expect") == "success":
        assert base64.b64decode(browser.ask("age", **asked)).hex() == vector.one("payload")
    else:
        with pytest.raises(RefusedByBrowser):
            browser.ask("age", **asked)


def test_there_are_vectors() -> None:
    if not REAL:
        pytest.skip(f"no age vectors in {VECTORS}: set SUNSEAL_VECTORS")
    assert {each.one("expect") for each in REAL} >= {"success", "payload failure"}
