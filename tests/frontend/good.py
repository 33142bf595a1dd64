"""One good value for each operation: what the bad ones are made of, each by one change."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sunseal_crypto import bid, canonical, joining, sealed
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.joining import Joining
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import SignedStatement
from sunseal_parties.bidder import seal, statements
from sunseal_parties.bidder.authorship import Authorship
from sunseal_parties.bidder.seal import Bidder, Offer, SealedBid
from tests.bidder.world import World

ORGANIZATION = "00000000-0000-4000-8000-000000000007"


@dataclass
class Good:
    """A sealed bid in a world, and everything around it, as arguments of the operations."""

    world: World
    folder: Path
    organization: SigningKey = field(default_factory=SigningKey.generate)
    pseudonym: SigningKey = field(default_factory=SigningKey.generate)
    recovery: X25519Identity = field(default_factory=X25519Identity.generate)

    @property
    def key(self) -> dict[str, bytes]:
        return {"certificate": self.world.certificate, "roster": self.world.roster}

    @cached_property
    def documents(self) -> list[Path]:
        files = {"施工方案.pdf": os.urandom(70_000), "empty.txt": b"", "价格.xlsx": b"x" * 5}
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        return [self.folder / name for name in files]

    @cached_property
    def sealed(self) -> SealedBid:
        bidder = Bidder(ORGANIZATION, self.organization, self.pseudonym, self.recovery.recipient())
        offer = Offer("4321000.50", "CNY", self.documents, (bid.Practitioner("李四", "1234"),), 90)
        return seal.seal(offer, self.world.key, bidder, self.folder / "sealed.age")

    @cached_property
    def bid_json(self) -> bytes:
        return canonical.encode(
            bid.BidManifest(
                version="sunseal/bid/v1",
                origin=self.world.origin,
                tender=str(self.world.tender),
                envelope="1",
                recipient=self.world.key.recipient,
                terms=self.world.key.terms_hash,
                organization=ORGANIZATION,
                pseudonym=self.pseudonym.public,
                price="4321000.50",
                currency="CNY",
                practitioners=[bid.Practitioner("李四", "1234"), bid.Practitioner("王五")],
                validity_days=90,
                files=[bid.FileDigest("a.pdf", 5, b"a" * 32)],
                salt=b"s" * 32,
            )
        )

    @cached_property
    def chain(self) -> list[SignedStatement]:
        first = self.sealed.statement
        out = statements.sign(
            self.world.key,
            self.pseudonym,
            statements.after(first, withdraw=True),
            statements.NOTHING,
        )
        said = self.sealed.said
        contents = statements.Contents(
            said.size,
            said.sha256,
            said.manifest,
            Authorship(said.share, said.body_hash, said.proof),
        )
        again = statements.sign(self.world.key, self.pseudonym, statements.after(out), contents)
        return [first, out, again]

    @cached_property
    def container(self) -> Path:
        from sunseal_crypto import container
        from sunseal_crypto.container import Document

        path = self.folder / "good.zip"
        documents = [
            Document.measure(each.name, lambda each=each: each.open("rb"))  # type: ignore[misc]
            for each in self.documents
        ]
        with path.open("wb") as sink:
            container.write(sink, self.bid_json, b"s" * 64, documents)
        return path

    @cached_property
    def header(self) -> bytes:
        data = self.sealed.path.read_bytes()[: sealed.LIMIT]
        return data[: sealed.check(data).size]

    @cached_property
    def arguments(self) -> dict[str, dict[str, Any]]:
        """By operation."""
        said, first = self.sealed.said, self.sealed.statement
        joined = joining.sign(
            Joining(
                origin=self.world.origin,
                tender=str(self.world.tender),
                envelope="1",
                pseudonym=self.pseudonym.public,
            ),
            self.organization,
        )
        receipt, roster = self.world.certificate_receipt(), self.world.roster
        message = b"a message"
        return {
            "roster": {"data": roster},
            "terms": {"data": self.world.terms},
            "notice": {"data": self.world.notice},
            "note": {"data": receipt.split("\n\n", 1)[1].encode()},
            "key": {"text": str(self.world.log.verifier), "kind": 1},
            "bid": {"data": self.bid_json},
            "joining": {
                "data": joined.joining,
                "signature": joined.signature,
                "organization": self.organization.public,
            },
            "statement": {"data": first.statement, "signature": first.signature},
            "chain": {
                "chain": [
                    {"data": each.statement, "signature": each.signature} for each in self.chain
                ]
            },
            "signature": {
                "key": self.organization.public,
                "message": message,
                "signature": self.organization.sign(message),
            },
            "header": {"data": self.header},
            "names": {"names": ["bid.json", "a/b.pdf", "a/c.pdf", "说明.txt"]},
            "certificate": self.key,
            "accept": {
                **self.key,
                "notice": self.world.notice,
                "receipt": receipt,
                "tender": str(self.world.tender),
                "envelope": "1",
            },
            "receipt": {"receipt": receipt, "roster": roster, "quorum": self.world.key.terms.q},
            "promise": {
                "promise": self.world.promise(*self.world.entry("bid.accepted", statement="x")),
                "roster": roster,
            },
            "authorship": {
                **self.key,
                "share": said.share,
                "proof": said.proof,
                "pseudonym": said.pseudonym,
                "body_hash": said.body_hash,
            },
            "container": {"path": self.container},
            "rehearse": {
                **self.key,
                "path": self.sealed.path,
                "data": first.statement,
                "signature": first.signature,
                "organization": self.organization.public,
                "identity": str(self.recovery),
            },
        }
