"""Bidders with pseudonyms, chains of statements, and stanzas that really open."""

import hashlib
import os
from dataclasses import dataclass, field
from typing import Any

from sunseal_crypto import proofs, statement
from sunseal_crypto.age import Stanza, x25519
from sunseal_crypto.age.x25519 import X25519Recipient
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import BidStatement, SignedStatement

FILE_KEY = b"sixteen byte key"
NO_BID = {"size": 0, **dict.fromkeys(("sha256", "manifest", "share", "body_hash", "proof"), b"")}


@dataclass
class Bidder:
    """`stanza` is that of the last bid; `chain` pairs statements with their log entries' nonces."""

    key: EnvelopeKey
    signing: SigningKey = field(default_factory=SigningKey.generate)
    chain: list[tuple[SignedStatement, bytes]] = field(default_factory=list)
    stanza: Stanza | None = None

    def say(self, action: str, **changes: Any) -> SignedStatement:
        """The next statement of the chain; `changes` make it a dishonest one."""
        bid = {
            "size": 0,
            "sha256": b"",
            "manifest": b"",
            "share": b"",
            "body_hash": b"",
            "proof": b"",
        }
        if action != "withdraw":
            bid = self._bid()
        previous = self.chain[-1][0].statement if self.chain else None
        fields = dict(
            origin=self.key.terms.origin,
            tender=self.key.terms.tender,
            envelope=self.key.terms.envelope,
            recipient=self.key.recipient,
            terms=self.key.terms_hash,
            pseudonym=self.signing.public,
            action=action,
            previous=b"" if previous is None else statement.digest(previous),
            sequence=len(self.chain) + 1,
            **bid,
        )
        return statement.sign(BidStatement(**{**fields, **changes}), self.signing)

    def _bid(self) -> dict[str, Any]:
        secret = os.urandom(32)
        recipient = X25519Recipient.from_string(self.key.recipient)
        self.stanza = x25519.wrap(FILE_KEY, recipient, secret)
        share = x25519.share(self.stanza)
        body_hash = hashlib.sha256(self.stanza.body).digest()
        context = proofs.AuthorshipContext(
            origin=self.key.terms.origin,
            tender=self.key.terms.tender,
            envelope=self.key.terms.envelope,
            terms=self.key.terms_hash,
            pseudonym=self.signing.public,
            body_hash=body_hash,
        )
        return {
            "size": 65536,
            "sha256": os.urandom(32),
            "manifest": os.urandom(32),
            "share": share,
            "body_hash": body_hash,
            "proof": proofs.prove_authorship(secret, context),
        }
