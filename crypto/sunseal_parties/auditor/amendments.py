"""Last check: every move of a timetable was signed twice, acknowledged in time, and hides nothing.

Whatever tables and pages say, the timetable is the published one unless amendments are in force by
the log. Earlier checks ask `timetable`, and judge bids, boxes and requests by it.
"""

from sunseal_crypto import amendment as amendments
from sunseal_crypto import canonical
from sunseal_crypto.amendment import Amendment, Said, SignedAmendment, Timetable
from sunseal_crypto.bundle import Kind
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.spelling import base64_text, time_text
from sunseal_parties.auditor.case import Case, Envelope
from sunseal_parties.auditor.journal import Logged

TITLE = "Amendments: two signatures and enough custodians for each move of a deadline"

PROPOSE = "amendment.propose"
CONFIRM = "amendment.confirm"
IN_FORCE = "amendment.in-force"


def timetable(case: Case, envelope: Envelope) -> Timetable:
    """What the log puts in force; an amendment with a fault moves nothing."""
    current = Timetable.of(envelope.key.terms)
    for name in case.bundle.names(envelope.name, Kind.AMENDMENT):
        try:
            signed = _signed(case, envelope, name)
            said = _said(case, envelope, amendments.digest(signed.amendment))
            current = amendments.in_force(signed, current, said, envelope.key.terms)
        except CryptoError:
            break
    return current


def check(case: Case) -> None:
    for envelope in case.envelopes:
        known = _shown(case, envelope)
        _check_standing(case, envelope, known)
        for entry in case.journal.of(amendments.ACKNOWLEDGE, envelope.name):
            with case.findings.catching(str(entry)):
                digest = _about(entry, known)
                amendments.read_entry(entry.event, digest, case.roster)
        for entry in case.journal.of(CONFIRM, envelope.name):
            with case.findings.catching(str(entry)):
                _about(entry, known)
        for entry in case.journal.of(IN_FORCE, envelope.name):
            with case.findings.catching(str(entry)):
                _check_moved(envelope, entry, known)


def _signed(case: Case, envelope: Envelope, name: str) -> SignedAmendment:
    data = case.bundle.evidence(envelope.name, Kind.AMENDMENT, name)
    return canonical.decode(SignedAmendment, data)


def _said(case: Case, envelope: Envelope, digest: bytes) -> list[Said]:
    """Who acknowledged the amendment in the log; what does not verify says nothing."""
    said = []
    for entry in case.journal.of(amendments.ACKNOWLEDGE, envelope.name):
        try:
            word = amendments.read_entry(entry.event, digest, case.roster)
        except CryptoError:
            continue
        said.append(Said(word, case.ticks.time(entry.index)))
    return said


def _shown(case: Case, envelope: Envelope) -> dict[bytes, Amendment]:
    """By digest: those that both amenders signed, under the number that they are shown by."""
    known = {}
    for name in case.bundle.names(envelope.name, Kind.AMENDMENT):
        with case.findings.catching(envelope.file(f"amendment/{name}")):
            signed = _signed(case, envelope, name)
            amendment = amendments.verify(signed, envelope.key.terms)
            if amendment.number != int(name):
                raise Unverified(f"it is amendment {amendment.number}")
            known[amendments.digest(signed.amendment)] = amendment
    return known


def _check_standing(case: Case, envelope: Envelope, known: dict[bytes, Amendment]) -> None:
    for digest, amendment in known.items():
        where = envelope.file(f"amendment/{amendment.number}")
        if amendment.number > envelope.timetable.number:
            words = len({said.acknowledgement.custodian for said in _said(case, envelope, digest)})
            case.findings.remark(
                where, f"it never came into force: {words} custodians acknowledged it"
            )
            continue
        proposed, confirmed = (
            {entry.event.actor for entry in _of(case, envelope, action, digest)}
            for action in (PROPOSE, CONFIRM)
        )
        if not proposed or not confirmed or proposed & confirmed:
            case.findings.fault(where, "the log does not tell of two people behind it")


def _of(case: Case, envelope: Envelope, action: str, digest: bytes) -> list[Logged]:
    entries = case.journal.of(action, envelope.name)
    return [each for each in entries if each.event.data.get("amendment") == base64_text(digest)]


def _about(entry: Logged, known: dict[bytes, Amendment]) -> bytes:
    """The digest of the amendment that an entry is about. Raises Unverified."""
    for digest in known:
        if entry.event.data.get("amendment") == base64_text(digest):
            return digest
    raise Unverified("it is about an amendment that the bundle does not show")


def _check_moved(envelope: Envelope, entry: Logged, known: dict[bytes, Amendment]) -> None:
    amendment = known[_about(entry, known)]
    facts = {
        "amendment": entry.event.data["amendment"],
        "number": str(amendment.number),
        "deadline": time_text(amendment.deadline),
        "not_before": time_text(amendment.not_before),
    }
    if amendment.number > envelope.timetable.number or entry.event.data != facts:
        raise Unverified("it moves the timetable by an amendment that is not in force")
