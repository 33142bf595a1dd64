"""Check 5: custodians were asked in public, not before the time, about exactly this box."""

from sunseal_crypto import amendment, box, release
from sunseal_crypto.box import OpenedLeaf
from sunseal_crypto.bundle import Kind
from sunseal_crypto.errors import Unverified
from sunseal_crypto.release import ReleaseRequest
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor import journal, shown
from sunseal_parties.auditor.case import Asked, Case, Envelope
from sunseal_parties.auditor.journal import Logged

TITLE = "Release requests: logged, not early, and about the whole box"


def check(case: Case) -> None:
    for envelope in case.envelopes:
        for name in case.bundle.names(envelope.name, Kind.REQUEST):
            with case.findings.catching(envelope.file(f"request/{name}")):
                envelope.requests[int(name)] = _request(case, envelope, name)
        _check_all_shown(case, envelope)


def _request(case: Case, envelope: Envelope, name: str) -> Asked:
    data = case.bundle.evidence(envelope.name, Kind.REQUEST, name)
    request = release.parse_request(data)
    digest = release.digest(data)
    # 1. It is about this envelope, this key and its only box.
    _check_named(request, envelope, int(name))
    # 2. The log has it, in a tick that was made when the time had come.
    logged = _logged(case, envelope, digest, request.number)
    _check_time(case, envelope, logged)
    _check_amendments(envelope, request)
    # 3. It shows every leaf as what it is, and asks for what may be asked for.
    box.verify_box(envelope.root, envelope.key.terms.box_size, shown.of_request(request.leaves))
    for position, leaf in enumerate(request.leaves):
        _check_state(envelope, position, leaf)
    _check_asked(envelope, request)
    heads = {place: envelope.chains[place][-1] for place in request.answer}
    return Asked(request, digest, logged, heads)


def _check_named(request: ReleaseRequest, envelope: Envelope, number: int) -> None:
    key = envelope.key
    place = (key.terms.origin, key.terms.tender, key.terms.envelope)
    if (request.origin, request.tender, request.envelope) != place:
        raise Unverified("it is about another envelope")
    if (request.key, request.terms, request.number) != (key.id, key.terms_hash, number):
        raise Unverified("it names another key, other terms or another number")
    if envelope.closed is None or request.box != envelope.root:
        raise Unverified("it is not about the box that the log closed")


def _logged(case: Case, envelope: Envelope, digest: bytes, number: int) -> Logged:
    facts = {"request": base64_text(digest), "number": str(number)}
    for entry in case.journal.of(journal.RELEASE_REQUEST, envelope.name):
        if entry.event.data == facts:
            return entry
    raise Unverified("the log has no entry for it")


def _check_time(case: Case, envelope: Envelope, logged: Logged) -> None:
    made = min(case.ticks.time(logged.index), logged.event.at)
    if made < envelope.timetable.not_before:
        raise Unverified(f"logged at {made}, before {envelope.timetable.not_before}")


def _check_amendments(envelope: Envelope, request: ReleaseRequest) -> None:
    """Custodians were told of the timetable in force, and of no other."""
    digests = [amendment.digest(each.signed.amendment) for each in request.amendments]
    current = envelope.timetable
    if (len(digests), b"".join(digests[-1:])) != (current.number, current.last):
        raise Unverified("it shows other amendments than those in force")


def _check_state(envelope: Envelope, position: int, leaf: OpenedLeaf) -> None:
    statements = envelope.chains.get(position)
    # A chain that does not verify is a fault of its leaf already; it tells no state.
    if statements is None and position in envelope.pseudonyms:
        return
    at_closing = box.state_at_closing(box.parse_leaf(leaf.detail), statements or [])
    try:
        box.check_state(leaf, at_closing)
    except Unverified as error:
        raise Unverified(f"leaf {position}: {error}") from None


def _check_asked(envelope: Envelope, request: ReleaseRequest) -> None:
    current = [place for place, leaf in enumerate(request.leaves) if leaf.state == "current"]
    first = envelope.requests.get(1)
    if request.number == 1:
        if request.answer != current:
            raise Unverified("the first request does not ask for every bid that stands")
    elif first is None:
        raise Unverified("there is no first request before it")
    elif any(first.request.leaves[place].state != "pending" for place in request.answer):
        raise Unverified("it asks again for what was not pending at first")
    for place in request.answer:
        if request.leaves[place].state != "current" or not envelope.chains.get(place):
            raise Unverified(f"it asks to open leaf {place}, where no bid stands")


def _check_all_shown(case: Case, envelope: Envelope) -> None:
    known = {asked.logged.commitment for asked in envelope.requests.values()}
    opened = bool(case.bundle.names(envelope.name, Kind.RECORD))
    for entry in case.journal.of(journal.RELEASE_REQUEST, envelope.name):
        if opened and entry.commitment not in known:
            case.findings.fault(str(entry), "the request that it logs is not shown, or is faulty")
