"""People who are signed in already: what passwords do is tried in tests/organizations."""

import hashlib
from uuid import uuid4

from tests.support.service import Service

ORGANIZATION = """
    insert into registry.organization (id, name, name_key, kind, registered_at)
    values (%(organization)s, %(name)s, %(name)s, %(kind)s, now())
"""
PERSON = """
    insert into registry.person (id, organization_id, name, email, role, password_hash, created_at)
    values (%(person)s, %(organization)s, %(name)s, %(person)s::text, %(kind)s, '-', now())
"""
SESSION = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    values (%(digest)s, %(person)s, 'token', now(), now() + interval '1 year')
"""


def enrol(service: Service, kind: str, name: str | None = None) -> str:
    """A new organization of a kind with one person; returns that person's token."""
    token = str(uuid4())
    row = {
        "organization": uuid4(),
        "person": uuid4(),
        "kind": kind,
        "name": name or kind,
        "digest": hashlib.sha256(token.encode()).digest(),
    }
    with service.database.admin() as admin:
        for statement in (ORGANIZATION, PERSON, SESSION):
            admin.execute(statement, row)
    return token
