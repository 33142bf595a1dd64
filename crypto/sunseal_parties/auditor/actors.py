"""Check 12: everybody acted in the role that the log gave him, and behind a firm is its own key."""

from uuid import UUID

from sunseal_crypto.errors import Unverified
from sunseal_crypto.record import Bidder
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor.case import Case, Envelope
from sunseal_parties.auditor.journal import CARRIED
from sunseal_parties.auditor.tables import SETS

TITLE = "Actors: registered people in their roles, and firms with their enrolled keys"


def check(case: Case) -> None:
    _check_roles(case)
    names, keys = _firms(case)
    for envelope in case.envelopes:
        _check_bidders(case, envelope, names, keys)


def _check_roles(case: Case) -> None:
    """Who was given another role by hand, or never registered, acts under a false flag."""
    roles = {
        place[0].removeprefix("person/"): value
        for entry in case.journal.all("organization.register", "person.add", CARRIED)
        for place, value in SETS[entry.event.action](entry).items()
        if place[0].startswith("person/")
    }
    for (actor, role), entry in case.journal.acted.items():
        if not _is_person(actor):
            continue
        given = roles.get(actor)
        if given is None:
            case.findings.fault(str(entry), f"nobody was registered as its actor {actor}")
        elif f"as_{given}" != role:
            case.findings.fault(str(entry), f"its actor {actor} is registered as {given}")


def _is_person(actor: str) -> bool:
    """Else it is a pseudonym, or a role that acts for nobody."""
    try:
        return str(UUID(actor)) == actor
    except ValueError:
        return False


def _firms(case: Case) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """Each firm's name, and every key that was ever enrolled for one."""
    names = {
        entry.event.object.removeprefix("organization/"): entry.event.data.get("name", "")
        for entry in case.journal.all("organization.register", CARRIED)
    }
    keys = {
        (entry.event.object.removeprefix("organization/"), entry.event.data.get("key", ""))
        for entry in case.journal.all("key.enrol", CARRIED)
    }
    return names, keys


def _check_bidders(
    case: Case, envelope: Envelope, names: dict[str, str], keys: set[tuple[str, str]]
) -> None:
    record = envelope.last_record
    for leaf in record.leaves if record else []:
        if leaf.bidder is not None:
            with case.findings.catching(envelope.file(f"leaf {leaf.position}")):
                _check_bidder(leaf.bidder, names, keys)


def _check_bidder(bidder: Bidder, names: dict[str, str], keys: set[tuple[str, str]]) -> None:
    if (bidder.organization, base64_text(bidder.key)) not in keys:
        raise Unverified(f"the log knows no enrolment of its key by {bidder.organization}")
    if names.get(bidder.organization) != bidder.name:
        raise Unverified(f"the log knows no {bidder.name!r} under {bidder.organization}")
