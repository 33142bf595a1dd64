"""Who is silent while something is near, whom to call, and telling the centre in time."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from sunseal.audit import service as audit
from sunseal.custody import rules, watch
from sunseal.custody.models import Contact
from sunseal.custody.watch import Institution, Near
from sunseal.custody.watch_repository import WatchRepository
from sunseal.database import Role, UnitOfWork
from sunseal.supervision.service.alert import tell
from sunseal_crypto.framing import fields
from sunseal_crypto.roster import Roster
from sunseal_crypto.spelling import base64_text

WATCHERS = (Role.CENTRE, Role.OPERATOR, Role.SUPERVISOR)
ENTERERS = (Role.CENTRE, Role.OPERATOR)
CENTRE = "centre"
SUBJECT = "托管方联系不上 · a custodian cannot be reached"
CAUSES = UUID("6b1e7a52-7d0c-4a39-9f0a-0f6f6f0b9a35")


@dataclass(frozen=True, slots=True)
class Watch:
    """`near` is what is due within the window; `silent` are the custodians to call."""

    institutions: list[Institution]
    near: list[Near]
    silent: list[Institution]

    @property
    def alarms(self) -> bool:
        return bool(self.near and self.silent)


def look(uow: UnitOfWork, roster: Roster, window: timedelta) -> Watch:
    """Raises Forbidden."""
    uow.require(*WATCHERS)
    repository = WatchRepository(uow.session)
    present, contacts = repository.presences(), repository.contacts()
    found = watch.institutions(roster, present, contacts, uow.now)
    due = watch.near(repository.due(uow.now + window), uow.now, window)
    return Watch(found, due, watch.silent(found))


def enter(uow: UnitOfWork, roster: Roster, name: str, person: str, phone: str) -> Contact:
    """Whom to call from now on. Raises Forbidden, NotInRoster."""
    uow.require(*ENTERERS)
    rules.check_listed(roster, name)
    contact = Contact(name=name, person=person, phone=phone, entered_by=uow.person_id)
    WatchRepository(uow.session).add(contact)
    digest = sha256(fields(person.encode(), phone.encode())).digest()
    data = {"custodian": name, "contact": base64_text(digest)}
    audit.record(uow, "custody.contact", f"custodian/{name}", data=data)
    return contact


def alarm(uow: UnitOfWork, roster: Roster, window: timedelta) -> None:
    """The worker's: a letter to the centre for each silence and each event, once."""
    repository = WatchRepository(uow.session)
    found = watch.institutions(roster, repository.presences(), {}, uow.now)
    for due in watch.near(repository.due(uow.now + window), uow.now, window):
        for each in watch.silent(found):
            since = each.seen_at.isoformat() if each.seen_at else "never heard of"
            cause = uuid5(CAUSES, "|".join((each.name, since, str(due.tender_id), due.event)))
            facts = {
                "custodian": each.name,
                "since": since,
                "tender": due.reference,
                due.event: due.at.isoformat(),
                "call": "/work/custodians",
            }
            tell(uow, (CENTRE,), cause, "custodian-silent", SUBJECT, facts)


def clerks(uow: UnitOfWork) -> list[str]:
    """Who is written to at the centre."""
    return WatchRepository(uow.session).clerks()
