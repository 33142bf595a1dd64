"""Beginning a new log when ticks of the last one are lost: two people, one document, a first leaf.

The restored database stays as it is, held for ever: it is the archive of the log that ended. The
new log begins in a database of its own, with the registry's people, firms and lists, and without
any tender: no bid that was sealed under the first origin is carried over, so nobody gains anything
by losing the ticks of one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag
from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sunseal import migrations
from sunseal.audit import facts
from sunseal.audit import service as audit
from sunseal.backup import checking, past, tables
from sunseal.backup.errors import LogDiffers, NotAgreed, NothingLost
from sunseal.confirmations import service as confirmations
from sunseal.confirmations.rules import Matter
from sunseal.database import Database, Role, UnitOfWork
from sunseal.errors import SunsealError
from sunseal.factors import service as factors
from sunseal.factors.errors import WrongCode
from sunseal.factors.service import Whose
from sunseal.keys import Keys
from sunseal.opening import service as opening
from sunseal.organizations import service as organizations
from sunseal.organizations.service import Account
from sunseal_crypto import canonical, handover, roster
from sunseal_crypto.handover import Handover, HandoverFile
from sunseal_crypto.log_state import Seen
from sunseal_crypto.roster import Roster

CARRIED = "registry"
CARRY = "log.carry"
# Whoever signed in at the old one signs in again.
LEFT_BEHIND = ("registry.session",)
BEGUN = "it follows another log, and its first leaf does not say so yet: `sunseal log new-origin`."
FREE = text("update audit.head set held = ''")
AS_SUPERUSER = text("select set_config('role', 'none', true)")
AS_WORKER = text("select set_config('role', 'as_worker', true)")
ORGANIZATION = text("select organization_id from registry.person where id = :id")
KEEP = text("insert into audit.handover (file) values (:file)")

Person = tuple[UUID, UUID]
"""Its id and its organization's."""


@dataclass(frozen=True, slots=True)
class Who:
    """One of the two; `reason` is what stands in the log. `code` asks for a second factor."""

    email: str
    password: str
    reason: str
    code: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Order:
    """`past_url` leads to the restored database, `admin_url` to the new one, each as superuser.

    `previous` is the roster of the log that ended, `roster` the new one. `states` are those that
    cosigners wrote of the log that ended. With `second_factor` nobody counts who has none.
    """

    past_url: str
    admin_url: str
    previous: bytes
    roster: bytes
    keys: Keys
    states: Sequence[Path]
    tick_seconds: float
    operator: Who
    supervisor: Who
    second_factor: bool = True


def begin(order: Order) -> bytes:
    """Makes the new log's first leaf; returns the hand-over file for cosigners and auditors.

    Raises BackupFailed, CryptoError. The new database is not touched before all is agreed.
    """
    new = _check_rosters(order)
    seen = checking.read(order.states, roster.parse(order.previous))
    people = _people(order)
    with psycopg.connect(order.past_url) as old:
        said = _handover(order, old, seen, new)
        migrations.run(order.admin_url)
        with psycopg.connect(order.admin_url) as fresh:
            _carry(old, fresh)
        old.execute(checking.HOLD, [f"it ended, and {said.origin} follows it."])
    database = Database(order.admin_url, pool_size=1)
    try:
        _agree(order, database, people, said.origin)
        return _first_leaf(order, database, said, new)
    finally:
        database.close()


def _check_rosters(order: Order) -> Roster:
    new, previous = roster.parse(order.roster), roster.parse(order.previous)
    if new.origin != handover.successor(previous.origin):
        raise LogDiffers(
            f"The new roster is of {new.origin}, not of what follows {previous.origin}."
        )
    if new.log != str(order.keys.log.verifier):
        raise LogDiffers("The new roster names another log key than SUNSEAL_KEYS holds.")
    return new


def _handover(order: Order, old: Connection[Any], seen: Sequence[Seen], new: Roster) -> Handover:
    """How the last log ended, as far as any cosigner saw it. Raises LogDiffers, NothingLost."""
    previous = roster.parse(order.previous)
    log = past.read(old)
    found = checking.compare(log, seen, previous)
    if found.whole:
        raise NothingLost()
    newest = max(seen, key=lambda state: state.size)
    # From where the one that followed least stands: all of them can then compare their journals.
    start = min(log.size, *(state.size for state in seen))
    leaves = [*log.leaves(start, log.size), *newest.leaves[log.size - newest.start :]]
    [(now,)] = old.execute("select kit.now()").fetchall()
    said = Handover(
        version="sunseal/handover/v1",
        origin=new.origin,
        previous=previous.origin,
        roster=roster.fingerprint(order.previous),
        checkpoint=newest.note,
        start=start,
        frontier=log.frontiers({start})[start].encode(),
        leaves=leaves,
        held=log.size,
        reason=order.operator.reason,
        made_at=now.astimezone(UTC),
    )
    handover.verify_previous(said, order.previous)
    return said


