"""The operations of the browser's library, under its names, by `sunseal_crypto` and `sunseal-bid`.

Each takes what `harness.ts` takes and raises CryptoError where that one refuses.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sunseal_crypto import (
    bid,
    container,
    joining,
    notes,
    notice,
    proofs,
    sealed,
    signing,
    statement,
    terms,
)
from sunseal_crypto import certificate as certificates
from sunseal_crypto import promise as promises
from sunseal_crypto import roster as rosters
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.container.names import Names
from sunseal_crypto.errors import CryptoError, Malformed
from sunseal_crypto.joining import SignedJoining
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.statement import SignedStatement
from sunseal_parties.bidder import rehearse, trust
from sunseal_parties.bidder.authorship import context
from sunseal_parties.bidder.errors import BidderError


def roster(data: bytes) -> None:
    parsed = rosters.parse(data)
    VerifierKey.parse(parsed.log)
    keys = [VerifierKey.parse(key, COSIGNATURE) for key in parsed.cosigners()]
    if len({key.name for key in keys}) < len(keys):
        raise Malformed("a cosigner's name stands twice")


def verify_joining(data: bytes, signature: bytes, organization: bytes) -> None:
    joining.verify(signed(SignedJoining, data, signature), organization)


def verify_statement(data: bytes, signature: bytes) -> None:
    statement.verify(signed(SignedStatement, data, signature))


def verify_chain(chain: Sequence[dict[str, bytes]]) -> None:
    statement.verify_chain([SignedStatement(each["data"], each["signature"]) for each in chain])


def signed(form: Any, data: bytes, signature: bytes) -> Any:
    # A signature of another length is refused where a request is read, before any of this.
    if len(signature) != signing.SIGNATURE_BYTES:
        raise Malformed("a signature has 64 bytes")
    return form(data, signature)


def verify_receipt(receipt: str, roster: bytes, quorum: int) -> None:
    trust.verify_receipt(receipt.encode(), rosters.parse(roster), quorum)


def verify_promise(promise: str, roster: bytes) -> None:
    platform = VerifierKey.parse(rosters.parse(roster).promise)
    promises.verify(promise.encode(), platform)


def envelope(certificate: bytes, roster: bytes) -> EnvelopeKey:
    return certificates.verify(certificate, roster)


def names(names: Sequence[str]) -> None:
    found = Names()
    for name in names:
        found.add(name)


def authorship(
    share: bytes, proof: bytes, pseudonym: bytes, body_hash: bytes, **key: bytes
) -> None:
    proofs.verify_authorship(share, proof, context(envelope(**key), pseudonym, body_hash))


def read_container(path: Path) -> None:
    with path.open("rb") as source:
        entries = container.read(source)
        next(entries).read(bid.LIMIT)
        next(entries).read(signing.SIGNATURE_BYTES)
        for _ in entries:
            pass


def accept(
    notice: bytes, receipt: str, tender: str, envelope: str, certificate: bytes, roster: bytes
) -> None:
    trusted = trust.check(certificate, notice, roster, UUID(tender), envelope)
    trust._check_logged(trusted, trust.Offered(certificate, receipt.encode(), notice))


def rehearsed(
    path: Path, data: bytes, signature: bytes, organization: bytes, identity: str, **key: bytes
) -> None:
    own = X25519Identity.from_string(identity)
    said = SignedStatement(data, signature)
    rehearse.rehearse(path, said, envelope(**key), organization, own)


OPERATIONS: dict[str, Callable[..., object]] = {
    "roster": roster,
    "terms": terms.parse,
    "notice": notice.parse,
    "note": notes.parse,
    "key": VerifierKey.parse,
    "bid": bid.decode,
    "joining": verify_joining,
    "statement": verify_statement,
    "chain": verify_chain,
    "signature": lambda key, message, signature: signing.verify(key, message, signature),
    "header": sealed.check,
    "names": names,
    "certificate": envelope,
    "accept": accept,
    "receipt": verify_receipt,
    "promise": verify_promise,
    "authorship": authorship,
    "container": read_container,
    "rehearse": rehearsed,
}
# What they raise; the last one where `sunseal-bid` has words of its own.
REFUSALS = (CryptoError, BidderError)
