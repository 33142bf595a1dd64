"""The log itself: its leaves, its checkpoint, its cosignatures, and what others kept of it."""

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal_crypto import canonical, checkpoint, merkle, notes
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.roster import parse
from sunseal_crypto.tick import TickLeaf
from tests.manipulations.catalogue import DEVELOPER, FEW, SUPERUSER, Named, manipulation
from tests.manipulations.scene import Scene
from tests.support.service import Guard, guards

LEAVES = "log: its {size} leaves do not give the root that was signed for {size}"


def newest(scene: Scene) -> bytes:
    """The checkpoint with its cosignatures, as anybody fetches it."""
    with scene.desk.unit_as(Role.PUBLIC) as uow:
        return audit.checkpoint_note(uow).encode()


def size_of(note: bytes) -> int:
    return Checkpoint.parse(notes.parse(note).text).size


@manipulation("L1", SUPERUSER, "opened", "back-dates a whole tick", LEAVES)
def back_dated_tick(scene: Scene) -> Named:
    _replaces_leaf(scene)
    return {"size": size_of(newest(scene))}


@manipulation(
    "L2",
    SUPERUSER,
    "opened",
    "lets two ticks change their places",
    "tick {first}: it comes after tick {second}",
)
def exchanged_ticks(scene: Scene) -> Named:
    [[first], [second]] = scene.sql(
        "select number from audit.tick where index in (2, 3) order by 1"
    )
    scene.sql(
        """update audit.tick t set leaf = o.leaf from audit.tick o
        where t.index in (2, 3) and o.index = 5 - t.index"""
    )
    return {"first": first, "second": second}


@manipulation(
    "L3",
    SUPERUSER,
    "opened",
    "takes a tick out of the log",
    "log: leaf 0: bundle: there is no log/tile/entries/000.p/{size}",
)
def tick_taken_out(scene: Scene) -> Named:
    size = size_of(newest(scene))
    scene.sql("delete from audit.tick where index = 2")
    return {"size": size}


@manipulation(
    "L4", DEVELOPER, "opened", "rewrites a tick and signs the log anew; nobody cosigns it", LEAVES
)
def rewritten_log(scene: Scene) -> Named:
    """The bundle can only have the checkpoint that was cosigned before."""
    size = size_of(newest(scene))
    _replaces_leaf(scene)
    scene.world.tick()
    _signs(scene, [])
    return {"size": size}


@manipulation(
    "L5",
    FEW,
    "opened",
    "rewrite a tick, sign the log anew, and cosign it",
    "log/checkpoint: checkpoint: 1 cosignatures where 3 are needed",
)
def cosigned_by_few(scene: Scene) -> Named:
    _replaces_leaf(scene)
    scene.world.tick()
    _signs(scene, scene.world.guards[:1])
    scene.sql("update audit.head set quorum = 1")
    return {}


@manipulation(
    "L6",
    DEVELOPER,
    "opened",
    "lets the platform take cosigners of his own for those of the roster",
    "log/checkpoint: checkpoint: 0 cosignatures where 3 are needed",
)
def cosigners_of_his_own(scene: Scene) -> Named:
    _replaces_leaf(scene)
    scene.world.tick()
    own = guards(3, first=7)
    _signs(scene, own)
    keys = [str(guard.cosigner.verifier) for guard in own]
    scene.sql("update audit.head set cosigners = %s", keys)
    return {}


@manipulation(
    "L7",
    SUPERUSER,
    "bidding",
    "restores the state of an earlier day",
    "a custodian's checkpoint: the log was longer before: it has {then} leaves,"
    " the bundle ends at {now}",
)
def restored(scene: Scene) -> Named:
    """What came after is gone from the platform, and a custodian still has its last checkpoint."""
    now = size_of(newest(scene))
    leaves = [merkle.leaf_hash(leaf) for leaf in scene.world.log().leaves]
    leaves += [merkle.leaf_hash(b"a tick that was lost")]
    scene.papers["a custodian's checkpoint"] = _signed(scene, leaves)
    return {"then": now + 1, "now": now}


@manipulation(
    "L8",
    DEVELOPER,
    "opened",
    "shows one reader another log of the same size",
    "a bidder's checkpoint: another log: its first {size} leaves differ",
)
def another_log(scene: Scene) -> Named:
    leaves = [merkle.leaf_hash(leaf) for leaf in scene.world.log().leaves]
    leaves = [*leaves[:3], leaves[4], leaves[3], *leaves[5 : size_of(newest(scene))]]
    scene.papers["a bidder's checkpoint"] = _signed(scene, leaves)
    return {"size": len(leaves)}


@manipulation(
    "L9",
    DEVELOPER,
    "opened",
    "serves another roster, with a custodian of its own",
    "roster.json: it is not the roster that you gave",
)
def another_roster(scene: Scene) -> Named:
    roster = parse(scene.world.settings.roster_bytes())
    own = scene.world.database.name + ".json"
    path = scene.world.settings.roster.with_name(own)
    path.write_bytes(canonical.encode(roster).replace(b'"guard-1"', b'"guard-9"'))
    scene.serve_roster(path)
    return {}


def _replaces_leaf(scene: Scene, index: int = 2) -> None:
    """The tick's time is another, and its root the same."""
    leaf = TickLeaf.parse(bytes(scene.one("select leaf from audit.tick where index = %s", index)))
    earlier = TickLeaf.parse(bytes(scene.one("select leaf from audit.tick where index = 0")))
    made = TickLeaf(leaf.number, earlier.time, leaf.root).encode()
    scene.sql("update audit.tick set leaf = %s where index = %s", made, index)


def _signed(scene: Scene, leaves: list[bytes]) -> bytes:
    """A checkpoint by the platform's own key, over whatever leaves."""
    point = Checkpoint(scene.world.settings.origin, len(leaves), merkle.root(leaves))
    return checkpoint.sign_checkpoint(point, scene.world.keys.log)


def _signs(scene: Scene, cosigners: list[Guard]) -> None:
    leaves = [merkle.leaf_hash(leaf) for leaf in scene.world.log().leaves]
    note = _signed(scene, leaves)
    scene.sql("update audit.checkpoint set note = %s where size = %s", note.decode(), len(leaves))
    text, now = notes.parse(note).text, scene.one("select kit.now()")
    for guard in cosigners:
        line = checkpoint.cosign(text, guard.cosigner, now).decode()
        scene.sql(
            "insert into audit.cosignature (size, cosigner, line, at) values (%s, %s, %s, %s)",
            len(leaves),
            guard.cosigner.verifier.name,
            line,
            now,
        )
