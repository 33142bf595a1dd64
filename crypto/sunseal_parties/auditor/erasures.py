"""Check: custodians that say their part of the key is gone said it themselves, after the end."""

import hashlib

from sunseal_crypto import canonical, erasure
from sunseal_crypto.bundle import Kind
from sunseal_crypto.certificate import Certificate
from sunseal_crypto.erasure import Erasure
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor.case import Case, Envelope
from sunseal_parties.auditor.journal import KEY_ERASED

TITLE = "Erasures: custodians that say their part of the key is gone"


def check(case: Case) -> None:
    for envelope in case.envelopes:
        session = canonical.decode(Certificate, envelope.certificate).session
        erased: set[int] = set()
        for name in case.bundle.names(envelope.name, Kind.ERASURE):
            custodian = int(name.partition("/")[0])
            said = _read(case, envelope, name, custodian, session)
            if said is not None:
                _check_time(case, envelope, name, said)
                erased.add(custodian)
        _check_logged(case, envelope)
        _remark(case, envelope, erased)


def _read(
    case: Case, envelope: Envelope, name: str, custodian: int, session: bytes
) -> Erasure | None:
    """None for what is not the custodian's own word: anybody may have put it there."""
    data = case.bundle.evidence(envelope.name, Kind.ERASURE, name)
    custodians = case.roster.custodians
    try:
        if not 1 <= custodian <= len(custodians):
            raise IndexError
        identity = custodians[custodian - 1].identity
        return erasure.open_erasure(data, identity, custodian, envelope.key.terms, session)
    except (CryptoError, IndexError) as error:
        told = str(error) or "no such custodian"
        case.findings.remark(envelope.file(f"erasure/{name}"), f"not a custodian's word: {told}")
        return None


def _check_time(case: Case, envelope: Envelope, name: str, said: Erasure) -> None:
    """Before the record was final somebody else had to open what this custodian gave up."""
    last = envelope.last_record
    if last is None or not last.final or said.at < last.at:
        where = envelope.file(f"erasure/{name}")
        case.findings.remark(where, f"erased at {said.at}, before the record was final")


def _check_logged(case: Case, envelope: Envelope) -> None:
    """What the log has, the bundle shows: a statement that vanished is missed."""
    names = case.bundle.names(envelope.name, Kind.ERASURE)
    bodies = [case.bundle.evidence(envelope.name, Kind.ERASURE, name) for name in names]
    shown = {base64_text(hashlib.sha256(body).digest()) for body in bodies}
    opened = bool(case.bundle.names(envelope.name, Kind.RECORD))
    for entry in case.journal.of(KEY_ERASED, envelope.name):
        if opened and entry.event.data.get("erasure") not in shown:
            case.findings.fault(str(entry), "the erasure that it logs is not shown")


def _remark(case: Case, envelope: Envelope, erased: set[int]) -> None:
    if erased:
        terms = envelope.key.terms
        case.findings.remark(
            envelope.file("erasure"),
            f"{len(erased)} of {terms.n} custodians have erased their part;"
            f" {terms.n - terms.t + 1} leave too few to open anything again",
        )
