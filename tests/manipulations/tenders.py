"""What a tender says, its timetable, its documents and key; who its firms and staff are."""

import hashlib
from datetime import timedelta
from uuid import uuid4

from msgspec.structs import replace

from sunseal.database import Role
from sunseal_crypto import canonical, event, notice
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.tick import TickLeaf
from tests.manipulations.catalogue import DEVELOPER, SUPERUSER, Named, manipulation
from tests.manipulations.hands import envelope, found, logs
from tests.manipulations.scene import Scene
from tests.support.custodians import hold
from tests.support.service import guards

CHANGED = "{object}, {field}: the table says {now!r}, {source} says {then!r}"
UNHEARD = "{object}, {field}: the table says {now!r}, and no entry does"


@manipulation("T1", SUPERUSER, "opened", "moves the deadline in the tender's row", CHANGED)
def deadline_moved(scene: Scene) -> Named:
    deadline = scene.world.key.terms.deadline
    scene.sql("update notice.tender set deadline = deadline - interval '1 hour'")
    return {
        "object": f"tender/{scene.world.tender}",
        "field": "deadline",
        "now": _seconds((deadline - timedelta(hours=1)).timestamp()),
        "source": "the notice",
        "then": _seconds(deadline.timestamp()),
    }


@manipulation(
    "T2",
    SUPERUSER,
    "bidding",
    "moves the deadline of the box, and takes a late bid",
    "{entry}: accepted after the deadline of {deadline}",
)
def late_bid(scene: Scene) -> Named:
    for table in ("notice.tender", "sealed.gate"):
        scene.sql(f"update {table} set deadline = deadline + interval '10 minutes'")
    scene.world.destroy_headers()
    scene.world.move_to(scene.world.key.terms.deadline)
    late = scene.firms[4]
    late.submit(late.seal("1.00"))
    scene.tick()
    scene.world.move(timedelta(minutes=10))
    scene.open()
    entry = found(scene, "bid.accepted", -1)
    return {"entry": entry, "deadline": scene.world.key.terms.deadline}


@manipulation(
    "T3",
    SUPERUSER,
    "bidding",
    "moves the deadline of the box forward, and shuts it early",
    "{entry}: closed before the deadline of {deadline}",
)
def shut_early(scene: Scene) -> Named:
    scene.sql("update sealed.gate set deadline = kit.now(), next_check_at = kit.now()")
    scene.world.destroy_headers()
    for _ in range(4):
        scene.tick()
        scene.world.advance()
    scene.ask()
    scene.finish()
    return {"entry": found(scene, "box.closed"), "deadline": scene.world.key.terms.deadline}


@manipulation(
    "T4",
    SUPERUSER,
    "closed",
    "moves the opening forward, and asks custodians early",
    "envelope 1, request/1: logged at {time}, before {not_before}",
)
def asked_early(scene: Scene) -> Named:
    """Honest custodians would not answer; here they are bribed, or their clocks are wrong."""
    scene.sql("update sealed.gate set not_before = deadline, next_check_at = kit.now()")
    for _ in range(2):
        scene.world.advance()
        scene.tick()
    scene.finish()
    entry = found(scene, "release.request")
    tick = scene.one("select leaf from audit.tick where number = %s", entry.tick)
    time = min(TickLeaf.parse(bytes(tick)).time, event.decode(entry.detail).at)
    return {"time": time, "not_before": scene.world.key.terms.not_before}


@manipulation(
    "T5",
    SUPERUSER,
    "opened",
    "changes the published notice",
    "envelope 1, certificate: the terms are for another notice",
)
def another_notice(scene: Scene) -> Named:
    read = notice.parse(bytes(scene.one("select notice from notice.tender")))
    changed = canonical.encode(replace(read, title="another school"))
    scene.sql("update notice.tender set notice = %s", changed)
    return {}


@manipulation("T6", SUPERUSER, "opened", "slips a document in among those of the notice", UNHEARD)
def document_added(scene: Scene) -> Named:
    scene.sql(
        """insert into notice.document (tender_id, name, media_type, size, sha256, objects,
        added_at) values (%s, 'drawing.pdf', 'application/pdf', 9, %s, '{}', kit.now())""",
        scene.world.tender,
        bytes(32),
    )
    return {
        "object": f"tender/{scene.world.tender}",
        "field": "document/drawing.pdf",
        "now": f"9 {base64_text(bytes(32))}",
    }


@manipulation(
    "T7",
    DEVELOPER,
    "opened",
    "gives the envelope a key of his own custodians",
    "envelope 1, certificate: {reason}",
)
def another_key(scene: Scene) -> Named:
    made = hold(guards(3), scene.world.council.roster_bytes, scene.world.key.terms)
    scene.sql("update notice.envelope set certificate = %s", made.certificate)
    return {"reason": "the identity key did not sign this ceremony key (participant 1)"}


