"""Certifying the key, joining, submitting, being refused or barred."""

import hashlib
import io
from typing import Any

from sunseal_crypto import (
    age,
    bid,
    box,
    sealed,
    statement,
)
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.bid import BidManifest
from sunseal_crypto.box import Link
from sunseal_crypto.bundle import Fact
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.statement import BidStatement, SignedStatement
from tests.auditor.story.key import TENDER, WITHDRAWN
from tests.auditor.story.log import Log
from tests.auditor.story.parts import Bid
from tests.crypto.logs import ORIGIN


class Bidding(Log):
    """What happens until the deadline."""

    def certify(self, data: bytes | None = None) -> None:
        digest = hashlib.sha256(data or self.made.certificate).digest()
        self.enter("ceremony.certificate", certificate=base64_text(digest))
        self.tick()

    def joins(self, name: str, price: str = "100", *, logged: bool = True) -> Bid:
        number = len(self.bids)
        made = Bid(
            name=name,
            organization=f"00000000-0000-4000-8000-{number:012d}",
            key=SigningKey.from_seed(bytes([200 + number]) * 32),
            pseudonym=SigningKey.from_seed(bytes([50 + number]) * 32),
            price=price,
        )
        self.bids.append(made)
        self.registers(made)
        if logged:
            self.enter("bid.join", actor=base64_text(made.pseudonym.public))
        return made

    def registers(self, by: Bid) -> None:
        """What the log says of a firm, and what tables say of it ever after."""
        firm = f"organization/{by.organization}"
        key = base64_text(by.key.public)
        self.enter("organization.register", object_=firm, kind="bidder", name=by.name)
        self.enter("key.enrol", object_=firm, key=key)
        for what, value in (("key", key), ("kind", "bidder"), ("name", by.name)):
            self.facts.append(Fact(object=firm, field=what, value=value, waiting=False))

    def submits(self, by: Bid, action: statement.Action = "submit", **changes: Any) -> None:
        """A submit, replace or withdraw that is accepted in the next tick."""
        signed = self.signed(by, action, **changes)
        by.chain.append(Link(statement=signed, entry=self._log_statement(box.ACCEPTED, signed)))

    def is_refused(self, by: Bid) -> None:
        signed = self.signed(by, "submit")
        by.refused.append(Link(statement=signed, entry=self._log_statement(box.REFUSED, signed)))

    def signed(self, by: Bid, action: statement.Action, **changes: Any) -> SignedStatement:
        previous = by.chain[-1].statement.statement if by.chain else b""
        said: dict[str, Any] = {
            "origin": ORIGIN,
            "tender": TENDER,
            "envelope": "1",
            "recipient": self.key.recipient,
            "terms": self.key.terms_hash,
            "pseudonym": by.pseudonym.public,
            "action": action,
            "previous": statement.digest(previous) if previous else b"",
            "sequence": len(by.chain) + 1,
        }
        bid_fields = WITHDRAWN if action == "withdraw" else self._seal(by)
        return statement.sign(BidStatement(**(said | bid_fields | changes)), by.pseudonym)

    def _seal(self, by: Bid) -> dict[str, Any]:
        by.manifest = bid.encode(
            BidManifest(
                version="sunseal/bid/v1",
                origin=ORIGIN,
                tender=TENDER,
                envelope="1",
                recipient=self.key.recipient,
                terms=self.key.terms_hash,
                organization=by.organization,
                pseudonym=by.pseudonym.public,
                price=by.price,
                currency="CNY",
                practitioners=[],
                files=[],
                salt=self.random.randbytes(32),
            )
        )
        file = io.BytesIO()
        envelope = age.X25519Recipient.from_string(self.key.recipient)
        age.encrypt(io.BytesIO(b""), file, [envelope, X25519Identity.generate().recipient()])
        found = sealed.check(file.getvalue())
        by.header = file.getvalue()[: len(file.getvalue()) - 32]
        return {
            "size": 70_000,
            "sha256": b"f" * 32,
            "manifest": bid.manifest_hash(by.manifest),
            "share": sealed.envelope_share(found),
            "body_hash": hashlib.sha256(sealed.envelope_body(found)).digest(),
            "proof": b"p" * 64,
        }

    def _log_statement(self, action: str, signed: SignedStatement) -> LoggedEntry:
        digest = statement.digest(signed.statement)
        return self.logged(action, statement=base64_text(digest))

    def bars(self, by: Bid) -> None:
        pseudonym = base64_text(by.pseudonym.public)
        by.decision = self.logged("screening.decision", pseudonym=pseudonym, decision="barred")
