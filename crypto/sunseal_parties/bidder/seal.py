"""Sealing a bid: documents and price → container → age → one file, and the statement about it.

Everything streams: a bid of any size passes through a few buffers. The size is known before the
first byte, so that a full disk is found out before the work, not after.
"""

import os
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedRandom
from pathlib import Path
from typing import BinaryIO

from sunseal_crypto import age, bid, container, statement
from sunseal_crypto.age import Stanza, X25519Recipient, header, stream, x25519
from sunseal_crypto.bid import BidManifest, FileDigest, Practitioner
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.container import Document
from sunseal_crypto.signing import SIGNATURE_BYTES, SigningKey
from sunseal_crypto.statement import BidStatement, SignedStatement
from sunseal_crypto.streams import Readable
from sunseal_parties.bidder import statements
from sunseal_parties.bidder.authorship import EnvelopeRecipient
from sunseal_parties.bidder.errors import NotEnoughSpace, WrongInput
from sunseal_parties.bidder.home import move_into_place, private_file
from sunseal_parties.bidder.progress import Progress, none
from sunseal_parties.bidder.statements import FIRST, Contents, Link

SALT_BYTES = 32

_STANZA = Stanza((x25519.STANZA_TYPE, header.encode_base64(bytes(32))), bytes(32))
HEADER_SIZE = len(header.serialize([_STANZA, _STANZA], bytes(x25519.FILE_KEY_BYTES)))


@dataclass(frozen=True, slots=True)
class Offer:
    """What the bidder wants to say; `price` is the text that will stand in `bid.json`."""

    price: str
    currency: str
    documents: Sequence[Path]
    practitioners: Sequence[Practitioner] = ()
    validity_days: int | None = None


@dataclass(frozen=True, slots=True)
class Bidder:
    """In whose name, and under which pseudonym; `recovery` is the only other reader."""

    organization: str
    key: SigningKey
    pseudonym: SigningKey
    recovery: X25519Recipient


@dataclass(frozen=True, slots=True)
class SealedBid:
    """A file that only the envelope's custodians together, or the bidder alone, can open."""

    path: Path
    said: BidStatement
    statement: SignedStatement
    files: tuple[FileDigest, ...]

    @property
    def size(self) -> int:
        return self.said.size

    @property
    def sha256(self) -> bytes:
        return self.said.sha256


def seal(
    offer: Offer,
    envelope: EnvelopeKey,
    bidder: Bidder,
    into: Path,
    *,
    link: Link = FIRST,
    progress: Progress = none,
) -> SealedBid:
    """Seals `offer` into the file `into`. Raises BidderError, CryptoError.

    `into` appears only when it is whole and on the disk; a kill before leaves `into` + `.part`.
    """
    # 1. The documents are measured, because bid.json and the headers stand before them.
    documents = measure(offer.documents)
    files = [FileDigest(file.name, file.size, file.sha256) for file in documents]
    # 2. What the organization says, under its signature.
    bid_json = _bid_json(offer, envelope, bidder, files)
    package = _Package(bid_json, bid.sign(bidder.key, bid_json), documents)
    # 3. The size is known now, and whether it fits.
    total = stream.sealed_size(package.size(), HEADER_SIZE)
    check_space(into.parent, total)
    # 4. Container → age → file. Envelope first, own recovery second, nobody else.
    recipient = EnvelopeRecipient(envelope, bidder.pseudonym.public)
    part = into.with_name(into.name + ".part")
    with private_file(part) as file:
        sink = _Sink(file, lambda done: progress(done, total))
        age.encrypt(package.source(), sink, [recipient, bidder.recovery])
        file.flush()
        os.fsync(file.fileno())
    move_into_place(part, into)
    # 5. The statement, signed by the pseudonym.
    hash_ = bid.manifest_hash(bid_json)
    contents = Contents(sink.size, sink.hash.digest(), hash_, recipient.authorship)
    signed = statements.sign(envelope, bidder.pseudonym, link, contents)
    return SealedBid(into, statement.parse(signed.statement), signed, tuple(files))


def measure(paths: Sequence[Path]) -> list[Document]:
    """Sizes and digests of the documents, under the names they will have. Raises WrongInput."""
    for path in paths:
        if path.is_dir():
            raise WrongInput(f"{path} is a folder: name each document in it.")
        if not os.access(path, os.R_OK):
            raise WrongInput(f"{path} cannot be read: is the name right, and may you read it?")
    return [Document.measure(member_name(path), _opener(path)) for path in paths]


def member_name(path: Path) -> str:
    """The document's name in the container: composed Unicode, which not every system writes."""
    return unicodedata.normalize("NFC", path.name)


def check_space(folder: Path, needed: int) -> None:
    """Raises NotEnoughSpace."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NotEnoughSpace(folder, needed, free)


@dataclass(frozen=True, slots=True)
class _Package:
    """What the container holds."""

    bid_json: bytes
    signature: bytes
    documents: list[Document]

    def size(self) -> int:
        sizes = [(file.name, file.size) for file in self.documents]
        return container.size_of(len(self.bid_json), SIGNATURE_BYTES, sizes)

    def source(self) -> Readable:
        return container.source(self.bid_json, self.signature, self.documents)


class _Sink:
    """The file, with the count and the hash of what went into it."""

    def __init__(self, file: BufferedRandom, progress: Callable[[int], None]) -> None:
        self._file = file
        self._progress = progress
        self.size = 0
        self.hash = sha256()

    def write(self, data: memoryview) -> int:
        self._file.write(data)
        self.hash.update(data)
        self.size += len(data)
        self._progress(self.size)
        return len(data)


def _bid_json(
    offer: Offer, envelope: EnvelopeKey, bidder: Bidder, files: list[FileDigest]
) -> bytes:
    manifest = BidManifest(
        version="sunseal/bid/v1",
        origin=envelope.terms.origin,
        tender=envelope.terms.tender,
        envelope=envelope.terms.envelope,
        recipient=envelope.recipient,
        terms=envelope.terms_hash,
        organization=bidder.organization,
        pseudonym=bidder.pseudonym.public,
        price=offer.price,
        currency=offer.currency,
        practitioners=list(offer.practitioners),
        validity_days=offer.validity_days,
        files=files,
        salt=os.urandom(SALT_BYTES),
    )
    return bid.encode(manifest)


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb", buffering=0)