def _carry(old: Connection[Any], fresh: Connection[Any]) -> None:
    """People, firms, keys and lists; the new log is held until its first leaf is made."""
    found = tables.tables(fresh)
    tables.check_empty(fresh, found)
    fresh.execute(checking.HOLD, [BEGUN])
    fresh.execute("set local session_replication_role = replica")
    carried = [t for t in found if t.zone == CARRIED and str(t) not in LEFT_BEHIND]
    # Seeds of the migration would meet the rows they were once copied from.
    tables.empty_seeded(fresh, carried)
    for table in carried:
        tables.copy_in(fresh, table, tables.copy_out(old, table))
        tables.set_sequences(fresh, table)


def _first_leaf(order: Order, database: Database, said: Handover, new: Roster) -> bytes:
    """Both people's words, which wait for it, and the hand-over, in one tick."""
    body = canonical.encode(said)
    with database.unit_as(Role.WORKER) as uow:
        for about, said_of in facts.registry(uow.session).items():
            audit.record(uow, CARRY, about, data=said_of)
        named = handover.facts(body, said)
        entry = audit.record(
            uow, handover.ACTION, handover.OBJECT, data=named, public=True, first=True
        )
        _free(uow)
        audit.tick(
            uow,
            order.keys.log,
            order.tick_seconds,
            opening.quorum(uow, new),
            new.cosigners(),
        )
        logged = audit.logged_entry(uow, entry.id)
        assert logged is not None
        file = canonical.encode(HandoverFile(body, logged))
        # What cosigners and auditors would refuse is not kept.
        handover.verify_entry_of(HandoverFile(body, logged), new.origin)
        uow.session.execute(KEEP, {"file": file})
    return file


def _free(uow: UnitOfWork) -> None:
    """In the transaction of the first leaf: without it the log stays held. A superuser's right."""
    for step in (AS_SUPERUSER, FREE, AS_WORKER):
        uow.session.execute(step)


def _people(order: Order) -> tuple[Person, Person]:
    """Both, as the log that ended knew them. Raises NotAgreed."""
    database = Database(order.past_url, pool_size=1)
    try:
        return (
            _known(database, order, order.operator, Role.OPERATOR),
            _known(database, order, order.supervisor, Role.SUPERVISOR),
        )
    finally:
        database.close()


def _known(database: Database, order: Order, who: Who, role: Role) -> Person:
    """Somebody who shows all that a sign-in asks for. Raises NotAgreed."""
    with database.unit_as(Role.DOOR) as uow:
        found = organizations.account(uow, who.email)
    if found is None or not organizations.is_right(found, who.password):
        raise NotAgreed(f"{who.email} and this password belong to nobody here.")
    if found.role is not role:
        raise NotAgreed(f"{who.email} is no {role.value.removeprefix('as_')}.")
    _check_factor(database, order, who, found)
    with database.unit_as(Role.WORKER) as uow:
        organization = uow.session.execute(ORGANIZATION, {"id": found.person_id}).scalar_one()
    return found.person_id, organization


def _check_factor(database: Database, order: Order, who: Who, found: Account) -> None:
    """A code counts once here as well: what one of the two once typed, the other cannot repeat."""
    whose = Whose(found.person_id, found.email, found.role)
    with database.unit_as(Role.DOOR) as uow:
        has_any = factors.has_any(uow, found.person_id)
    if not has_any:
        if order.second_factor:
            raise NotAgreed(f"{who.email} never set up a second factor.")
        return
    try:
        with database.unit_as(Role.DOOR) as uow:
            factors.check(uow, order.keys.promise, whose, who.code())
    except WrongCode:
        raise NotAgreed(f"The code of {who.email} does not hold.") from None
    except InvalidTag:
        raise NotAgreed("SUNSEAL_KEYS holds another promise key than the log that ended.") from None


def _agree(order: Order, database: Database, people: tuple[Person, Person], origin: str) -> None:
    """One proposes, the other confirms, as over the web. Raises NotAgreed."""
    one, two = people
    reason = order.operator.reason
    try:
        with database.unit_as(Role.OPERATOR, *one) as uow:
            proposal = confirmations.propose(uow, Matter.NEW_ORIGIN, f"log/{origin}", reason)
        with database.unit_as(Role.SUPERVISOR, *two) as uow:
            confirmations.confirm(uow, proposal.id, order.supervisor.reason)
    except (SunsealError, IntegrityError) as error:
        raise NotAgreed(f"The database does not take it: {type(error).__name__}.") from None
