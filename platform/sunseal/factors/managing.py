"""One's own second factors: whoever has signed in, and whoever may not before he has one.

The caller's token says who that is; what is done then, the door does, because no other role may
touch a secret of a factor.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sunseal.database import Credential, Database, Role, UnitOfWork
from sunseal.factors.service import Whose
from sunseal.organizations import service as organizations
from sunseal.organizations.entering import half_side, side_of


@contextmanager
def as_owner(
    desk: Database, box: Database, credential: Credential | None
) -> Iterator[tuple[UnitOfWork, Whose]]:
    """For a whole session. Raises Unauthenticated."""
    side = side_of(credential, desk, box)
    with side.unit_of_work(credential) as uow:
        person = organizations.whoami(uow).person
        whose = Whose(person.id, person.email, uow.actor.role)
    with side.unit_as(Role.DOOR, whose.person_id) as uow:
        yield uow, whose


@contextmanager
def as_newcomer(
    desk: Database, box: Database, credential: Credential
) -> Iterator[tuple[UnitOfWork, Whose]]:
    """For a session that waits for its first factor. Raises Unauthenticated."""
    with half_side(credential, desk, box).unit_of_work(credential, half=True) as uow:
        found = organizations.waiting(uow, "enrolment")
        yield uow, Whose(found.person_id, found.email, found.role)


def is_newcomer(desk: Database, credential: Credential | None) -> bool:
    return credential is not None and desk.role_of(credential) is Role.DOOR
