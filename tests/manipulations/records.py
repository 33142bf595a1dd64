"""What custodians answered, what came of it, and the lists and verdicts behind it."""

from msgspec.structs import replace

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal_crypto import box, canonical, release
from sunseal_crypto.release import SignedAnswer
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from tests.manipulations.catalogue import DEVELOPER, FEW, SUPERUSER, Named, manipulation
from tests.manipulations.hands import (
    envelope,
    found,
    last_record,
    logs,
    opened_leaf,
    puts_record,
    with_leaf,
)
from tests.manipulations.scene import LISTED, Scene

NOT_LOGGED = "envelope 1, {file}: the log has no entry for it"
ROW = (
    "tender/{tender}/envelope/1, leaf/{position}/{field}: the table says {now!r},"
    " record 1 says {then!r}"
)


@manipulation(
    "A1",
    SUPERUSER,
    "opened",
    "loses an answer on which the record rests",
    "envelope 1, record/1, guard-1: bundle: there is no envelopes/1/answer/1/1.json",
)
def answer_lost(scene: Scene) -> Named:
    scene.sql("delete from opened.answer where custodian = 1")
    return {}


@manipulation(
    "A2",
    FEW,
    "opened",
    "sign a second answer after the record",
    "envelope 1, record/1, guard-1: the answer shown is not the one that the record names",
)
def answer_exchanged(scene: Scene) -> Named:
    signed = canonical.decode(SignedAnswer, _answer(scene, 1), limit=release.MAX_ANSWER_BYTES)
    again = canonical.encode(replace(signed, nonce=b"n" * len(signed.nonce)))
    scene.sql("update opened.answer set body = %s where custodian = 1", again)
    return {}


@manipulation(
    "A3",
    FEW,
    "opened",
    "put their own answer in the place of another custodian's",
    "envelope 1, record/1, guard-2: the answer shown is not the one that the record names",
)
def answer_in_anothers_name(scene: Scene) -> Named:
    scene.sql("update opened.answer set body = %s where custodian = 2", _answer(scene, 1))
    return {}


@manipulation(
    "A4",
    SUPERUSER,
    "opened",
    "deletes the commitment that a custodian had logged",
    "{entry}: it is not revealed",
)
def commitment_deleted(scene: Scene) -> Named:
    entry = found(scene, "release.answer")
    scene.sql("delete from audit.entry where id = %s", entry.id)
    return {"entry": entry}


@manipulation(
    "A5",
    SUPERUSER,
    "asked",
    "hides that a custodian refused",
    "{entry}: the refusal that it logs is not shown",
)
def refusal_hidden(scene: Scene) -> Named:
    scene.refuses(3, "clock-off")
    scene.finish()
    scene.sql("delete from custody.release_answer where custodian = 3")
    return {"entry": found(scene, "release.refusal")}


