"""The log's rows. Staff and public entries stand in `audit`, those of the box in `sealed`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, Row, text
from sqlalchemy.orm import Session

from sunseal_crypto.tick import SLOTS
from sunseal_crypto.tiles import WIDTH, Tile

RECORD = text("""
    select audit.record(:tender, :public, :first, :nonce, :detail)
""")
RECORD_SEALED = text("""
    insert into sealed.event (id, tender_id, envelope, organization_id, nonce, detail, commitment,
                              first, at)
    values (:id, :tender, :envelope, :organization, :nonce, :detail, :commitment, :first, :at)
""")
# Box, release and accept entries go first. Then desk, box and worker get the same share, and on
# each side one of each actor in turn: nobody who floods the log keeps another's entry out of the
# tick, and who writes in every actor's name, by SQL on the desk's login, keeps no bidder's out.
WAITING = text("""
    select id, commitment, sealed from (
        select *, row_number() over (partition by side order by first desc, turn, at) as place
        from (
            select id, commitment, first, at, false as sealed,
                   case role when 'as_worker' then 'worker' else 'desk' end as side,
                   row_number() over (partition by role, actor order by at) as turn
            from audit.entry where tick is null
            union all
            select id, commitment, first, at, true, 'box',
                   row_number() over (partition by organization_id order by at)
            from sealed.event where tick is null
        ) as waiting
    ) as placed
    order by first desc, place, at limit :slots
""")
PLACE = {
    False: text("update audit.entry set tick = :tick, slot = :slot, path = :path where id = :id"),
    True: text("update sealed.event set tick = :tick, slot = :slot, path = :path where id = :id"),
}
ENTRY = text(
    """
    select e.nonce, e.detail, e.slot, e.path, t.leaf, t.index as position, t.number
    from {table} e join audit.tick t on t.number = e.tick where e.id = :id
""".replace("{table}", "audit.entry")
)
SEALED_ENTRY = text(str(ENTRY).replace("audit.entry", "sealed.event"))
WRITE_TILE = text("""
    insert into audit.tile (level, index, hashes) values (:level, :index, :hashes)
    on conflict (level, index) do update set hashes = excluded.hashes
""")
COSIGNED = text("""
    select c.size, c.note, array_agg(s.line order by s.cosigner) as lines
    from audit.checkpoint c join audit.cosignature s using (size)
    where c.size > :above and c.size < :below group by c.size, c.note
    having count(distinct s.cosigner) >= :quorum order by c.size desc limit 1
""")
LATEST = text("""
    select c.size, c.note, array_remove(array_agg(s.line order by s.cosigner), null) as lines
    from audit.checkpoint c left join audit.cosignature s using (size)
    group by c.size, c.note order by c.size desc limit 1
""")
SEALED_SINCE = text("""
    select coalesce(t.published_at, 'epoch') as since
    from sealed.gate g left join notice.tender t on t.id = g.tender_id
    where g.state <> all(:states)
""")
SHOW_SEEDS = text("""
    insert into audit.tick_seed (number, seed, slots, commitments)
    select t.number, s.seed, held.slots, held.commitments
    from audit.tick t join sealed.tick_seed s using (number) cross join lateral (
        select coalesce(array_agg(a.slot order by a.slot), '{}') as slots,
               coalesce(array_agg(a.commitment order by a.slot), '{}') as commitments
        from audit.entry a where a.tick = t.number) held
    where t.at < :before
      and not exists (select from audit.tick_seed shown where shown.number = t.number)
      and not exists (select from sealed.event e where e.tick = t.number
          and not exists (select from audit.entry a where a.id = e.id))
    order by t.number limit :limit
    on conflict do nothing
