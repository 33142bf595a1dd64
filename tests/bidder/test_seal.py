"""The sealed file itself, opened by tools that are not ours as well."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyrage
import pytest

from sunseal_crypto import bid, proofs, sealed, statement
from sunseal_crypto.age import NoIdentityMatch, X25519Identity
from sunseal_crypto.container import DocumentChanged
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_parties.bidder import authorship, rehearse, seal
from sunseal_parties.bidder.errors import FileChanged, NotEnoughSpace, WrongInput
from sunseal_parties.bidder.seal import Bidder, Offer, SealedBid
from sunseal_parties.bidder.statements import Link
from tests.bidder.world import World, bidder

CONTENTS = {"offer.pdf": b"We build it well.", "计划.txt": b"x" * 200_000, "empty": b""}


@pytest.fixture
def recovery() -> X25519Identity:
    return X25519Identity.generate()


@pytest.fixture
def firm(recovery: X25519Identity) -> Bidder:
    return bidder(recovery.recipient())


@pytest.fixture
def offer(tmp_path: Path) -> Offer:
    for name, data in CONTENTS.items():
        (tmp_path / name).write_bytes(data)
    return Offer("1234567.89", "CNY", [tmp_path / name for name in CONTENTS])


@pytest.fixture
def bid_file(shared_world: World, firm: Bidder, offer: Offer, tmp_path: Path) -> SealedBid:
    return seal.seal(offer, shared_world.key, firm, tmp_path / "sealed.age")


def test_another_age_and_another_zip_reader_open_it(
    bid_file: SealedBid, recovery: X25519Identity, firm: Bidder
) -> None:
    identity = pyrage.x25519.Identity.from_str(str(recovery))
    plain = pyrage.decrypt(bid_file.path.read_bytes(), [identity])
    with zipfile.ZipFile(io.BytesIO(plain)) as unpacked:
        assert unpacked.namelist() == ["bid.json", "bid.sig", *CONTENTS, "padding"]
        assert {name: unpacked.read(name) for name in CONTENTS} == CONTENTS
        said = json.loads(unpacked.read("bid.json"))
        bid.verify(firm.key.public, unpacked.read("bid.json"), unpacked.read("bid.sig"))
        assert sha256(unpacked.read("bid.json")).digest() == bid_file.said.manifest
    assert (said["price"], said["currency"]) == ("1234567.89", "CNY")


def test_the_statement_describes_the_file(
    bid_file: SealedBid, shared_world: World, firm: Bidder
) -> None:
    data = bid_file.path.read_bytes()
    said = statement.verify(bid_file.statement)
    assert (said.size, said.sha256) == (len(data), sha256(data).digest())
    assert said.pseudonym == firm.pseudonym.public
    assert said.recipient == shared_world.key.recipient
    assert (said.action, said.sequence, said.previous) == ("submit", 1, b"")


def test_envelope_first_recovery_second_and_nobody_else(
    bid_file: SealedBid, recovery: X25519Identity
) -> None:
    head = sealed.check(bid_file.path.read_bytes()[: sealed.LIMIT])
    assert [stanza.type for stanza in head.stanzas] == ["X25519", "X25519"]
    assert head.size == seal.HEADER_SIZE
    recovery.unwrap(head.stanzas[1:])
    with pytest.raises(NoIdentityMatch):
        recovery.unwrap(head.stanzas[:1])


def test_authorship_is_proved_for_this_pseudonym_alone(
    bid_file: SealedBid, shared_world: World, firm: Bidder
) -> None:
    said = bid_file.said
    bound = authorship.context(shared_world.key, said.pseudonym, said.body_hash)
    proofs.verify_authorship(said.share, said.proof, bound)
    other = authorship.context(shared_world.key, firm.key.public, said.body_hash)
    with pytest.raises(Unverified):
        proofs.verify_authorship(said.share, said.proof, other)


def test_the_secret_of_the_envelope_stanza_is_kept_nowhere(shared_world: World) -> None:
    recipient = authorship.EnvelopeRecipient(shared_world.key, b"p" * 32)
    recipient.wrap(bytes(16))
    kept = vars(recipient)
    assert set(kept) == {"_envelope", "_pseudonym", "_authorship"}
    assert set(authorship.Authorship.__slots__) == {"share", "body_hash", "proof"}


def test_two_seals_of_one_offer_have_nothing_in_common(
    bid_file: SealedBid, shared_world: World, firm: Bidder, offer: Offer, tmp_path: Path
) -> None:
    again = seal.seal(offer, shared_world.key, firm, tmp_path / "again.age")
    assert again.said.manifest != bid_file.said.manifest
    assert again.said.share != bid_file.said.share
    assert again.size == bid_file.size


def test_the_size_does_not_tell_the_price(
    shared_world: World, firm: Bidder, offer: Offer, tmp_path: Path
) -> None:
    sizes = {
        seal.seal(
            Offer(price, "CNY", offer.documents), shared_world.key, firm, tmp_path / "s.age"
        ).size
        for price in ("1", "123456789012.123456")
    }
    assert len(sizes) == 1


def test_the_rehearsal_finds_what_the_opening_will(
    bid_file: SealedBid, shared_world: World, firm: Bidder, recovery: X25519Identity
) -> None:
    opened = rehearse.rehearse(
        bid_file.path, bid_file.statement, shared_world.key, firm.key.public, recovery
    )
    assert opened.price == "1234567.89"
    assert [file.name for file in opened.files] == list(CONTENTS)


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("at", [0, 60, 300, -1], ids=["version", "share", "payload", "end"])
def test_a_flipped_byte_shows_before_anything_leaves(
    bid_file: SealedBid, shared_world: World, firm: Bidder, recovery: X25519Identity, at: int
) -> None:
    _flip(bid_file.path, at)
    with pytest.raises(FileChanged):
        rehearse.rehearse(
            bid_file.path, bid_file.statement, shared_world.key, firm.key.public, recovery
        )


def test_a_rehearsal_with_another_organization_s_key_fails(
    bid_file: SealedBid, shared_world: World, firm: Bidder, recovery: X25519Identity
) -> None:
    with pytest.raises(Unverified):
        rehearse.rehearse(
            bid_file.path, bid_file.statement, shared_world.key, firm.pseudonym.public, recovery
        )


def test_a_statement_for_another_file_does_not_pass(
    bid_file: SealedBid,
    shared_world: World,
    firm: Bidder,
    recovery: X25519Identity,
    offer: Offer,
    tmp_path: Path,
) -> None:
    other = seal.seal(offer, shared_world.key, firm, tmp_path / "other.age")
    with pytest.raises(FileChanged):
        rehearse.rehearse(
            bid_file.path, other.statement, shared_world.key, firm.key.public, recovery
        )


class Growing:
    """A document that somebody saves again between its measuring and its sealing."""

    def __init__(self, path: Path) -> None:
        self.path, self.opened = path, 0

    def __call__(self) -> Any:
        self.opened += 1
        if self.opened == 2:
            self.path.write_bytes(b"We build it worse")
        return self.path.open("rb", buffering=0)


def test_a_document_edited_while_it_is_sealed(
    shared_world: World,
    firm: Bidder,
    offer: Offer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seal, "_opener", Growing)
    with pytest.raises(DocumentChanged):
        seal.seal(offer, shared_world.key, firm, tmp_path / "sealed.age")
    assert not (tmp_path / "sealed.age").exists()


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        (["missing.pdf"], WrongInput),
        (["."], WrongInput),
        (["offer.pdf", "offer.pdf"], CryptoError),
        (["offer.pdf", "OFFER.PDF"], CryptoError),
    ],
    ids=["missing", "a folder", "twice", "by case only"],
)
def test_documents_that_cannot_be_sealed(
    shared_world: World,
    firm: Bidder,
    offer: Offer,
    tmp_path: Path,
    documents: list[str],
    reason: type[Exception],
) -> None:
    (tmp_path / "OFFER.PDF").write_bytes(b"another")
    wrong = Offer("1", "CNY", [tmp_path / name for name in documents])
    with pytest.raises(reason):
        seal.seal(wrong, shared_world.key, firm, tmp_path / "sealed.age")


def test_a_full_disk_is_found_out_before_the_work(
    shared_world: World,
    firm: Bidder,
    offer: Offer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(NotEnoughSpace) as refused:
        seal.seal(offer, shared_world.key, firm, tmp_path / "sealed.age")
    assert refused.value.needed > 200_000
    assert not list(tmp_path.glob("sealed*"))


def test_a_link_places_the_statement(
    shared_world: World, firm: Bidder, offer: Offer, tmp_path: Path
) -> None:
    link = Link("replace", 2, b"d" * 32)
    made = seal.seal(offer, shared_world.key, firm, tmp_path / "sealed.age", link=link)
    assert (made.said.action, made.said.sequence, made.said.previous) == ("replace", 2, b"d" * 32)


MEASURE = """
import re, sys
from pathlib import Path
from tests.bidder.world import World, bidder
from sunseal_crypto.age import X25519Identity
from sunseal_parties.bidder import rehearse, seal
folder, world, own = Path(sys.argv[1]), World(), X25519Identity.generate()
firm, key = bidder(own.recipient()), world.key
offer = seal.Offer("1", "CNY", [folder / "large"])
made = seal.seal(offer, key, firm, folder / "sealed.age")
rehearse.rehearse(made.path, made.statement, key, firm.key.public, own)
# The peak of this program alone: getrusage would count what the parent held when it forked.
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from /proc"
)


def resident(folder: Path, size: int) -> int:
    """MiB at most resident while a document of `size` bytes is sealed and rehearsed."""
    with (folder / "large").open("wb") as file:
        file.truncate(size)
    command = [sys.executable, "-c", MEASURE, str(folder)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    (folder / "sealed.age").unlink()
    return int(done.stdout) >> 10


@needs_proc
def test_memory_does_not_grow_with_the_bid(tmp_path: Path) -> None:
    assert resident(tmp_path, 128 << 20) < 100


@needs_proc
@pytest.mark.slow
def test_a_gibibyte_in_less_than_100_mebibytes(tmp_path: Path) -> None:
    assert resident(tmp_path, 1 << 30) < 100
