"""Evidence as it lies in the bundle, read once, before anything of it is believed."""

from sunseal_crypto import box, canonical, record, release
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.bundle import Kind
from sunseal_crypto.errors import CryptoError, Malformed
from sunseal_crypto.record import OpeningRecord
from sunseal_parties.auditor.case import Case, Envelope

Leaf = tuple[bytes, bytes]


def box_leaves(case: Case, envelope: Envelope) -> list[Leaf] | None:
    """Nonce and detail of every leaf, from the record or, if there is none, from a request."""
    for kind in (Kind.RECORD, Kind.REQUEST):
        for name in case.bundle.names(envelope.name, kind):
            data = case.bundle.evidence(envelope.name, kind, name)
            with case.findings.catching(envelope.file(f"{kind}/{name}")):
                if kind is Kind.REQUEST:
                    return of_request(release.parse_request(data).leaves)
                return of_record(record.parse(data))
    return None


def of_request(leaves: list[OpenedLeaf]) -> list[Leaf]:
    return [(leaf.nonce, leaf.detail) for leaf in leaves]


def of_record(said: OpeningRecord) -> list[Leaf]:
    """Raises Malformed unless each position has one leaf."""
    leaves = {leaf.position: (leaf.leaf.nonce, leaf.leaf.detail) for leaf in said.leaves}
    leaves |= {pad.position: (pad.nonce, box.PAD_DETAIL) for pad in said.pads}
    if sorted(leaves) != list(range(len(said.leaves) + len(said.pads))):
        raise Malformed("the leaves shown do not have one position each")
    return [leaves[position] for position in range(len(leaves))]


def signed_answer(data: bytes) -> release.SignedAnswer | None:
    """None when the bytes are no signed answer at all."""
    try:
        return canonical.decode(release.SignedAnswer, data, limit=release.MAX_ANSWER_BYTES)
    except CryptoError:
        return None
