"""What people did in the hall: objections, the minutes, and who signed them."""

from hashlib import sha256
from uuid import UUID, uuid4

from sunseal_crypto.spelling import base64_text
from tests.manipulations.catalogue import SUPERUSER, Named, manipulation
from tests.manipulations.hands import found
from tests.manipulations.scene import Scene
from tests.meeting.hall import Hall

ROW = "tender/{tender}/act/{act}, {field}: the table says {now!r}, {entry} says {then!r}"
GONE = "tender/{tender}/act/{act}, digest: no table has it, but {entry} does"
NOBODYS = "tender/{tender}/act/{act}, digest: the table says {now!r}, and no entry does"
REWRITE = """
    update opened.act set body = convert_to(replace(convert_from(body, 'UTF8'), %s, %s), 'UTF8')
    where kind = %s returning id
"""


@manipulation("H1", SUPERUSER, "opened", "deletes an objection to the opening", GONE)
def objection_deleted(scene: Scene) -> Named:
    _meets(scene)
    act = _act(scene, "objection")
    scene.sql("delete from opened.act where id = %s", act)
    scene.sql("delete from opened.hall_event where body ->> 'id' = %s", str(act))
    return {"tender": scene.world.tender, "act": act, "entry": found(scene, "meeting.objection")}


@manipulation("H2", SUPERUSER, "opened", "rewrites an objection where everybody reads it", ROW)
def objection_rewritten(scene: Scene) -> Named:
    _meets(scene)
    return _rewritten(scene, "objection", "报价读错了", "没有意见")


@manipulation("H3", SUPERUSER, "opened", "lets the hall alone show another objection", ROW)
def hall_rewritten(scene: Scene) -> Named:
    _meets(scene)
    act = _act(scene, "objection")
    scene.sql(
        """update opened.hall_event set body = body || '{"text": "没有意见"}'
        where body ->> 'id' = %s""",
        str(act),
    )
    then = base64_text(_digest(scene, act))
    return _named(scene, "objection", act, "shown", "没有意见", then)


@manipulation("H4", SUPERUSER, "opened", "changes the minutes that people have signed", ROW)
def minutes_changed(scene: Scene) -> Named:
    _meets(scene)
    return _rewritten(scene, "minutes", '"edition":1', '"edition":2')


@manipulation("H5", SUPERUSER, "opened", "puts a signature under the minutes", NOBODYS)
def signature_forged(scene: Scene) -> Named:
    _meets(scene)
    act, mine = uuid4(), _act(scene, "signature")
    scene.sql(
        """insert into opened.act (body, entry_id) select convert_to(replace(
        convert_from(body, 'UTF8'), id::text, %s), 'UTF8'), %s from opened.act where id = %s""",
        str(act),
        uuid4(),
        mine,
    )
    now = base64_text(_digest(scene, act))
    return {"tender": scene.world.tender, "act": act, "now": now}


@manipulation(
    "H6",
    SUPERUSER,
    "opened",
    "lets the hall alone show an objection that nobody raised",
    "tender/{tender}/act/{act}, shown: the table says {now!r}, and no entry does",
)
def objection_invented(scene: Scene) -> Named:
    act, text = uuid4(), "评标委员会与中标人有利害关系"
    scene.sql(
        """insert into opened.hall_event (tender_id, kind, body, at) values (%s, 'objection',
        jsonb_build_object('id', %s::text, 'text', %s::text), now())""",
        scene.world.tender,
        str(act),
        text,
    )
    return {"tender": scene.world.tender, "act": act, "now": text}


def _meets(scene: Scene) -> None:
    """Everything is read out; one firm objects, hears its answer and signs the minutes."""
    hall = Hall(scene)
    hall.sign(0, hall.written())
    scene.settle()


def _rewritten(scene: Scene, kind: str, old: str, new: str) -> Named:
    then = base64_text(_digest(scene, _act(scene, kind)))
    act = scene.one(REWRITE, old, new, kind)
    now = base64_text(_digest(scene, act))
    return _named(scene, kind, act, "digest", now, then)


def _named(scene: Scene, kind: str, act: UUID, field: str, now: str, then: str) -> Named:
    return {
        "tender": scene.world.tender,
        "act": act,
        "field": field,
        "now": now,
        "then": then,
        "entry": found(scene, f"meeting.{kind}"),
    }


def _act(scene: Scene, kind: str) -> UUID:
    made: UUID = scene.one("select id from opened.act where kind = %s", kind)
    return made


def _digest(scene: Scene, act: UUID) -> bytes:
    return sha256(scene.one("select body from opened.act where id = %s", act)).digest()