@manipulation(
    "T8",
    DEVELOPER,
    "bidding",
    "logs a second certificate for the envelope",
    "{entry}: another certificate for one envelope",
)
def second_certificate(scene: Scene) -> Named:
    digest = base64_text(hashlib.sha256(b"another").digest())
    logs(scene, "ceremony.certificate", envelope(scene), certificate=digest)
    scene.open()
    return {"entry": found(scene, "ceremony.certificate", 1)}


@manipulation("T9", SUPERUSER, "opened", "words a published clarification differently", CHANGED)
def clarification_changed(scene: Scene) -> Named:
    then = scene.one("select digest from notice.clarification")
    body = bytes(scene.one("select body from notice.clarification")).replace(b"12", b"21")
    digest = hashlib.sha256(body).digest()
    scene.sql("update notice.clarification set body = %s, digest = %s", body, digest)
    return {
        "object": f"tender/{scene.world.tender}/clarification/1",
        "field": "clarification",
        "now": base64_text(digest),
        "source": found(scene, "clarification.publish"),
        "then": base64_text(bytes(then)),
    }


@manipulation(
    "T10",
    SUPERUSER,
    "opened",
    "takes a clarification back",
    "tender/{tender}/clarification/1, clarification: no table has it, but {entry} does",
)
def clarification_deleted(scene: Scene) -> Named:
    scene.sql("delete from notice.clarification")
    return {"tender": scene.world.tender, "entry": found(scene, "clarification.publish")}


@manipulation("P1", SUPERUSER, "opened", "makes a clerk of the centre a supervisor", CHANGED)
def role_changed(scene: Scene) -> Named:
    person = scene.staff["centre"]
    scene.sql("update registry.person set role = 'supervisor' where id = %s", person)
    return {
        "object": f"person/{person}",
        "field": "role",
        "now": "supervisor",
        "then": "centre",
        "source": scene.registered(scene.authorities["centre"]),
    }


@manipulation(
    "P2",
    SUPERUSER,
    "bidding",
    "lets a clerk act as a supervisor, and undoes it",
    "{entry}: its actor {person} is registered as centre",
)
def borrowed_role(scene: Scene) -> Named:
    person = scene.staff["centre"]
    scene.acts(Role.SUPERVISOR, person, "audit.query")
    scene.open()
    return {"entry": found(scene, "audit.query"), "person": person}


@manipulation(
    "P3",
    SUPERUSER,
    "bidding",
    "makes a session for somebody who was never registered",
    "{entry}: nobody was registered as its actor {person}",
)
def invented_person(scene: Scene) -> Named:
    person = uuid4()
    scene.acts(Role.CENTRE, person, "tender.change")
    scene.open()
    return {"entry": found(scene, "tender.change"), "person": person}


@manipulation("P4", SUPERUSER, "opened", "gives a firm another signing key", CHANGED)
def another_signing_key(scene: Scene) -> Named:
    firm, key = scene.firms[0], SigningKey.generate()
    scene.sql(
        "update registry.signing_key set public_key = %s where organization_id = %s",
        key.public,
        firm.organization,
    )
    return {
        "object": f"organization/{firm.organization}",
        "field": "key",
        "now": base64_text(key.public),
        "then": base64_text(firm.key.public),
        "source": scene.named("key.enrol", firm.organization),
    }


@manipulation("P5", SUPERUSER, "opened", "renames a firm", CHANGED)
def renamed(scene: Scene) -> Named:
    firm = scene.firms[0]
    scene.sql("update registry.organization set name = '另一公司' where id = %s", firm.organization)
    return {
        "object": f"organization/{firm.organization}",
        "field": "name",
        "now": "另一公司",
        "then": firm.name,
        "source": scene.registered(firm.organization),
    }


@manipulation(
    "P6",
    SUPERUSER,
    "opened",
    "deletes a firm",
    "organization/{firm}, name: no table has it, but {entry} does",
)
def firm_deleted(scene: Scene) -> Named:
    firm = scene.firms[4].organization
    scene.sql("delete from registry.organization where id = %s", firm)
    return {"firm": firm, "entry": scene.registered(firm)}


@manipulation("P7", SUPERUSER, "opened", "puts a firm into the register", UNHEARD)
def firm_invented(scene: Scene) -> Named:
    firm = uuid4()
    scene.sql(
        """insert into registry.organization (id, name, name_key, kind, registered_at)
        values (%s, 'x', 'x', 'bidder', now())""",
        firm,
    )
    return {"object": f"organization/{firm}", "field": "kind", "now": "bidder"}


def _seconds(moment: float) -> str:
    return f"{moment:.6f}"
