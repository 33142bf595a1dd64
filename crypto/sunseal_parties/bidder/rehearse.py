"""The bidder opens its own sealed bid, as the worker will: every hash and signature must hold.

Only the custodians' part cannot be tried; that the envelope's stanza is one they will answer for is
checked by its share and proof, as they check it.
"""

from hashlib import file_digest, sha256
from pathlib import Path

from sunseal_crypto import age, bid, container, proofs, sealed, statement
from sunseal_crypto.age import X25519Identity, header, stream
from sunseal_crypto.bid import BidManifest, FileDigest
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.container import Entry
from sunseal_crypto.errors import Unverified
from sunseal_crypto.signing import SIGNATURE_BYTES
from sunseal_crypto.statement import BidStatement, SignedStatement
from sunseal_crypto.streams import Source
from sunseal_parties.bidder import authorship
from sunseal_parties.bidder.errors import FileChanged

SAME = ("origin", "tender", "envelope", "recipient", "terms", "pseudonym")


def rehearse(
    path: Path,
    signed: SignedStatement,
    envelope: EnvelopeKey,
    organization: bytes,
    recovery: X25519Identity,
) -> BidManifest:
    """What the opening will find in `path`. Raises FileChanged, CryptoError.

    `organization` is the enrolled public key.
    """
    # 1. The file is the one that the statement names.
    said = statement.verify(signed)
    check_unchanged(path, said)
    # 2. Its header has the two stanzas, and the first is the one that was proved.
    _check_envelope_stanza(path, said, envelope)
    # 3. All of it opens and is what was signed.
    with path.open("rb") as source:
        key = age.file.file_key(header.read(source, limit=sealed.LIMIT), [recovery])
        return _check_contents(stream.reader(key, source), said, organization)


def check_unchanged(path: Path, said: BidStatement) -> None:
    """Raises FileChanged unless `path` holds the bytes that the statement promises."""
    if not path.exists():
        raise FileChanged(path, "is gone")
    with path.open("rb") as file:
        if path.stat().st_size != said.size or file_digest(file, sha256).digest() != said.sha256:
            raise FileChanged(path)


def _check_envelope_stanza(path: Path, said: BidStatement, envelope: EnvelopeKey) -> None:
    with path.open("rb") as file:
        head = sealed.check(file.read(sealed.LIMIT))
    body_hash = sha256(sealed.envelope_body(head)).digest()
    if (sealed.envelope_share(head), body_hash) != (said.share, said.body_hash):
        raise Unverified("rehearsal: the first stanza is not the one in the statement")
    bound = authorship.context(envelope, said.pseudonym, body_hash)
    proofs.verify_authorship(said.share, said.proof, bound)


def _check_contents(source: Source, said: BidStatement, organization: bytes) -> BidManifest:
    entries = container.read(source)
    bid_json = next(entries).read(bid.LIMIT)
    if bid.manifest_hash(bid_json) != said.manifest:
        raise Unverified("rehearsal: bid.json is not the one in the statement")
    manifest = bid.decode(bid_json)
    for name in SAME:
        if getattr(manifest, name) != getattr(said, name):
            raise Unverified(f"rehearsal: bid.json and statement differ in {name}")
    bid.verify(organization, bid_json, next(entries).read(SIGNATURE_BYTES))
    bid.verify_files(manifest, [_digest(entry) for entry in entries])
    return manifest


def _digest(entry: Entry) -> FileDigest:
    hash_ = sha256()
    for block in entry.blocks():
        hash_.update(block)
    return FileDigest(entry.name, entry.size, hash_.digest())
