"""The box, and what custodians were asked about it."""

import hashlib

from msgspec.structs import replace

from sunseal_crypto import canonical, notes, release
from sunseal_crypto.event import decode
from sunseal_crypto.promise import Promise
from sunseal_crypto.spelling import base64_text
from tests.manipulations.catalogue import DEVELOPER, SUPERUSER, Named, manipulation
from tests.manipulations.hands import (
    envelope,
    found,
    logs,
)
from tests.manipulations.scene import LISTED, Scene
from tests.opening.world import Firm

NOT_LOGGED = "envelope 1, {file}: the log has no entry for it"
LOST = "{entry}: the bid that it accepts is not in the box"


@manipulation("B1", SUPERUSER, "bidding", "drops a bid before the box is closed", LOST)
def bid_dropped(scene: Scene) -> Named:
    firm = scene.firms[0].organization
    scene.sql("delete from sealed.submission where organization_id = %s", firm)
    scene.sql("delete from sealed.joining where organization_id = %s", firm)
    scene.open()
    return {"entry": _accepted(scene, 0)}


@manipulation("B2", SUPERUSER, "bidding", "drops a replacement, so that the older bid opens", LOST)
def replacement_dropped(scene: Scene) -> Named:
    entry = _drops_last(scene, 1)
    scene.open()
    return {"entry": entry}


@manipulation("B3", SUPERUSER, "bidding", "ignores a withdrawal, so that the bid opens", LOST)
def withdrawal_dropped(scene: Scene) -> Named:
    entry = _drops_last(scene, 2)
    scene.open()
    return {"entry": entry}


@manipulation(
    "B4",
    DEVELOPER,
    "closed",
    "logs a second box for the envelope",
    "{entry}: a second box for one key",
)
def second_box(scene: Scene) -> Named:
    data = {
        "root": base64_text(bytes(32)),
        "size": "16",
        "tender": str(scene.world.tender),
        "envelope": "1",
        "key": base64_text(scene.world.key.id),
    }
    logs(scene, "box.closed", envelope(scene), **data)
    scene.ask()
    scene.finish()
    return {"entry": found(scene, "box.closed", 1)}


@manipulation(
    "B5", SUPERUSER, "opened", "shows a bid twice in what custodians were asked", NOT_LOGGED
)
def bid_doubled(scene: Scene) -> Named:
    body = release.parse_request(_body(scene))
    place = body.answer[0]
    leaves = [*body.leaves[:-1], body.leaves[place]]
    _puts_request(scene, canonical.encode(replace(body, leaves=leaves)))
    return {"file": "request/1"}


@manipulation(
    "B6",
    SUPERUSER,
    "bidding",
    "throws away what a bidder was promised to find in the log",
    "a bidder's promise, bid.accepted of {at}: promised by tick {tick}, and no tick holds it",
)
def promise_broken(scene: Scene) -> Named:
    firm, promised = _late_bid(scene)
    scene.sql("delete from sealed.submission where id = %s", firm.submission)
    scene.sql("delete from sealed.event where commitment = %s", promised.commitment)
    scene.open()
    return {"at": decode(promised.detail).at, "tick": promised.last_tick}


@manipulation(
    "B7",
    SUPERUSER,
    "bidding",
    "keeps a promised entry waiting for longer than promised",
    "a bidder's promise, bid.accepted of {at}: kept in tick {late}, later than tick {tick}",
)
def promise_kept_late(scene: Scene) -> Named:
    _, promised = _late_bid(scene)
    hold = "update sealed.event set tick = %s where commitment = %s"
    scene.sql(hold, 0, promised.commitment)
    while scene.one("select last_tick from audit.head") <= promised.last_tick:
        scene.tick()
    scene.sql(hold, None, promised.commitment)
    scene.open()
    late = scene.one("select tick from sealed.event where commitment = %s", promised.commitment)
    return {"at": decode(promised.detail).at, "tick": promised.last_tick, "late": late}


@manipulation("Q1", SUPERUSER, "opened", "changes the request that custodians answered", NOT_LOGGED)
def request_changed(scene: Scene) -> Named:
    body = release.parse_request(_body(scene))
    _puts_request(scene, canonical.encode(replace(body, answer=body.answer[:1])))
    return {"file": "request/1"}


@manipulation(
    "Q2",
    SUPERUSER,
    "opened",
    "hides that custodians were asked",
    "{entry}: the request that it logs is not shown, or is faulty",
)
def request_hidden(scene: Scene) -> Named:
    scene.sql("delete from custody.release_answer")
    scene.sql("delete from custody.release_request")
    return {"entry": found(scene, "release.request")}


@manipulation(
    "Q3",
    DEVELOPER,
    "opened",
    "asks a second time, in secret, for the withdrawn bid",
    "{entry}: the request that it logs is not shown, or is faulty",
)
def second_release(scene: Scene) -> Named:
    digest = base64_text(hashlib.sha256(b"another request").digest())
    logs(scene, "release.request", envelope(scene), request=digest, number="2")
    scene.settle()
    return {"entry": found(scene, "release.request", 1)}


@manipulation(
    "Q4",
    DEVELOPER,
    "opened",
    "asks again for bids that were opened already",
    "envelope 1, request/2: it asks again for what was not pending at first",
)
def asked_again(scene: Scene) -> Named:
    body = canonical.encode(replace(release.parse_request(_body(scene)), number=2))
    scene.sql(
        """insert into custody.release_request (tender_id, envelope, number, body, digest,
            box_entry, request_entry, created_at)
        select tender_id, envelope, 2, %s, %s, box_entry, request_entry, created_at
        from custody.release_request where number = 1""",
        body,
        release.digest(body),
    )
    digest = base64_text(release.digest(body))
    logs(scene, "release.request", envelope(scene), request=digest, number="2")
    scene.settle()
    return {}


@manipulation(
    "Q5",
    DEVELOPER,
    "closed",
    "opens a bid that a logged decision bars",
    "{entry}: it bars leaf {position}, which is opened",
)
def bar_undone(scene: Scene) -> Named:
    scene.sql("delete from registry.list_entry where reference = 'B-1'")
    scene.sql("delete from sealed.screening")
    scene.ask()
    scene.finish()
    name = scene.firms[LISTED].name
    position = scene.one("select position from opened.bid where organization_name = %s", name)
    return {"entry": found(scene, "screening.decision"), "position": position}


def _body(scene: Scene) -> bytes:
    return scene.world.requests()[0][1]


def _puts_request(scene: Scene, body: bytes) -> None:
    scene.sql(
        "update custody.release_request set body = %s, digest = %s where number = 1",
        body,
        release.digest(body),
    )


def _accepted(scene: Scene, number: int) -> str:
    """The entry that accepted a firm's first statement."""
    return scene.sealed_name("bid.accepted", scene.firms[number].organization)


def _drops_last(scene: Scene, number: int) -> str:
    """Takes a firm's second statement away, as if it had never come."""
    firm = scene.firms[number].organization
    name = scene.sealed_name("bid.accepted", firm, -1)
    scene.sql("delete from sealed.submission where organization_id = %s and sequence = 2", firm)
    scene.sql("update sealed.submission set state = 'accepted' where organization_id = %s", firm)
    return name


def _late_bid(scene: Scene) -> tuple[Firm, Promise]:
    """A bid that has its promise and is in no tick yet; the bidder keeps the promise."""
    firm = scene.firms[4]
    firm.submit(firm.seal("1005.00"))
    note = scene.one("select promise from sealed.submission where id = %s", firm.submission)
    scene.papers["a bidder's promise"] = note.encode()
    return firm, Promise.parse(notes.parse(note.encode()).text)
