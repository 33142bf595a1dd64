"""The bidder's own statements: one after the other, each naming the one before."""

from dataclasses import dataclass

from sunseal_crypto import statement
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import Action, BidStatement, SignedStatement
from sunseal_parties.bidder.authorship import Authorship


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain; `previous` is the digest of the statement before."""

    action: Action = "submit"
    sequence: int = 1
    previous: bytes = b""


FIRST = Link()


@dataclass(frozen=True, slots=True)
class Contents:
    """The sealed file as a statement describes it."""

    size: int
    sha256: bytes
    manifest: bytes
    authorship: Authorship


# A withdrawal takes the bid out of the box, and no file goes with it.
NOTHING = Contents(0, b"", b"", Authorship(b"", b"", b""))


def sign(
    envelope: EnvelopeKey, pseudonym: SigningKey, link: Link, contents: Contents
) -> SignedStatement:
    said = BidStatement(
        origin=envelope.terms.origin,
        tender=envelope.terms.tender,
        envelope=envelope.terms.envelope,
        recipient=envelope.recipient,
        terms=envelope.terms_hash,
        pseudonym=pseudonym.public,
        action=link.action,
        previous=link.previous,
        sequence=link.sequence,
        size=contents.size,
        sha256=contents.sha256,
        manifest=contents.manifest,
        share=contents.authorship.share,
        body_hash=contents.authorship.body_hash,
        proof=contents.authorship.proof,
    )
    return statement.sign(said, pseudonym)


def after(head: SignedStatement | None, *, withdraw: bool = False) -> Link:
    """Where the next statement belongs, after the last one that joined."""
    if head is None:
        return FIRST
    said = statement.parse(head.statement)
    again: Action = "submit" if is_withdrawal(head) else "replace"
    action = "withdraw" if withdraw else again
    return Link(action, said.sequence + 1, statement.digest(head.statement))


def is_withdrawal(signed: SignedStatement) -> bool:
    return statement.parse(signed.statement).action == "withdraw"
