"""Check 8: each price shown is the bidder's own, fixed before anybody could know the others'."""

from sunseal_crypto import bid, joining
from sunseal_crypto.bid import BidManifest
from sunseal_crypto.bundle import Kind
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.record import Bidder, RecordedLeaf
from sunseal_crypto.statement import BidStatement
from sunseal_parties.auditor import annex
from sunseal_parties.auditor.case import Case, Envelope

TITLE = "Prices: proved by statement, bid.json and bid.sig"


def check(case: Case) -> None:
    for envelope in case.envelopes:
        record = envelope.last_record
        for leaf in record.leaves if record else []:
            with case.findings.catching(envelope.file(f"leaf {leaf.position}")):
                _check_leaf(case, envelope, leaf)
        _check_nothing_else(case, envelope)


def _check_leaf(case: Case, envelope: Envelope, leaf: RecordedLeaf) -> None:
    if leaf.bidder is not None:
        _check_bidder(envelope, leaf, leaf.bidder)
    if leaf.outcome in ("opened", "needs_review"):
        # 1. Custodians helped to open it, and enough of them.
        _check_points(envelope, leaf.position)
        # 2. Statement → bid.json → bid.sig.
        _check_price(case, envelope, leaf)
    elif leaf.outcome == "revoked":
        _check_points(envelope, leaf.position)
        _check_cause(case, envelope, leaf.position)


def _check_cause(case: Case, envelope: Envelope, position: int) -> None:
    """Without the annex nobody but the platform knows why a bid was revoked."""
    header = (case.annex or {}).get((envelope.name, position))
    told = "cause not checked"
    if header is not None:
        told = annex.cause(envelope, position, _head(envelope, position), header)
    case.findings.remark(envelope.file(f"leaf {position}"), told)


def _check_points(envelope: Envelope, position: int) -> None:
    points = envelope.points.get(position, {})
    if len(points) < envelope.key.terms.t:
        raise Unverified(
            f"opened with {len(points)} proved answers, {envelope.key.terms.t} are needed"
        )


def _check_bidder(envelope: Envelope, leaf: RecordedLeaf, bidder: Bidder) -> None:
    """The organization's own key vouches for the pseudonym."""
    said = joining.verify(bidder.joining, bidder.key)
    terms = envelope.key.terms
    if (said.origin, said.tender, said.envelope) != (terms.origin, terms.tender, terms.envelope):
        raise Unverified("the joining is for another envelope")
    if said.pseudonym != envelope.pseudonyms.get(leaf.position):
        raise Unverified("the joining is of another pseudonym")


def _check_price(case: Case, envelope: Envelope, leaf: RecordedLeaf) -> None:
    name = str(leaf.position)
    data = case.bundle.evidence(envelope.name, Kind.MANIFEST, name)
    signature = case.bundle.evidence(envelope.name, Kind.MANIFEST_SIGNATURE, name)
    head = _head(envelope, leaf.position)
    digest = bid.manifest_hash(data)
    if digest != head.manifest:
        raise Unverified("bid.json is not the one that the statement names")
    if digest != leaf.manifest:
        raise Unverified("bid.json is not the one that the record names")
    if leaf.bidder is None:
        raise Malformed("a price is shown, but not whose it is")
    bid.verify(leaf.bidder.key, data, signature)
    manifest = bid.decode(data)
    _check_manifest(envelope, manifest, head, leaf, leaf.bidder)


def _check_manifest(
    envelope: Envelope,
    manifest: BidManifest,
    head: BidStatement,
    leaf: RecordedLeaf,
    bidder: Bidder,
) -> None:
    pairs = {
        "origin": (manifest.origin, head.origin),
        "tender": (manifest.tender, head.tender),
        "envelope": (manifest.envelope, head.envelope),
        "recipient": (manifest.recipient, head.recipient),
        "terms": (manifest.terms, head.terms),
        "pseudonym": (manifest.pseudonym, head.pseudonym),
        "organization": (manifest.organization, bidder.organization),
        "price": (manifest.price, leaf.price),
        "currency": (manifest.currency, leaf.currency),
        "currency of the notice": (manifest.currency, envelope.notice.currency),
    }
    for name, (signed, said) in pairs.items():
        if signed != said:
            raise Unverified(f"the bid says another {name}: {signed}, not {said}")


def _check_nothing_else(case: Case, envelope: Envelope) -> None:
    """What was not opened stays unread."""
    record = envelope.last_record
    opened = {
        str(leaf.position)
        for leaf in (record.leaves if record else [])
        if leaf.outcome in ("opened", "needs_review", "revoked")
    }
    for name in case.bundle.names(envelope.name, Kind.MANIFEST):
        if name not in opened:
            case.findings.fault(
                envelope.file(f"manifest/{name}"), "content of a bid that was not opened"
            )


def _head(envelope: Envelope, position: int) -> BidStatement:
    chain = envelope.chains.get(position)
    if not chain:
        raise Unverified("no sound statement stands behind it")
    return chain[-1]
