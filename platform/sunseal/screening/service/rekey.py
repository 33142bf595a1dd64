"""A new key for people's identifiers, taken into use without a gap.

The new key is added to the ring, which every process reads for each use: from then on look-ups try
all versions and new digests are made under all of them. Then the stored ones are carried along,
which needs no number; and only when every owner has the newest do the older digests go.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from sunseal.database import Role, UnitOfWork
from sunseal.errors import SunsealError
from sunseal.screening import person_ids
from sunseal.screening.number_repository import NumberRepository
from sunseal.screening.person_ids import Ring
from sunseal.screening.sealed_numbers import unseal
from sunseal_crypto.age import Identity

BATCH = 5000
BEHIND = text("""
    select owner, version, digest from registry.person_digest d
    where version = (select max(version) from registry.person_digest l where l.owner = d.owner)
      and version < :newest
    limit :batch
""")
ADD = text("""
    insert into registry.person_digest (owner, version, digest)
    values (:owner, :version, :digest) on conflict do nothing
""")
DROP = text("delete from registry.person_digest where version < :newest")
SEALED = text("select owner, mask, sealed from registry.person_number order by owner")
FORGET = text("delete from registry.person_digest where owner = :owner")


class NumberExchanged(SunsealError):
    """Somebody wrote in the database what the platform does not write."""

    def __init__(self, owner: UUID) -> None:
        super().__init__(f"The sealed number of {owner} is not the one that its mask shows.")


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest digest that an owner has."""

    owner: UUID
    version: int
    digest: bytes


def rekey(uow: UnitOfWork, ring: Ring) -> int:
    """Carries one batch along, and returns how many; call it until there are none."""
    uow.require(Role.WORKER)
    row = {"newest": len(ring.keys), "batch": BATCH}
    behind = [Stored(*found) for found in uow.session.execute(BEHIND, row)]
    made = [
        {"owner": each.owner, "version": version, "digest": digest}
        for each in behind
        for version, digest in ring.carried(each.version, each.digest).items()
    ]
    if made:
        uow.session.execute(ADD, made)
    return len(behind)


def drop_older(uow: UnitOfWork, ring: Ring) -> None:
    """Forgets the digests under older keys; only when `rekey` has nothing left to do."""
    uow.require(Role.WORKER)
    if rekey(uow, ring) == 0:
        uow.session.execute(DROP, {"newest": len(ring.keys)})


def restore(uow: UnitOfWork, ring: Ring, identity: Identity) -> int:
    """Digests of firms' people from their sealed numbers, when a ring was lost; returns how many.

    Those of lists come with the lists' next import. Raises SealBroken, NumberExchanged.
    """
    uow.require(Role.WORKER)
    rows = uow.session.execute(SEALED).all()
    numbers = NumberRepository(uow.session)
    for row in rows:
        number = unseal(identity, row.owner, bytes(row.sealed))
        if person_ids.mask(number) != row.mask:
            raise NumberExchanged(row.owner)
        uow.session.execute(FORGET, {"owner": row.owner})
        numbers.add(row.owner, number, ring)
    return len(rows)
