"""Check 1: each envelope's key was made by the custodians of the roster, for this very notice."""

from sunseal_crypto import certificate, notice
from sunseal_crypto.bundle import Kind
from sunseal_crypto.errors import Unverified
from sunseal_parties.auditor.case import Case, Envelope

TITLE = "Ceremonies: nobody holds an envelope's key"


def check(case: Case) -> None:
    if case.bundle.roster != case.roster_bytes:
        case.findings.fault("roster.json", "it is not the roster that you gave")
    if case.bundle.about.origin != case.roster.origin:
        case.findings.fault("bundle.json", "it is of another platform than your roster")
    for name in case.bundle.envelopes():
        with case.findings.catching(f"envelope {name}, certificate"):
            case.envelopes.append(_envelope(case, name))


def _envelope(case: Case, name: str) -> Envelope:
    shown = case.bundle.evidence(name, Kind.CERTIFICATE)
    # 1. Signatures, keys and terms, by the roster that the auditor got elsewhere.
    key = certificate.verify(shown, case.roster_bytes)
    # 2. The notice that bidders read is the one that custodians agreed to.
    read = notice.check_terms(case.bundle.evidence(name, Kind.NOTICE), key.terms)
    # 3. The key is used for the envelope it was made for.
    if (key.terms.tender, key.terms.envelope) != (case.bundle.about.tender, name):
        raise Unverified("the key was made for another envelope")
    return Envelope(name, key, read, shown)
