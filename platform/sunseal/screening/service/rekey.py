"""A new key for people's identifiers, taken into use without a gap.

The new key is added to the ring, which every process reads for each use: from then on look-ups try
all versions and new digests are made under all of them. Then the stored ones are carried along,
which needs no number; and only when every owner has the newest do the older digests go.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from sunseal.database import Role, UnitOfWork
from sunseal.screening.person_ids import Ring

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
