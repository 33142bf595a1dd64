"""Check 7: what custodians answered was signed, proved, and committed to before it was sent."""

from sunseal_crypto import canonical, release
from sunseal_crypto.bundle import Kind
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.release import SignedAnswer
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor import journal
from sunseal_parties.auditor.case import Asked, Case, Envelope

TITLE = "Answers: signed by custodians, proved, and logged before they left"


def check(case: Case) -> None:
    for envelope in case.envelopes:
        counted = _counted(envelope)
        for name in case.bundle.names(envelope.name, Kind.ANSWER):
            number, custodian = map(int, name.split("/"))
            where = envelope.file(f"answer/{name}")
            try:
                _check_answer(case, envelope, number, custodian)
            except CryptoError as error:
                # What no record rests on is kept to prove that this custodian lied: its own fault.
                rests_on_it = (number, custodian) in counted
                (case.findings.fault if rests_on_it else case.findings.remark)(where, error)
        for name in case.bundle.names(envelope.name, Kind.REFUSAL):
            with case.findings.catching(envelope.file(f"refusal/{name}")):
                _check_refusal(case, envelope, name)
        _check_none_hidden(case, envelope)


def _check_answer(case: Case, envelope: Envelope, number: int, custodian: int) -> None:
    asked = _asked(envelope, number)
    identity = _identity(case, custodian)
    name = f"{number}/{custodian}"
    data = case.bundle.evidence(envelope.name, Kind.ANSWER, name)
    # 1. Signed by this custodian, for this request.
    answer = release.open_answer(data, identity, custodian, asked.digest)
    # 2. Every point is the custodian's secret times the bid's share, by one proof for all.
    points = release.verify_answer(envelope.key, answer, asked.heads)
    # 3. Its commitment was in the log before anybody could see a point.
    signed = canonical.decode(SignedAnswer, data, limit=release.MAX_ANSWER_BYTES)
    _check_committed(case, envelope, asked, custodian, release.commitment(signed))
    for leaf, point in points.items():
        envelope.points.setdefault(leaf, {})[custodian] = point


def _check_committed(
    case: Case, envelope: Envelope, asked: Asked, custodian: int, commitment: bytes
) -> None:
    facts = {
        "request": base64_text(asked.digest),
        "custodian": str(custodian),
        "commitment": base64_text(commitment),
    }
    entries = case.journal.of(journal.RELEASE_ANSWER, envelope.name)
    logged = [entry for entry in entries if entry.event.data == facts]
    if not logged:
        raise Unverified("the log has no commitment to it")
    if logged[0].index < asked.logged.index:
        raise Unverified(f"{logged[0]}: committed to before the request was logged")


def _check_refusal(case: Case, envelope: Envelope, name: str) -> None:
    number, custodian = map(int, name.split("/"))
    asked = _asked(envelope, number)
    data = case.bundle.evidence(envelope.name, Kind.REFUSAL, name)
    refusal = release.open_refusal(data, _identity(case, custodian), custodian, asked.digest)
    who = case.roster.custodians[custodian - 1].name
    case.findings.remark(
        envelope.file(f"request {number}"), f"{who} refused ({refusal.rule}): {refusal.sentence}"
    )


def _check_none_hidden(case: Case, envelope: Envelope) -> None:
    """A refusal counts against the platform as well: it names the rule that was broken."""
    numbers = {base64_text(asked.digest): n for n, asked in envelope.requests.items()}
    shown = {
        name
        for kind in (Kind.REFUSAL, Kind.ANSWER)
        for name in case.bundle.names(envelope.name, kind)
    }
    for entry in case.journal.of(journal.RELEASE_REFUSAL, envelope.name):
        number = numbers.get(entry.event.data.get("request", ""))
        said = f"{number}/{entry.event.data.get('custodian')}"
        if number is not None and said not in shown:
            case.findings.fault(str(entry), "the refusal that it logs is not shown")


def _asked(envelope: Envelope, number: int) -> Asked:
    if number not in envelope.requests:
        raise Unverified("there is no sound request for it")
    return envelope.requests[number]


def _identity(case: Case, custodian: int) -> bytes:
    if not 1 <= custodian <= len(case.roster.custodians):
        raise Unverified(f"the roster has no custodian {custodian}")
    return case.roster.custodians[custodian - 1].identity


def _counted(envelope: Envelope) -> set[tuple[int, int]]:
    """The answers, by request and custodian, that a record says it rests on."""
    said = [answer for record in envelope.records.values() for answer in record.answers]
    return {(each.number, each.custodian) for each in said if each.said == "answered"}