""")

MAX_SIZE = 2**62


class LogRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, row: Mapping[str, object]) -> UUID:
        made: UUID = self._session.execute(RECORD, row).scalar_one()
        return made

    def record_sealed(self, row: Mapping[str, object]) -> None:
        self._session.execute(RECORD_SEALED, row)

    def lock_head(self) -> Row[tuple[int, int, str]]:
        """Size, last tick, and why it is held; no second worker ticks until this unit ends."""
        return self._session.execute(
            text("select size, last_tick, held from audit.head for update")
        ).one()

    def head(self) -> Row[tuple[int, int, int, list[str]]]:
        return self._session.execute(
            text("select size, last_tick, quorum, cosigners from audit.head")
        ).one()

    def waiting(self) -> list[Row[tuple[UUID, bytes, bool]]]:
        return list(self._session.execute(WAITING, {"slots": SLOTS}))

    def place(self, tick: int, entry: UUID, sealed: bool, slot: int, path: bytes) -> None:
        row = {"tick": tick, "id": entry, "slot": slot, "path": path}
        self._session.execute(PLACE[sealed], row)

    def add_tick(self, number: int, index: int, at: datetime, leaf: bytes, seed: bytes) -> None:
        self._session.execute(
            text("insert into audit.tick (number, index, at, leaf) values (:n, :i, :at, :leaf)"),
            {"n": number, "i": index, "at": at, "leaf": leaf},
        )
        self._session.execute(
            text("insert into sealed.tick_seed (number, seed) values (:n, :seed)"),
            {"n": number, "seed": seed},
        )

    def move_head(self, size: int, last_tick: int, quorum: int, cosigners: Iterable[str]) -> None:
        self._session.execute(
            text("""update audit.head set size = :size, last_tick = :tick, quorum = :quorum,
                    cosigners = :cosigners"""),
            {"size": size, "tick": last_tick, "quorum": quorum, "cosigners": list(cosigners)},
        )

    def read_tile(self, tile: Tile) -> bytes:
        """The hashes of a tile, as wide as asked; empty when there are fewer."""
        if tile.level is None:
            raise ValueError("entry bundles are made of ticks")
        hashes = self._session.execute(
            text("select hashes from audit.tile where level = :level and index = :index"),
            {"level": tile.level, "index": tile.index},
        ).scalar_one_or_none()
        return bytes(hashes or b"")[: tile.width * 32]

    def write_tiles(self, made: Mapping[Tile, bytes]) -> None:
        rows = [{"level": t.level, "index": t.index, "hashes": data} for t, data in made.items()]
        self._session.execute(WRITE_TILE, rows)

    def add_checkpoint(self, size: int, note: str, at: datetime) -> None:
        self._session.execute(
            text("insert into audit.checkpoint (size, note, at) values (:size, :note, :at)"),
            {"size": size, "note": note, "at": at},
        )

    def checkpoint(self, size: int) -> str | None:
        return self._session.execute(
            text("select note from audit.checkpoint where size = :size"), {"size": size}
        ).scalar_one_or_none()

    def latest(self) -> Row[tuple[int, str, list[str]]] | None:
        return self._session.execute(LATEST).one_or_none()

    def cosigned(self, above: int, quorum: int) -> Iterator[Row[tuple[int, str, list[str]]]]:
        """Checkpoints larger than `above` with lines in `quorum` cosigners' names, newest first."""
        below = MAX_SIZE
        while True:
            named = {"above": above, "below": below, "quorum": quorum}
            row = self._session.execute(COSIGNED, named).one_or_none()
            if row is None:
                return
            yield row
            below = row.size

    def lines(self, size: int) -> list[str]:
        """Whatever was written as a cosignature on the checkpoint of this size."""
        query = text("select line from audit.cosignature where size = :size")
        return list(self._session.scalars(query, {"size": size}))

    def add_cosignature(self, size: int, cosigner: str, line: str, at: datetime) -> None:
        self._session.execute(
            text("""insert into audit.cosignature (size, cosigner, line, at)
                    values (:size, :cosigner, :line, :at) on conflict do nothing"""),
            {"size": size, "cosigner": cosigner, "line": line, "at": at},
        )

    def entry(self, entry: UUID) -> Row[tuple[bytes, bytes, int, bytes, bytes, int, int]] | None:
        return self._session.execute(ENTRY, {"id": entry}).one_or_none()

    def sealed_entry(
        self, entry: UUID
    ) -> Row[tuple[bytes, bytes, int, bytes, bytes, int, int]] | None:
        return self._session.execute(SEALED_ENTRY, {"id": entry}).one_or_none()

    def leaves(self, start: int, end: int) -> list[bytes]:
        rows: Iterable[bytes] = self._session.scalars(
            text("select leaf from audit.tick where index >= :a and index < :b order by index"),
            {"a": start, "b": end},
        )
        return [bytes(leaf) for leaf in rows]

    def bundle_width(self, index: int) -> int:
        size: int = self.head().size
        return max(0, min(WIDTH, size - index * WIDTH))

    def sealed_since(self, over: Iterable[str]) -> list[datetime]:
        """When each tender whose gate is in none of the states `over` was published."""
        return list(self._session.scalars(SEALED_SINCE, {"states": list(over)}))

    def show_seeds(self, before: datetime, limit: int) -> int:
        """Ticks older than `before`, all of whose entries are in the supervisors' table."""
        done = self._session.execute(SHOW_SEEDS, {"before": before, "limit": limit})
        assert isinstance(done, CursorResult)
        return done.rowcount
