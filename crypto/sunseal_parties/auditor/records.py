"""Check 6: the opening record is logged, recounts the box, and says what custodians said."""

import hashlib

from sunseal_crypto import record, release
from sunseal_crypto.bundle import Kind
from sunseal_crypto.errors import Unverified
from sunseal_crypto.record import OpeningRecord, RecordedAnswer
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor import journal, shown
from sunseal_parties.auditor.case import Case, Envelope

TITLE = "Opening records: every leaf accounted for"


def check(case: Case) -> None:
    for envelope in case.envelopes:
        before: OpeningRecord | None = None
        for name in case.bundle.names(envelope.name, Kind.RECORD):
            with case.findings.catching(envelope.file(f"record/{name}")):
                said = _load(case, envelope, name)
                _check(case, envelope, said)
                _check_after(before, said)
                before = said
        known = {entry.commitment for entry in envelope.published.values()}
        for entry in case.journal.of(journal.OPENING_RECORD, envelope.name):
            if entry.commitment not in known:
                case.findings.fault(str(entry), "the record that it logs is not shown")


def _load(case: Case, envelope: Envelope, name: str) -> OpeningRecord:
    """The record as it was logged. Raises CryptoError."""
    data = case.bundle.evidence(envelope.name, Kind.RECORD, name)
    said = record.parse(data)
    key = envelope.key
    place = (key.terms.origin, key.terms.tender, key.terms.envelope, key.id, key.terms_hash)
    if (said.origin, said.tender, said.envelope, said.key, said.terms) != place:
        raise Unverified("it is about another envelope or key")
    if said.number != int(name) or said.number != len(envelope.records) + 1:
        raise Unverified("its number is not the next one")
    facts = {
        "record": base64_text(hashlib.sha256(data).digest()),
        "number": str(said.number),
    }
    logged = [
        entry
        for entry in case.journal.of(journal.OPENING_RECORD, envelope.name)
        if entry.event.data == facts
    ]
    if not logged:
        raise Unverified("the log has no entry for it")
    envelope.records[said.number], envelope.published[said.number] = said, logged[0]
    return said


def _check(case: Case, envelope: Envelope, said: OpeningRecord) -> None:
    # 1. Every leaf of the box that the log closed, pads included, once.
    if envelope.closed is None or said.box != envelope.root:
        raise Unverified("it is not about the box that the log closed")
    record.verify(said)
    # 2. It rests on the requests that were shown.
    digests = [asked.digest for _, asked in sorted(envelope.requests.items())]
    if said.requests != digests[: len(said.requests)]:
        raise Unverified("it names other requests than are shown")
    # 3. Too few bids are returned, enough are opened.
    _check_result(envelope, said)
    # 4. Who answered and who refused is proved by what they signed.
    for answer in said.answers:
        with case.findings.catching(envelope.file(f"record/{said.number}, {answer.name}")):
            _check_said(case, envelope, answer)


def _check_result(envelope: Envelope, said: OpeningRecord) -> None:
    bids = sum(leaf.leaf.state in ("current", "pending") for leaf in said.leaves)
    minimum = envelope.key.terms.minimum_bids
    if (said.result == "failed") != (not said.requests):
        raise Unverified("a tender that failed asks custodians for nothing, any other does")
    if said.result == "failed" and bids >= minimum:
        raise Unverified(f"failed with {bids} bids, where {minimum} are enough")


def _check_said(case: Case, envelope: Envelope, answer: RecordedAnswer) -> None:
    name = f"{answer.number}/{answer.custodian}"
    if answer.said == "answered":
        data = case.bundle.evidence(envelope.name, Kind.ANSWER, name)
        signed = shown.signed_answer(data)
        if signed is None or release.commitment(signed) != answer.digest:
            raise Unverified("the answer shown is not the one that the record names")
    elif answer.said == "refused":
        data = case.bundle.evidence(envelope.name, Kind.REFUSAL, name)
        if hashlib.sha256(data).digest() != answer.digest:
            raise Unverified("the refusal shown is not the one that the record names")
    else:
        about = f"answer {answer.said}" if answer.said == "false" else "no answer"
        case.findings.remark(
            envelope.file(f"request {answer.number}"), f"{answer.name}: {about} {answer.reason}"
        )


def _check_after(before: OpeningRecord | None, said: OpeningRecord) -> None:
    """A later record adds; what was shown with a price keeps it."""
    if before is None:
        return
    if before.final:
        raise Unverified("the record before it was final")
    later = {leaf.position: leaf for leaf in said.leaves}
    for leaf in before.leaves:
        if leaf.price and later[leaf.position].price != leaf.price:
            raise Unverified(f"leaf {leaf.position}: its price was {leaf.price} before")