@manipulation("R1", SUPERUSER, "opened", "changes an opened price on every page", ROW)
def price_changed(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    scene.sql("update opened.bid set price = '1.00' where position = %s", leaf.position)
    return _row(scene, leaf.position, "price", "1.00", leaf.price)


@manipulation("R2", SUPERUSER, "opened", "puts another firm's name beside an opened price", ROW)
def name_changed(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    assert leaf.bidder is not None
    scene.sql(
        "update opened.bid set organization_name = '另一公司' where position = %s", leaf.position
    )
    return _row(scene, leaf.position, "name", "另一公司", leaf.bidder.name)


@manipulation("R3", SUPERUSER, "opened", "calls an opened bid revoked", ROW)
def outcome_changed(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    scene.sql("update opened.bid set outcome = 'revoked' where position = %s", leaf.position)
    return _row(scene, leaf.position, "outcome", "revoked", leaf.outcome)


@manipulation("R4", SUPERUSER, "opened", "changes a price in the record", NOT_LOGGED)
def record_changed(scene: Scene) -> Named:
    cheaper = replace(opened_leaf(scene), price="1.00")
    puts_record(scene, with_leaf(last_record(scene), cheaper), logged=False)
    return {"file": "record/1"}


@manipulation(
    "R5",
    DEVELOPER,
    "opened",
    "changes a price in the record, and logs that as the first",
    "envelope 1, leaf {position}: the bid says another price: {price}, not 1.00",
)
def record_logged_anew(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    puts_record(scene, with_leaf(last_record(scene), replace(leaf, price="1.00")))
    return {"position": leaf.position, "price": leaf.price}


@manipulation(
    "R6", SUPERUSER, "opened", "deletes the record", "{entry}: the record that it logs is not shown"
)
def record_deleted(scene: Scene) -> Named:
    scene.sql("delete from opened.record")
    return {"entry": found(scene, "opening.record")}


@manipulation(
    "R7",
    DEVELOPER,
    "opened",
    "adds a record to one that was final",
    "envelope 1, record/2: the record before it was final",
)
def record_after_the_last(scene: Scene) -> Named:
    scene.sql(
        """insert into opened.record (tender_id, envelope, number, body, final, entry_id,
            created_at)
        select tender_id, envelope, 2, body, final, entry_id, created_at from opened.record"""
    )
    puts_record(scene, replace(last_record(scene), number=2))
    return {}


@manipulation(
    "R8",
    SUPERUSER,
    "opened",
    "puts another bid.json behind a price",
    "envelope 1, leaf {position}: bid.json is not the one that the statement names",
)
def manifest_changed(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    manifest = bytes(
        scene.one("select manifest from opened.bid where position = %s", leaf.position)
    )
    cheaper = manifest.replace(leaf.price.encode(), b"1.00")
    scene.sql("update opened.bid set manifest = %s where position = %s", cheaper, leaf.position)
    return {"position": leaf.position}


@manipulation(
    "R9",
    DEVELOPER,
    "opened",
    "gives an opened bid to another firm",
    "envelope 1, leaf {position}: the log knows no {name!r} under {firm}",
)
def bid_given_away(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    assert leaf.bidder is not None
    other = replace(leaf, bidder=replace(leaf.bidder, name="另一公司"))
    puts_record(scene, with_leaf(last_record(scene), other))
    return {"position": leaf.position, "name": "另一公司", "firm": leaf.bidder.organization}


@manipulation(
    "R10",
    DEVELOPER,
    "bidding",
    "joins for a firm with a key that he made",
    "envelope 1, leaf {position}: the log knows no enrolment of its key by {firm}",
)
def key_of_his_own(scene: Scene) -> Named:
    firm, key = scene.firms[0], SigningKey.generate()
    scene.rejoins(firm, key)
    scene.open()
    leaf = next(
        leaf
        for leaf in last_record(scene).leaves
        if leaf.bidder and leaf.bidder.organization == str(firm.organization)
    )
    return {"position": leaf.position, "firm": firm.organization}


@manipulation("R11", SUPERUSER, "opened", "lets the hall alone show another price", ROW)
def hall_price_changed(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    scene.sql(
        """update opened.hall_event set body = body || '{"price": "1.00"}'
        where kind = 'bid' and body ->> 'position' = %s""",
        str(leaf.position),
    )
    return _row(scene, leaf.position, "price", "1.00", leaf.price)


@manipulation("R12", SUPERUSER, "opened", "keeps an opened bid from being read out", ROW)
def hall_bid_deleted(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    scene.sql(
        "delete from opened.hall_event where kind = 'bid' and body ->> 'position' = %s",
        str(leaf.position),
    )
    return _row(scene, leaf.position, "outcome", "", leaf.outcome)


@manipulation(
    "R13",
    SUPERUSER,
    "opened",
    "lets the hall alone read out a bid that nobody made",
    "tender/{tender}/envelope/1, leaf/{position}/{field}: the table says {now!r},"
    " and no entry does",
)
def hall_bid_invented(scene: Scene) -> Named:
    scene.sql(
        """insert into opened.hall_event (tender_id, kind, body, at) select tender_id, kind,
        body || '{"position": 4096, "price": "1.00"}', at from opened.hall_event
        where kind = 'bid' and body ->> 'position' = %s""",
        str(opened_leaf(scene).position),
    )
    return _row(scene, 4096, "price", "1.00", "")


@manipulation(
    "S1",
    SUPERUSER,
    "opened",
    "takes an entry out of the blacklist in force",
    "list/blacklist, digest: the table says {now!r}, {entry} says {then!r}",
)
def list_changed(scene: Scene) -> Named:
    then = _digest(scene)
    scene.sql("delete from registry.list_entry where reference = 'B-1'")
    return {"now": _digest(scene), "then": then, "entry": scene.imported("blacklist")}


@manipulation(
    "S2",
    SUPERUSER,
    "opened",
    "writes a verdict on a firm that nobody gave",
    "organization/{firm}, adjudication/{verdict}: the table says 'clear confirmed',"
    " and no entry does",
)
def verdict_invented(scene: Scene) -> Named:
    firm = scene.firms[LISTED].organization
    people = [scene.staff["centre"], scene.staff["supervisor"]]
    verdict = scene.one(
        """insert into registry.adjudication (organization_id, source, reference, scope, verdict,
            reason, proposed_by, proposed_at)
        values (%s, 'blacklist', 'B-1', '', 'clear', '', %s, kit.now()) returning id""",
        firm,
        people[0],
    )
    scene.sql(
        "insert into registry.adjudication_confirmation values (%s, %s, kit.now())",
        verdict,
        people[1],
    )
    return {"firm": firm, "verdict": verdict}


@manipulation(
    "S3",
    DEVELOPER,
    "opened",
    "bars a firm when its price is known",
    "envelope 1, record/1, leaf {position}: barred, though it was current when the opening began",
)
def barred_late(scene: Scene) -> Named:
    leaf = opened_leaf(scene)
    pseudonym = base64_text(box.parse_leaf(leaf.leaf.detail).pseudonym)
    logs(scene, "screening.decision", envelope(scene), pseudonym=pseudonym, decision="barred")
    scene.settle()
    with scene.world.work.unit_as(Role.WORKER) as uow:
        decision = audit.logged_entry(uow, found(scene, "screening.decision", -1).id)
    shown = replace(leaf.leaf, state="barred", reason="listed", decision=decision)
    barred = replace(
        leaf, leaf=shown, outcome="barred", bidder=None, price="", currency="", manifest=b""
    )
    puts_record(scene, with_leaf(last_record(scene), barred))
    return {"position": leaf.position}


def _answer(scene: Scene, custodian: int) -> bytes:
    return bytes(scene.one("select body from opened.answer where custodian = %s", custodian))


def _row(scene: Scene, position: int, field: str, now: str, then: str) -> Named:
    return {
        "tender": scene.world.tender,
        "position": position,
        "field": field,
        "now": now,
        "then": then,
    }


def _digest(scene: Scene) -> str:
    with scene.world.work.unit_as(Role.WORKER) as uow:
        query = "select current_snapshot from registry.list_source where code = 'blacklist'"
        return audit.list_digest(uow, scene.one(query))
