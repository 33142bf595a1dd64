"""Check 10: things happened in their order, and the key in use was the first for its envelope."""

import hashlib
from itertools import pairwise

from sunseal_crypto import box
from sunseal_crypto.record import OpeningRecord
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor.case import Case, Envelope
from sunseal_parties.auditor.journal import RELEASE_ANSWER, Logged

TITLE = "Order: key, bids, closing, request, answers, record"


def check(case: Case) -> None:
    for name in sorted(case.journal.envelopes() - set(case.bundle.envelopes())):
        case.findings.fault(f"envelope {name}", "the log tells of it, the bundle holds nothing")
    for envelope in case.envelopes:
        certified = _check_first(case, envelope)
        _check_deadline(case, envelope)
        _check_order(case, envelope, certified)


def _check_first(case: Case, envelope: Envelope) -> Logged | None:
    """The first certificate that the log holds for an envelope is the one bidders seal to."""
    fact = base64_text(hashlib.sha256(envelope.certificate).digest())
    where = envelope.file("certificate")
    entries = case.journal.certificates()
    own = [entry for entry in entries if entry.event.data.get("certificate") == fact]
    if not own:
        case.findings.fault(where, "the log has no entry for it")
        return None
    for entry in entries:
        if _names(entry, envelope) and entry.event.data.get("certificate") != fact:
            case.findings.fault(str(entry), "another certificate for one envelope")
    if not _names(own[0], envelope):
        case.findings.remark(
            where, "its entry does not name the envelope, so a second one could not be told apart"
        )
    return own[0]


def _names(entry: Logged, envelope: Envelope) -> bool:
    terms = envelope.key.terms
    data = entry.event.data
    return entry.event.object == f"tender/{terms.tender}/envelope/{terms.envelope}" or (
        (data.get("tender"), data.get("envelope")) == (terms.tender, terms.envelope)
    )


def _check_deadline(case: Case, envelope: Envelope) -> None:
    deadline = envelope.timetable.deadline
    for accepted in case.journal.of(box.ACCEPTED, envelope.name):
        if accepted.event.at >= deadline:
            case.findings.fault(str(accepted), f"accepted after the deadline of {deadline}")
    closed = envelope.closed
    if closed is not None and min(closed.event.at, case.ticks.time(closed.index)) < deadline:
        case.findings.fault(str(closed), f"closed before the deadline of {deadline}")


def _check_order(case: Case, envelope: Envelope, certified: Logged | None) -> None:
    """By ticks: the order inside one is not fixed by the log."""
    steps = [
        ("the certificate", certified),
        ("the closing of the box", envelope.closed),
        *((f"request {n}", asked.logged) for n, asked in sorted(envelope.requests.items())),
    ]
    _check_ascending(case, steps)
    # A record may come before a supplementary request, never before the first one.
    first = envelope.requests.get(1)
    published = [(f"record {n}", entry) for n, entry in sorted(envelope.published.items())]
    _check_ascending(case, [("request 1", first.logged if first else None), *published])
    for number, record in sorted(envelope.records.items()):
        _check_answers(case, envelope, record, envelope.published[number])


def _check_answers(
    case: Case, envelope: Envelope, record: OpeningRecord, published: Logged
) -> None:
    """What a record rests on was committed to before it."""
    used = {
        (str(answer.custodian), base64_text(answer.digest))
        for answer in record.answers
        if answer.said == "answered"
    }
    for entry in case.journal.of(RELEASE_ANSWER, envelope.name):
        said = (entry.event.data.get("custodian", ""), entry.event.data.get("commitment", ""))
        if said in used and entry.index > published.index:
            case.findings.fault(str(entry), f"record {record.number} rests on it, and is older")


def _check_ascending(case: Case, steps: list[tuple[str, Logged | None]]) -> None:
    known = [(what, entry) for what, entry in steps if entry is not None]
    for (before, first), (after, second) in pairwise(known):
        if second.index < first.index or second.event.at < first.event.at:
            case.findings.fault(str(second), f"{after} is older than {before}")
