"""The log as a database holds it, read leaf by leaf by a superuser."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from sunseal.backup.errors import LogDiffers
from sunseal_crypto import merkle
from sunseal_crypto.merkle import Frontier

LEAVES = "select index, leaf from audit.tick where index >= %s and index < %s order by index"
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class PastLog:
    """`size` leaves; only they count, whatever else the database says about its log."""

    connection: Connection[Any]
    size: int

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Raises LogDiffers when one is missing between them."""
        with self.connection.cursor("leaves") as cursor:
            cursor.itersize = AT_ONCE
            for expected, (index, leaf) in enumerate(cursor.execute(LEAVES, [start, end]), start):
                if index != expected:
                    raise LogDiffers(f"Leaf {expected} is missing in the restored log.")
                yield bytes(leaf)

    def frontiers(self, sizes: set[int]) -> dict[int, Frontier]:
        """The log at each of `sizes` that it has reached, in one reading."""
        wanted, found, grown = sizes | {0}, {}, Frontier()
        for leaf in self.leaves(0, self.size):
            if grown.size in wanted:
                found[grown.size] = Frontier.decode(grown.encode())
            grown.append(merkle.leaf_hash(leaf))
        found[grown.size] = grown
        return found


def read(connection: Connection[Any]) -> PastLog:
    """Raises LogDiffers when head and leaves do not fit together."""
    [(size,)] = connection.execute("select size from audit.head").fetchall()
    [(count, last)] = connection.execute(
        "select count(*), coalesce(max(index) + 1, 0) from audit.tick"
    ).fetchall()
    if not size == count == last:
        raise LogDiffers(f"The log says {size} leaves, and {count} are there.")
    return PastLog(connection, size)
