"""What the insider's hands do again and again: find an entry, forge an event, sign what he can."""

import hashlib
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal_crypto import canonical, event, tick
from sunseal_crypto import record as records
from sunseal_crypto.record import OpeningRecord, RecordedLeaf
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor.journal import place
from tests.manipulations.scene import Scene

ENTRY = "select id, tick, slot, commitment, nonce, detail from audit.entry where action = %s"


class Found:
    """An entry as it stands in the supervisors' table."""

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.id: UUID = row[0]
        self.tick, self.slot = int(row[1]), int(row[2])
        self.commitment, self.nonce, self.detail = map(bytes, row[3:6])

    def __str__(self) -> str:
        return place(self.tick, self.slot, self.commitment)

    def changed(self, **changes: Any) -> tuple[bytes, bytes]:
        """Another detail, and the commitment that it would have."""
        detail = event.encode(replace(event.decode(self.detail), **changes))
        return detail, tick.commitment(self.nonce, detail)


def found(scene: Scene, action: str, number: int = 0) -> Found:
    """The entry `number` of an action, in the order of the log."""
    return Found(scene.sql(f"{ENTRY} and tick is not null order by tick, slot", action)[number])


def taken(scene: Scene, entry: Found) -> int:
    """The place of an entry among the taken slots of its tick, as SQL counts."""
    slots = scene.one("select slots from audit.tick_seed where number = %s", entry.tick)
    return int(slots.index(entry.slot)) + 1


def envelope(scene: Scene) -> str:
    return f"tender/{scene.world.tender}/envelope/1"


def logs(scene: Scene, action: str, object_: str, **data: str) -> None:
    """An event that the platform's own worker would have logged."""
    with scene.world.work.unit_as(Role.WORKER) as uow:
        audit.record(uow, action, object_, data=data, public=True, first=True)


def last_record(scene: Scene) -> OpeningRecord:
    body = scene.one("select body from opened.record order by number desc limit 1")
    return records.parse(bytes(body))


def opened_leaf(scene: Scene) -> RecordedLeaf:
    """The leaf of the first bid that was opened."""
    return next(leaf for leaf in last_record(scene).leaves if leaf.outcome == "opened")


def with_leaf(said: OpeningRecord, leaf: RecordedLeaf) -> OpeningRecord:
    kept = [each for each in said.leaves if each.position != leaf.position]
    return replace(said, leaves=sorted([*kept, leaf], key=lambda each: each.position))


def puts_record(scene: Scene, said: OpeningRecord, *, logged: bool = True) -> None:
    """Another record under the number of the last one, with an entry of its own."""
    body = canonical.encode(said)
    scene.sql("update opened.record set body = %s where number = %s", body, said.number)
    if logged:
        digest = base64_text(hashlib.sha256(body).digest())
        logs(scene, "opening.record", envelope(scene), record=digest, number=str(said.number))
        scene.settle()
