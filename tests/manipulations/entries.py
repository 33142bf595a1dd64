"""Rows of the log: deleted, edited, reordered, back-dated, added, kept back."""

from datetime import timedelta

from sunseal_crypto import event
from tests.manipulations.catalogue import DEVELOPER, SUPERUSER, Named, manipulation
from tests.manipulations.hands import Found, found, taken
from tests.manipulations.scene import Scene

ROOT = "tick {tick}: its seed and slots do not give its root"


@manipulation(
    "E1",
    SUPERUSER,
    "opened",
    "deletes the entry of a refused access",
    "{entry}: it is not revealed",
)
def deleted(scene: Scene) -> Named:
    entry = found(scene, "access.refused")
    scene.sql("delete from audit.entry where id = %s", entry.id)
    return {"entry": entry}


@manipulation(
    "E2", SUPERUSER, "opened", "deletes it together with its slot in the shown tick", ROOT
)
def deleted_with_its_slot(scene: Scene) -> Named:
    entry = found(scene, "access.refused")
    at = taken(scene, entry)
    scene.sql("delete from audit.entry where id = %s", entry.id)
    scene.sql(
        """update audit.tick_seed set slots = slots[:%s - 1] || slots[%s + 1:],
        commitments = commitments[:%s - 1] || commitments[%s + 1:] where number = %s""",
        at,
        at,
        at,
        at,
        entry.tick,
    )
    return {"tick": entry.tick}


@manipulation(
    "E3",
    SUPERUSER,
    "opened",
    "edits an entry: the refused access was allowed",
    "{entry}: its detail does not open the commitment {commitment}… in its slot",
)
def edited(scene: Scene) -> Named:
    return _rewrites(scene, found(scene, "access.refused"), outcome="done", reason="")


@manipulation("E4", SUPERUSER, "opened", "edits it, and puts the new commitment everywhere", ROOT)
def edited_everywhere(scene: Scene) -> Named:
    entry = found(scene, "access.refused")
    detail, commitment = entry.changed(outcome="done")
    at = taken(scene, entry)
    scene.sql(
        "update audit.entry set detail = %s, commitment = %s where id = %s",
        detail,
        commitment,
        entry.id,
    )
    scene.sql(
        "update audit.tick_seed set commitments[%s] = %s where number = %s",
        at,
        commitment,
        entry.tick,
    )
    return {"tick": entry.tick}


@manipulation(
    "E5",
    SUPERUSER,
    "opened",
    "back-dates the enrolment of a key by an hour",
    "{entry}: its detail does not open the commitment {commitment}… in its slot",
)
def back_dated(scene: Scene) -> Named:
    entry = found(scene, "key.enrol")
    at = event.decode(entry.detail).at - timedelta(hours=1)
    return _rewrites(scene, entry, at=at)


@manipulation(
    "E6",
    SUPERUSER,
    "opened",
    "moves an entry into an earlier tick",
    "entry {commitment}… in tick {tick} slot {slot}: its tick has no entry in this slot",
)
def moved(scene: Scene) -> Named:
    entry, before = found(scene, "opening.record"), found(scene, "release.request")
    slot = (entry.slot + 1) % 4096
    scene.sql(
        "update audit.entry set tick = %s, slot = %s where id = %s", before.tick, slot, entry.id
    )
    return {"commitment": entry.commitment[:4].hex(), "tick": before.tick, "slot": slot}


@manipulation(
    "E7",
    SUPERUSER,
    "opened",
    "lets two entries change their places",
    "{entry}: its detail does not open the commitment {commitment}… in its slot",
)
def reordered(scene: Scene) -> Named:
    first, second = found(scene, "organization.register"), found(scene, "opening.record")
    for entry, other in ((first, second), (second, first)):
        scene.sql(
            "update audit.entry set tick = %s, slot = %s where id = %s",
            other.tick,
            other.slot,
            entry.id,
        )
    wrong = Found((first.id, second.tick, second.slot, first.commitment, b"", b""))
    return {"entry": wrong, "commitment": second.commitment[:4].hex()}


@manipulation(
    "E8",
    SUPERUSER,
    "opened",
    "adds an entry that was never made",
    "entry {commitment}… in tick {tick} slot {slot}: its tick has no entry in this slot",
)
def added(scene: Scene) -> Named:
    entry = found(scene, "key.enrol")
    detail, commitment = entry.changed(action="tender.change")
    slot = (entry.slot + 1) % 4096
    scene.sql(
        """insert into audit.entry (nonce, detail, commitment, actor, role, action, object,
            outcome, reason, at, tick, slot, path)
        select nonce, %s, %s, actor, role, 'tender.change', object, outcome, reason, at, tick, %s,
            path from audit.entry where id = %s""",
        detail,
        commitment,
        slot,
        entry.id,
    )
    return {"commitment": commitment[:4].hex(), "tick": entry.tick, "slot": slot}


@manipulation(
    "E9", SUPERUSER, "closed", "deletes a refused access while its tick is still shut", ROOT
)
def deleted_before_it_is_shown(scene: Scene) -> Named:
    scene.is_refused("centre")
    scene.tick()
    entry = found(scene, "access.refused", -1)
    scene.sql("delete from audit.entry where id = %s", entry.id)
    scene.ask()
    scene.finish()
    return {"tick": entry.tick}


@manipulation("E10", SUPERUSER, "bidding", "deletes a sealed entry before it can be revealed", ROOT)
def deleted_in_the_box(scene: Scene) -> Named:
    [[number]] = scene.sql(
        """delete from sealed.event where id = (select id from sealed.event
            where organization_id = %s order by at limit 1) returning tick""",
        scene.firms[4].organization,
    )
    scene.open()
    return {"tick": number}


@manipulation(
    "E11",
    DEVELOPER,
    "opened",
    "keeps the seed of a tick back, and what is in it",
    "tick {tick}: its seed is kept back, though nothing was sealed in it",
)
def seed_kept_back(scene: Scene) -> Named:
    entry = found(scene, "access.refused")
    scene.sql("delete from audit.tick_seed where number = %s", entry.tick)
    scene.sql("delete from audit.entry where tick = %s", entry.tick)
    return {"tick": entry.tick}


@manipulation("E12", DEVELOPER, "opened", "shows a tick with another seed", ROOT)
def another_seed(scene: Scene) -> Named:
    entry = found(scene, "access.refused")
    scene.sql("update audit.tick_seed set seed = sha256(seed) where number = %s", entry.tick)
    return {"tick": entry.tick}


def _rewrites(scene: Scene, entry: Found, **changes: object) -> Named:
    detail, commitment = entry.changed(**changes)
    scene.sql("update audit.entry set detail = %s where id = %s", detail, entry.id)
    changed = Found((entry.id, entry.tick, entry.slot, commitment, b"", b""))
    return {"entry": changed, "commitment": entry.commitment[:4].hex()}
