"""Check 4: one box per key, fixed by the log, and in it every bid that was accepted."""

from collections.abc import Sequence

from sunseal_crypto import box, statement
from sunseal_crypto.amendment import Timetable
from sunseal_crypto.box import LeafDetail
from sunseal_crypto.bundle import Kind
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.spelling import base64_bytes, base64_text, time_text
from sunseal_crypto.statement import BidStatement
from sunseal_parties.auditor import amendments, journal, shown
from sunseal_parties.auditor.case import Case, Envelope

TITLE = "Boxes: one for each key, and every accepted bid is in it"


def check(case: Case) -> None:
    for envelope in case.envelopes:
        envelope.timetable = amendments.timetable(case, envelope)
        _check_closing(case, envelope)
        leaves = shown.box_leaves(case, envelope)
        if envelope.closed is None or leaves is None:
            continue
        with case.findings.catching(envelope.file("box")):
            size = envelope.key.terms.box_size
            details = box.verify_box(envelope.root, size, leaves)
            _check_leaves(case, envelope, details)
            _check_nobody_missing(case, envelope, details)


def _check_closing(case: Case, envelope: Envelope) -> None:
    closings = case.journal.of(journal.BOX_CLOSED, envelope.name)
    for second in closings[1:]:
        case.findings.fault(str(second), "a second box for one key")
    if not closings:
        if case.bundle.names(envelope.name, Kind.RECORD):
            case.findings.fault(envelope.file("box"), "the log has no entry that closes it")
        return
    closed = closings[0]
    with case.findings.catching(str(closed)):
        envelope.root = closed_root(closed.event.data, envelope.key)
        envelope.closed = closed
        _check_timetable(closed.event.data, envelope.timetable)


def closed_root(data: dict[str, str], key: EnvelopeKey) -> bytes:
    """The root in `box.closed`, whose other facts are those of the key. Raises CryptoError."""
    root = base64_bytes(data.get("root", ""), "box root", length=32)
    expected = {
        "root": base64_text(root),
        "size": str(key.terms.box_size),
        "tender": key.terms.tender,
        "envelope": key.terms.envelope,
        "key": base64_text(key.id),
        **{name: data.get(name, "") for name in ("deadline", "not_before")},
    }
    if data != expected:
        raise Unverified("it closes a box of another key")
    return root


def _check_timetable(data: dict[str, str], current: Timetable) -> None:
    """A deadline that somebody moved in the table shut the box: no bid need have come of it."""
    for name, right in (("deadline", current.deadline), ("not_before", current.not_before)):
        if data[name] != time_text(right):
            raise Unverified(f"it was shut by a {name} of {data[name]}; in force was {right}")


def _check_leaves(case: Case, envelope: Envelope, details: Sequence[LeafDetail]) -> None:
    for position, leaf in enumerate(details):
        if leaf.kind != "bidder":
            continue
        envelope.pseudonyms[position] = leaf.pseudonym
        with case.findings.catching(envelope.file(f"leaf {position}")):
            envelope.chains[position] = _check_leaf(case, envelope, leaf)


def _check_leaf(case: Case, envelope: Envelope, leaf: LeafDetail) -> list[BidStatement]:
    assert envelope.closed is not None
    statements = box.verify_chain(leaf)
    refused = box.verify_refused(leaf)
    for said in (*statements, *refused):
        _check_about(said, envelope.key)
    for link in (*leaf.chain, *leaf.refused):
        try:
            case.check_logged(link.entry, envelope.closed.index)
        except CryptoError as error:
            said = statement.parse(link.statement.statement)
            raise Unverified(f"statement {said.sequence}: {error}") from None
    return statements


def _check_about(said: BidStatement, key: EnvelopeKey) -> None:
    terms = key.terms
    place = (terms.origin, terms.tender, terms.envelope, key.recipient, key.terms_hash)
    if (said.origin, said.tender, said.envelope, said.recipient, said.terms) != place:
        raise Unverified(f"statement {said.sequence} is about another envelope")


def _check_nobody_missing(case: Case, envelope: Envelope, details: Sequence[LeafDetail]) -> None:
    """What the log accepted, the box holds: a bid that got lost on the way is missed here."""
    held = {
        base64_text(statement.digest(link.statement.statement))
        for leaf in details
        for link in (*leaf.chain, *leaf.refused)
    }
    for accepted in case.journal.of(box.ACCEPTED, envelope.name):
        if accepted.event.data.get("statement") not in held:
            case.findings.fault(str(accepted), "the bid that it accepts is not in the box")
    joined = {base64_text(pseudonym) for pseudonym in envelope.pseudonyms.values()}
    for joining in case.journal.of(journal.JOIN, envelope.name):
        if joining.event.actor not in joined:
            case.findings.fault(str(joining), "whoever joined has no leaf in the box")
