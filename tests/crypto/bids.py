"""Statements of a bidder that exists only in tests."""

from typing import Any

import msgspec

from sunseal_crypto import statement
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import BidStatement, SignedStatement
from tests.crypto.logs import ORIGIN

BIDDER = SigningKey.from_seed(b"b" * 32)
WITHDRAWN: dict[str, Any] = {
    "action": "withdraw",
    "size": 0,
    "sha256": b"",
    "manifest": b"",
    "share": b"",
    "body_hash": b"",
    "proof": b"",
}
FIRST = BidStatement(
    origin=ORIGIN,
    tender="6f1c0c6e-9b1d-4f0a-8f0e-0d9a4f6f3a11",
    envelope="1",
    recipient="age1" + "q" * 58,
    terms=b"t" * 32,
    pseudonym=BIDDER.public,
    action="submit",
    previous=b"",
    sequence=1,
    size=70_000,
    sha256=b"f" * 32,
    manifest=b"m" * 32,
    share=b"e" * 32,
    body_hash=b"h" * 32,
    proof=b"p" * 64,
)


def after(signed: SignedStatement, **changes: Any) -> SignedStatement:
    """The next statement of the chain, a replace unless `changes` say otherwise."""
    before = statement.parse(signed.statement)
    changes = {
        "action": "replace",
        "previous": statement.digest(signed.statement),
        "sequence": before.sequence + 1,
    } | changes
    return statement.sign(msgspec.structs.replace(FIRST, **changes), BIDDER)


def chain_of(*actions: str) -> list[SignedStatement]:
    chain = [statement.sign(FIRST, BIDDER)]
    for action in actions[1:]:
        chain.append(
            after(chain[-1], **(WITHDRAWN if action == "withdraw" else {"action": action}))
        )
    return chain
