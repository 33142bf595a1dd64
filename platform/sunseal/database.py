"""Units of work: one transaction, one role, one actor, one thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeVar
from uuid import UUID

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from sunseal.errors import Forbidden, SunsealError, Unauthenticated

T = TypeVar("T")
Credential = NewType("Credential", bytes)
"""SHA-256 of the token that the caller presents."""


class Role(StrEnum):
    """The audience roles of the database; a login takes only those of its own side."""

    PUBLIC = "as_public"
    DOOR = "as_door"
    TENDERING_PARTY = "as_tendering_party"
    AGENT = "as_agent"
    CENTRE = "as_centre"
    SUPERVISOR = "as_supervisor"
    CUSTODIAN = "as_custodian"
    OPERATOR = "as_operator"
    BIDDER = "as_bidder"
    WORKER = "as_worker"


# One round trip: whoever forgets it has no rights at all, because a login owns none.
ENTER = text("""
    select set_config('role', :role, true), set_config('sunseal.actor', :actor, true),
           set_config('sunseal.organization', :organization, true), kit.now() as now
""")
# The token decides the role. A login that may not take it is refused by the database itself.
ENTER_BY_TOKEN = text("""
    select set_config('role', 'as_' || a.role, true),
           set_config('sunseal.actor', a.person_id::text, true),
           set_config('sunseal.organization', a.organization_id::text, true),
           kit.now() as now, a.person_id, a.organization_id, a.role, a.administrator, a.session_id
    from registry.authenticate(:digest) a
""")
HALF = "This session waits for its second factor: show a code first."
ROLE_OF = text("select role from registry.authenticate(:digest)")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which audience role of the database."""

    role: Role
    person_id: UUID | None = None
    organization_id: UUID | None = None
    administrator: bool = False
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    session: Session
    actor: Actor
    now: datetime  # read once from the database's clock; rules take it as an argument

    def require(self, *roles: Role) -> None:
        """Raises Unauthenticated for a visitor, Forbidden for anybody else outside `roles`."""
        if self.actor.role in roles:
            return
        raise Unauthenticated() if self.actor.role is Role.PUBLIC else Forbidden()

    @property
    def person_id(self) -> UUID:
        """The signed-in person. Raises Unauthenticated."""
        if self.actor.person_id is None:
            raise Unauthenticated()
        return self.actor.person_id

    @property
    def organization_id(self) -> UUID:
        """The signed-in person's organization. Raises Unauthenticated."""
        if self.actor.organization_id is None:
            raise Unauthenticated()
        return self.actor.organization_id


Enter = Callable[[Session], UnitOfWork]
LogRefusal = Callable[[UnitOfWork, SunsealError], None]


class Database:
    """The engine of one login, which can take only its own side's roles."""

    def __init__(self, url: str, *, pool_size: int, log_refusal: LogRefusal | None = None) -> None:
        # An error that is logged must not carry a statement's values: they name tenders and firms.
        self.engine: Engine = create_engine(
            url, pool_size=pool_size, max_overflow=0, hide_parameters=True
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._log_refusal = log_refusal

    @contextmanager
    def unit_of_work(
        self, credential: Credential | None, *, half: bool = False
    ) -> Iterator[UnitOfWork]:
        """A transaction as whoever holds the token, or as a visitor. Commits when the block ends.

        With `half`, also for a session that waits for its second factor, whose role is the door:
        nothing else may be done with one. Raises Unauthenticated for a token that is unknown or
        over, Forbidden for one of a role that has no business on this side.
        """
        if credential is None:
            enter = _entrance(Actor(Role.PUBLIC))
        else:
            enter = _entrance_by_token(credential, half)
        with self._unit(enter) as uow:
            yield uow

    def role_of(self, credential: Credential | None) -> Role:
        """Whose token this is, for handlers that serve both sides; the visitor's if nobody's."""
        if credential is None:
            return Role.PUBLIC
        with self._sessions() as session:
            role = _entered(session, lambda asked: asked.scalar(ROLE_OF, {"digest": credential}))
        return Role(f"as_{role}") if role else Role.PUBLIC

    @contextmanager
    def unit_as(
        self, role: Role, person_id: UUID | None = None, organization_id: UUID | None = None
    ) -> Iterator[UnitOfWork]:
        """A transaction in a role that needs no token: the worker, the door, tests."""
        with self._unit(_entrance(Actor(role, person_id, organization_id))) as uow:
            yield uow

    @contextmanager
    def _unit(self, enter: Enter) -> Iterator[UnitOfWork]:
        with self._sessions() as session:
            uow: UnitOfWork | None = None
            try:
                uow = _entered(session, enter)
                yield uow
                session.commit()
            except SunsealError as error:
                session.rollback()
                if error.logged:
                    self._record(session, enter, uow, error)
                raise
            except ProgrammingError as error:
                session.rollback()
                if not isinstance(error.orig, InsufficientPrivilege):
                    raise
                refusal = Forbidden()
                self._record(session, enter, uow, refusal)
                raise refusal from error

    def _record(
        self, session: Session, enter: Enter, uow: UnitOfWork | None, error: SunsealError
    ) -> None:
        """The refused transaction is gone; its trace is written in a new one on its connection."""
        if self._log_refusal is None:
            return
        again = enter(session) if uow is not None else _entrance(Actor(Role.PUBLIC))(session)
        self._log_refusal(again, error)
        session.commit()

    def close(self) -> None:
        self.engine.dispose()


def _entered(session: Session, enter: Callable[[Session], T]) -> T:
    """The first statement of a transaction, once more on a new connection if its own was dead.

    A pool keeps connections to a server that has restarted since. Nothing has been done yet that
    could be done twice, so nobody need be told to try again.
    """
    try:
        return enter(session)
    except OperationalError as error:
        if not error.connection_invalidated:
            raise
        session.rollback()
        return enter(session)


def _entrance(actor: Actor) -> Enter:
    def enter(session: Session) -> UnitOfWork:
        names = {
            "role": actor.role.value,
            "actor": str(actor.person_id or ""),
            "organization": str(actor.organization_id or ""),
        }
        return UnitOfWork(session, actor, session.execute(ENTER, names).one().now)

    return enter


def _entrance_by_token(credential: Credential, half: bool) -> Enter:
    def enter(session: Session) -> UnitOfWork:
        row = session.execute(ENTER_BY_TOKEN, {"digest": credential}).one_or_none()
        if row is None:
            raise Unauthenticated()
        role = Role(f"as_{row.role}")
        if role is Role.DOOR and not half:
            raise Unauthenticated(HALF)
        actor = Actor(role, row.person_id, row.organization_id, row.administrator, row.session_id)
        return UnitOfWork(session, actor, row.now)

    return enter
