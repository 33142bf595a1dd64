"""Check 11: what the platform's tables say is what the log, the notice and the record said.

A superuser changes rows without an entry. What a page shows of them is then something that nobody
ever logged, and here it is named with the entry that says otherwise.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sunseal_crypto.bundle import Fact
from sunseal_crypto.notice import Notice
from sunseal_crypto.record import RecordedLeaf
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor import succession
from sunseal_parties.auditor.case import Case, Envelope
from sunseal_parties.auditor.journal import CARRIED, SCREENING_DECISION, Logged

TITLE = "Tables: what the platform shows is what was logged"

# Each kind of act in the hall has an entry of its own, about one object of its own.
ACTS = (
    "reading",
    "attendance",
    "period",
    "objection",
    "reply",
    "correction",
    "minutes",
    "signature",
)

Place = tuple[str, str]
Settings = dict[Place, tuple[str, str]]


def _registered(entry: Logged) -> dict[Place, str]:
    about, data = entry.event.object, entry.event.data
    kind, person = data.get("kind", ""), f"person/{data.get('person')}"
    return {(about, "kind"): kind, (about, "name"): data.get("name", ""), (person, "role"): kind}


def _decided(entry: Logged) -> dict[Place, str]:
    """A verdict on a firm. What is said of a bid in a box has no number, and stands in no table."""
    data = entry.event.data
    if "adjudication" not in data:
        return {}
    step = "confirmed" if data.get("step") == "confirmed" else "proposed"
    field = f"adjudication/{data['adjudication']}"
    return {(entry.event.object, field): f"{data.get('verdict')} {step}"}


def _carried(entry: Logged) -> dict[Place, str]:
    """What stood in the registry when a log that follows another one began."""
    return {(entry.event.object, field): value for field, value in entry.event.data.items()}


def _acted(entry: Logged) -> dict[Place, str]:
    """What was done in the hall: its bytes in the table, and what the hall shows of them."""
    said = entry.event.data.get("digest", "")
    return {(entry.event.object, "digest"): said, (entry.event.object, "shown"): said}


def _sets(field: str, name: str | None = None) -> Callable[[Logged], dict[Place, str]]:
    return lambda entry: {(entry.event.object, field): entry.event.data.get(name or field, "")}


# What an entry of each action makes a table say, until a later one says something else.
SETS: Mapping[str, Callable[[Logged], dict[Place, str]]] = {
    "organization.register": _registered,
    "person.add": _sets("role"),
    "key.enrol": _sets("key"),
    "screening.import": _sets("digest"),
    "clarification.publish": _sets("clarification"),
    SCREENING_DECISION: _decided,
    CARRIED: _carried,
    **{f"meeting.{kind}": _acted for kind in ACTS},
}
# Rows of other kinds come and go with what only bidders may know of each other.
KEPT = ("kind", "name")


def check(case: Case) -> None:
    succession.check_carried(case)
    known = _logged(case) | _noticed(case) | _recorded(case)
    seen: set[Place] = set()
    with case.findings.catching("facts.jsonl"):
        for fact in case.bundle.facts():
            seen.add((fact.object, fact.field))
            _check_fact(case, fact, known)
    tender = f"tender/{case.bundle.about.tender}"
    for (about, field), (_, source) in known.items():
        kept = field in KEPT or about.startswith((f"{tender}/act/", f"{tender}/clarification/"))
        if kept and (about, field) not in seen:
            case.findings.fault(f"{about}, {field}", f"no table has it, but {source} does")


def _check_fact(case: Case, fact: Fact, known: Settings) -> None:
    where = f"{fact.object}, {fact.field}"
    said = known.get((fact.object, fact.field))
    if said is not None and said[0] == fact.value:
        return
    if fact.waiting:
        case.findings.remark(where, "it was changed, and the entry is not under the checkpoint yet")
    elif said is None:
        case.findings.fault(where, f"the table says {fact.value!r}, and no entry does")
    else:
        case.findings.fault(where, f"the table says {fact.value!r}, {said[1]} says {said[0]!r}")


def _logged(case: Case) -> Settings:
    made: Settings = {}
    for entry in case.journal.all(*SETS):
        for place, value in SETS[entry.event.action](entry).items():
            made[place] = (value, str(entry))
    return made


def _noticed(case: Case) -> Settings:
    """The notice to which custodians agreed, with its timetable as amendments have moved it.

    All envelopes of a tender have the same.
    """
    made: Settings = {}
    for envelope in case.envelopes:
        about = f"tender/{envelope.key.terms.tender}"
        for field, value in _fields(envelope.notice).items():
            made[about, field] = (value, "the notice")
        current = envelope.timetable
        if current.number:
            source = f"amendment {current.number}"
            made[about, "deadline"] = (_seconds(current.deadline), source)
            made[about, "not_before"] = (_seconds(current.not_before), source)
    return made


def _fields(notice: Notice) -> dict[str, str]:
    documents = {
        f"document/{each.name}": f"{each.size} {base64_text(each.sha256)}"
        for each in notice.documents
    }
    return documents | {
        "reference": notice.reference,
        "title": notice.title,
        "summary": notice.summary,
        "tendering_party": notice.tendering_party,
        "agent": notice.agent or "",
        "deadline": _seconds(notice.deadline),
        "not_before": _seconds(notice.not_before),
        "minimum_bids": str(notice.minimum_bids),
        "threshold": str(notice.threshold),
        "box_size": str(notice.box_size),
        "currency": notice.currency,
        "ceiling_price": notice.ceiling_price or "",
    }


def _seconds(moment: datetime) -> str:
    """As PostgreSQL writes `extract(epoch from …)`."""
    whole = int(moment.timestamp())
    return f"{whole}.{moment.microsecond:06d}"


def _recorded(case: Case) -> Settings:
    made: Settings = {}
    for envelope in case.envelopes:
        record = envelope.last_record
        for leaf in record.leaves if record else []:
            made |= _leaf(envelope, leaf, f"record {record.number}" if record else "")
    return made


def _leaf(envelope: Envelope, leaf: RecordedLeaf, source: str) -> Settings:
    terms = envelope.key.terms
    about = f"tender/{terms.tender}/envelope/{terms.envelope}"
    fields = {
        "outcome": leaf.outcome,
        "price": leaf.price,
        "currency": leaf.currency,
        "organization": leaf.bidder.organization if leaf.bidder else "",
        "name": leaf.bidder.name if leaf.bidder else "",
    }
    return {
        (about, f"leaf/{leaf.position}/{field}"): (value, source) for field, value in fields.items()
    }
