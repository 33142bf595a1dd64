"""A bidder of a world: it seals, says and sends as `sunseal-bid` does, and may do it wrong."""

import hashlib
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sunseal.bids import service as bids
from sunseal.bids.service import store
from sunseal.bids.service.store import Piece
from sunseal.database import Role
from sunseal_crypto import age, bid, canonical, container, joining, statement
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.bid import BidManifest, FileDigest, Practitioner
from sunseal_crypto.container import Document
from sunseal_crypto.joining import Joining
from sunseal_crypto.sealed import LIMIT as HEADER_LIMIT
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import BidStatement, SignedStatement
from sunseal_parties.bidder.authorship import EnvelopeRecipient

if TYPE_CHECKING:
    from tests.opening.world import World

SEGMENT = 8 << 20
BLANK = {"sha256": b"", "manifest": b"", "share": b"", "body_hash": b"", "proof": b""}


@dataclass(frozen=True)
class SealedBid:
    data: bytes
    manifest: BidManifest
    authorship: Any


@dataclass
class Firm:
    """A bidder, with its keys and what it has said so far."""

    world: "World"
    name: str
    organization: UUID
    person: UUID
    key: SigningKey
    pseudonym: SigningKey = field(default_factory=SigningKey.generate)
    last: SignedStatement | None = None
    submission: UUID | None = None

    def unit(self) -> Any:
        return self.world.box.unit_as(Role.BIDDER, self.person, self.organization)

    def joined(self) -> "Firm":
        key = self.world.key
        said = Joining(
            origin=key.terms.origin,
            tender=key.terms.tender,
            envelope="1",
            pseudonym=self.pseudonym.public,
        )
        with self.unit() as uow:
            signed = joining.sign(said, self.key)
            bids.join(uow, key.terms.origin, self.world.tender, "1", signed)
        return self

    def seal(
        self,
        price: str = "1000.00",
        documents: dict[str, bytes] | None = None,
        practitioners: tuple[str, ...] = (),
        signer: SigningKey | None = None,
        recovery: X25519Identity | None = None,
        tamper: Callable[[bytes], bytes] = lambda data: data,
        **changes: Any,
    ) -> SealedBid:
        """A sealed file; `changes` go into bid.json, `tamper` into the container's bytes."""
        key = self.world.key
        files = [
            Document.measure(name, lambda content=content: io.BytesIO(content))  # type: ignore[misc]
            for name, content in (documents or {"offer.txt": price.encode()}).items()
        ]
        fields: dict[str, Any] = {
            "version": "sunseal/bid/v1",
            "origin": key.terms.origin,
            "tender": key.terms.tender,
            "envelope": "1",
            "recipient": key.recipient,
            "terms": key.terms_hash,
            "organization": str(self.organization),
            "pseudonym": self.pseudonym.public,
            "price": price,
            "currency": "CNY",
            "practitioners": [Practitioner(name) for name in practitioners],
            "files": [FileDigest(file.name, file.size, file.sha256) for file in files],
            "salt": secrets.token_bytes(32),
        }
        manifest = BidManifest(**(fields | changes))
        data = canonical.encode(manifest)
        plain = io.BytesIO()
        container.write(plain, data, bid.sign(signer or self.key, data), files)
        envelope = EnvelopeRecipient(key, self.pseudonym.public)
        own = (recovery or X25519Identity.generate()).recipient()
        sealed = io.BytesIO()
        age.encrypt(io.BytesIO(tamper(plain.getvalue())), sealed, [envelope, own])
        return SealedBid(sealed.getvalue(), manifest, envelope.authorship)

    def say(self, sealed: SealedBid | None, action: str, **changes: Any) -> SignedStatement:
        """The next statement of the chain."""
        key = self.world.key
        before = statement.parse(self.last.statement) if self.last else None
        fields: dict[str, Any] = {
            "origin": key.terms.origin,
            "tender": key.terms.tender,
            "envelope": "1",
            "recipient": key.recipient,
            "terms": key.terms_hash,
            "pseudonym": self.pseudonym.public,
            "action": action,
            "previous": statement.digest(self.last.statement) if self.last else b"",
            "sequence": before.sequence + 1 if before else 1,
            "size": len(sealed.data) if sealed else 0,
            **BLANK,
        }
        if sealed is not None:
            fields |= {
                "sha256": hashlib.sha256(sealed.data).digest(),
                "manifest": bid.manifest_hash(canonical.encode(sealed.manifest)),
                "share": sealed.authorship.share,
                "body_hash": sealed.authorship.body_hash,
                "proof": sealed.authorship.proof,
            }
        return statement.sign(BidStatement(**(fields | changes)), self.pseudonym)

    def submit(
        self, sealed: SealedBid, action: str = "submit", *, check: bool = True, **changes: Any
    ) -> UUID:
        """Commits, uploads and finalises; then the worker's digest check."""
        signed = self.say(sealed, action, **changes)
        submission = self.upload(signed, sealed.data)
        with self.unit() as uow:
            world = self.world
            bids.finalise(uow, world.settings, world.keys, world.storage, submission)
        self.last, self.submission = signed, submission
        if check:
            self.world.check_digest(submission)
        return submission

    def upload(self, signed: SignedStatement, data: bytes) -> UUID:
        """Commits and uploads, and leaves it at that."""
        world = self.world
        with self.unit() as uow:
            made = bids.commit(uow, world.settings, world.keys, world.tender, "1", signed)
        assert made.upload_id is not None
        cuts = [0, min(HEADER_LIMIT, len(data)), *range(HEADER_LIMIT + SEGMENT, len(data), SEGMENT)]
        for start, end in zip(cuts, [*cuts[1:], len(data)], strict=True):
            part = data[start:end]
            if not part:
                continue
            with self.unit() as uow:
                announced = store.announce(uow)
            world.storage.put(announced.object, part)
            with self.unit() as uow:
                piece = Piece(start, len(part), hashlib.sha256(part).digest(), announced)
                store.keep(uow, made.upload_id, [piece])
        return made.id

    def withdraw(self) -> None:
        signed = self.say(None, "withdraw")
        world = self.world
        with self.unit() as uow:
            bids.commit(uow, world.settings, world.keys, world.tender, "1", signed)
        self.last = signed
