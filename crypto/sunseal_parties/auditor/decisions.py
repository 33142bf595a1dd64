"""Check 9: who is barred was barred by a logged decision, not by what its price proved to be."""

from sunseal_crypto import event
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.errors import Unverified
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor.case import Case, Envelope
from sunseal_parties.auditor.journal import SCREENING_DECISION

TITLE = "Decisions: who is barred, and since when"


def check(case: Case) -> None:
    for envelope in case.envelopes:
        _check_kept_to(case, envelope)
        _remark_late(case, envelope)
        for number, asked in sorted(envelope.requests.items()):
            for position, leaf in enumerate(asked.request.leaves):
                if leaf.state == "barred":
                    where = envelope.file(f"request/{number}, leaf {position}")
                    with case.findings.catching(where):
                        _check(case, envelope, position, leaf, asked.logged.index)
        for number, record in sorted(envelope.records.items()):
            for recorded in record.leaves:
                if recorded.leaf.state == "barred" or recorded.outcome == "barred":
                    where = envelope.file(f"record/{number}, leaf {recorded.position}")
                    last = envelope.published[number].index
                    with case.findings.catching(where):
                        _check_since(envelope, recorded.position, recorded.leaf)
                        _check(case, envelope, recorded.position, recorded.leaf, last)


def _check_kept_to(case: Case, envelope: Envelope) -> None:
    """Whom a decision barred before custodians were asked, they are not asked to open."""
    first = envelope.requests.get(1)
    if first is None:
        return
    places = {base64_text(known): position for position, known in envelope.pseudonyms.items()}
    for decision in case.journal.of(SCREENING_DECISION, envelope.name):
        position = places.get(decision.event.data.get("pseudonym", ""))
        barred = decision.event.data.get("decision") == "barred"
        if barred and position in first.request.answer and decision.index <= first.logged.index:
            case.findings.fault(str(decision), f"it bars leaf {position}, which is opened")


def _check(case: Case, envelope: Envelope, position: int, leaf: OpenedLeaf, last: int) -> None:
    if leaf.decision is None:
        raise Unverified("barred without a logged decision")
    case.check_logged(leaf.decision, last)
    said = event.decode(leaf.decision.detail)
    pseudonym = base64_text(envelope.pseudonyms.get(position, b""))
    facts = (said.action, said.outcome, said.data.get("decision"), said.data.get("pseudonym"))
    if facts != (SCREENING_DECISION, "done", "barred", pseudonym):
        raise Unverified("the logged decision is not about barring this bidder")


def _check_since(envelope: Envelope, position: int, leaf: OpenedLeaf) -> None:
    """Later than the first request only those can be barred who were pending in it."""
    first = envelope.requests.get(1)
    if leaf.state == "barred" and first is not None:
        before = first.request.leaves[position].state
        if before not in ("barred", "pending"):
            raise Unverified(f"barred, though it was {before} when the opening began")


def _remark_late(case: Case, envelope: Envelope) -> None:
    """Prices were known then, and no supervisor's key signs a decision: only people can tell."""
    first, last = envelope.requests.get(1), envelope.last_record
    if first is None or last is None:
        return
    for each in last.leaves:
        if each.leaf.state == "barred" and first.request.leaves[each.position].state == "pending":
            where = envelope.file(f"leaf {each.position}")
            case.findings.remark(where, "barred after the opening began: ask who decided it")
