"""The SQL of people's numbers: masks, which staff see, and digests, which the worker compares."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from sunseal.screening.identity import Number
from sunseal.screening.models import ListEntry
from sunseal.screening.person_ids import NoPersonKey, Ring

ADD_DIGEST = text("""
    insert into registry.person_digest (owner, version, digest) values (:owner, :version, :digest)
""")
MASKS = text("select owner, mask from registry.person_number where organization_id = :firm")
DIGESTS = text("""
    select owner, version, digest from registry.person_digest
    where owner = any(cast(:owners as uuid[]))
""")
LISTED = text("""
    select distinct e.id from registry.person_digest d
    join registry.list_entry e on e.id = d.owner
    where d.digest = any(:digests) and e.snapshot_id = :snapshot
""")


class NumberRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, owner: UUID, number: str, ring: Ring | None) -> None:
        """Raises NoPersonKey."""
        self._session.execute(ADD_DIGEST, digests_of(owner, number, ring))

    def masks(self, organization_id: UUID) -> dict[UUID, str]:
        """By whose number it is, as `registry.person_number` says."""
        found = self._session.execute(MASKS, {"firm": organization_id})
        return {row.owner: row.mask for row in found}

    def digests(self, owners: Iterable[UUID]) -> dict[UUID, dict[int, bytes]]:
        """For the worker alone."""
        wanted, found = list(owners), dict[UUID, dict[int, bytes]]()
        rows: Any = self._session.execute(DIGESTS, {"owners": wanted}) if wanted else ()
        for row in rows:
            found.setdefault(row.owner, {})[row.version] = bytes(row.digest)
        return found

    def listed(self, snapshot_id: UUID, digests: Sequence[bytes]) -> list[UUID]:
        """Entries with one of the digests. For the worker alone."""
        if not digests:
            return []
        row = {"digests": list(digests), "snapshot": snapshot_id}
        return list(self._session.scalars(LISTED, row))

    def of_entries(self, entries: Iterable[ListEntry]) -> Mapping[UUID, Number]:
        """The numbers of entries about people. For the worker alone."""
        masked = {each.id: each.mask for each in entries if each.mask}
        digests = self.digests(masked)
        return {entry: Number(mask, digests.get(entry, {})) for entry, mask in masked.items()}


def digests_of(owner: UUID, number: str, ring: Ring | None) -> list[dict[str, object]]:
    """Parameters of ADD_DIGEST. Raises NoPersonKey."""
    if ring is None:
        raise NoPersonKey()
    return [
        {"owner": owner, "version": version, "digest": digest}
        for version, digest in ring.digests(number).items()
    ]
