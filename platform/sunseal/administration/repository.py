"""The SQL of administration. Of firms it reads that they are registered, and nothing they do."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text, update
from sqlalchemy.orm import Session

from sunseal.organizations.models import Organization, Person

# By name: an order by time would follow what firms do.
LISTED = text("""
    select id, name, uscc, country, registration_number, kind, registered_at
    from registry.organization
    where (:kind = '' or kind = :kind)
      and strpos(lower(name || ' ' || coalesce(uscc, '')), :words) > 0
    order by kind, name, id offset :offset limit :limit
""")
PEOPLE = text("""
    select p.id, p.name, p.email, p.role, p.administrator, p.disabled_at,
        i.person_id is not null and i.used_at is null as invited
    from registry.person p left join registry.invitation i on i.person_id = p.id
    where p.organization_id = :organization order by p.name, p.id
""")
INVITE = text("insert into registry.invitation (person_id, digest) values (:person, :digest)")
ACCEPT = text("select registry.accept_invitation(:link, :hash)")
PULSE = text("""
    select (select max(at) from audit.tick) as ticked_at, h.size, h.held, b.waiting, b.oldest
    from audit.head h cross join kit.backlog() b
""")
CARRY_OUT = text("""
    insert into supervision.carried_out (proposal_id) values (:proposal)
    on conflict do nothing returning proposal_id
""")


class AdministrationRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def organizations(self, words: str, kind: str, offset: int, limit: int) -> list[Row[Any]]:
        asked = {"words": words.lower(), "kind": kind, "offset": offset, "limit": limit}
        return list(self._session.execute(LISTED, asked))

    def organization(self, organization_id: UUID) -> Organization | None:
        return self._session.get(Organization, organization_id)

    def people(self, organization_id: UUID) -> list[Row[Any]]:
        """Of the staff side; a firm's are not the operator's to see."""
        return list(self._session.execute(PEOPLE, {"organization": organization_id}))

    def person(self, person_id: UUID) -> Person | None:
        return self._session.get(Person, person_id)

    def by_email(self, email: str) -> Person | None:
        return self._session.scalar(select(Person).where(Person.email == email))

    def set_disabled(self, person_id: UUID, at: datetime | None) -> None:
        self._session.execute(update(Person).where(Person.id == person_id).values(disabled_at=at))

    def set_administrator(self, person_id: UUID, administrator: bool) -> None:
        query = update(Person).where(Person.id == person_id).values(administrator=administrator)
        self._session.execute(query)

    def invite(self, person_id: UUID, link: str) -> None:
        digest = sha256(link.encode()).digest()
        self._session.execute(INVITE, {"person": person_id, "digest": digest})

    def accept(self, link: str, password_hash: str) -> bool:
        """False for a link that was used, has ended or never was."""
        asked = {"link": link.encode(), "hash": password_hash}
        return bool(self._session.execute(ACCEPT, asked).scalar_one())

    def pulse(self) -> Row[Any]:
        return self._session.execute(PULSE).one()

    def carry_out(self, proposal_id: UUID) -> bool:
        """False when it was carried out before."""
        return self._session.execute(CARRY_OUT, {"proposal": proposal_id}).one_or_none() is not None
