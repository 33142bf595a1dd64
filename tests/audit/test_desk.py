"""The supervisors' desk: every look is logged, and a bundle holds what is not sealed."""

import io
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sunseal.audit import service
from sunseal.audit.errors import NoCheckpoint, NoSuchTender
from sunseal.audit.service import Query
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal_crypto import event, merkle
from sunseal_crypto.bundle import Bundle, Kind
from sunseal_crypto.checkpoint import open_cosigned
from sunseal_crypto.tick import TickLeaf, commitment, verify_path, verify_tick
from tests.audit.world import ORIGIN, QUORUM, World
from tests.support.service import Service, bearer

STAFF = [role for role in Role if role not in (Role.SUPERVISOR, Role.PUBLIC)]


def _ask(world: World, query: Query, limit: int = 100) -> list[str]:
    with world.unit(Role.SUPERVISOR, uuid4()) as uow:
        return [row.action for row in service.entries(uow, query, limit)]


def test_a_look_is_an_entry_itself(world: World) -> None:
    tender = uuid4()
    assert _ask(world, Query(tender=tender, action="tender.publish")) == []
    ((detail, named),) = world.rows("select detail, tender_id from audit.entry")
    said = event.decode(bytes(detail))
    assert (said.action, said.role) == ("audit.query", "as_supervisor")
    assert said.data == {"tender": str(tender), "action": "tender.publish"}
    assert named == tender


def test_each_filter_narrows(world: World) -> None:
    tender, person = uuid4(), uuid4()
    with world.unit(Role.AGENT, person) as uow:
        service.record(uow, "tender.change", "tender/1", tender_id=tender)
    with world.unit(Role.CENTRE, uuid4()) as uow:
        service.record(uow, "access.refused", "tender/1", outcome="refused")
    half = world.now + timedelta(seconds=30)
    world.now += timedelta(seconds=60)
    world.record("session.sign-in")
    world.now += timedelta(seconds=60)
    changed = ["tender.change"]
    assert _ask(world, Query(tender=tender)) == changed
    assert _ask(world, Query(actor=str(person))) == changed
    assert _ask(world, Query(role="as_agent")) == changed
    assert _ask(world, Query(action="session.sign-in")) == ["session.sign-in"]
    assert _ask(world, Query(outcome="refused")) == ["access.refused"]
    assert sorted(_ask(world, Query(until=half))) == ["access.refused", "tender.change"]
    later = Query(since=half, until=world.now)
    assert _ask(world, later) == ["session.sign-in"]


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    made = []
    for number in range(5):
        world.now += timedelta(seconds=number % 2)  # some at one time
        made.append(world.record(f"made.{number}").id)
    until = world.now + timedelta(seconds=1)
    world.now = until
    seen: list[UUID] = []
    query = Query(until=until)
    while True:
        with world.unit(Role.SUPERVISOR, uuid4()) as uow:
            page = [row.id for row in service.entries(uow, query, 2)]
        if not page:
            break
        seen += page
        query = replace(query, after=page[-1])
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(made)


@pytest.mark.parametrize("role", STAFF)
def test_only_supervisors_look(world: World, role: Role) -> None:
    with pytest.raises(Forbidden), world.unit(role, uuid4(), uuid4()) as uow:
        service.entries(uow, Query(), 10)
    with pytest.raises(Forbidden), world.unit(role, uuid4(), uuid4()) as uow:
        service.bundle(uow, io.BytesIO(), uuid4(), b"")


def _bundle(world: World, tender: UUID) -> Bundle:
    file = io.BytesIO()
    with world.unit(Role.SUPERVISOR, uuid4()) as uow:
        service.bundle(uow, file, tender, b"{}")
    return Bundle(file)


def test_the_bundle_of_a_log_holds_all_that_is_opened(world: World) -> None:
    before = world.tender("opened")
    staff = world.record()
    sealed = world.record_sealed(before, uuid4(), "bid.join")
    world.tick()
    world.now += timedelta(seconds=1)
    live = world.tender("open")
    secret = world.record_sealed(live, uuid4(), "bid.join")
    later = world.record("tender.publish")
    world.tick()
    world.reveal(before)
    with world.unit(Role.WORKER) as uow:
        service.reveal_seeds(uow)
    world.tick()
    world.cosign()

    bundle = _bundle(world, before)
    assert (bundle.about.origin, bundle.about.tender) == (ORIGIN, str(before))
    leaves = list(bundle.leaves())
    cosigners = [guard.cosigner.verifier for guard in world.guards]
    seen = open_cosigned(bundle.checkpoint, world.log.verifier, cosigners, QUORUM).checkpoint
    assert seen.root == merkle.root([merkle.leaf_hash(leaf) for leaf in leaves])

    first, second, _ = [TickLeaf.parse(leaf) for leaf in leaves]
    (shown,) = bundle.ticks()
    verify_tick(shown.seed, {taken.slot: taken.commitment for taken in shown.taken}, first)
    rows = {commitment(row.nonce, row.detail): row for row in bundle.entries()}
    assert rows.keys() == {staff.commitment, sealed.commitment, later.commitment}
    assert secret.commitment not in rows
    assert rows[staff.commitment].path == rows[sealed.commitment].path == b""
    open_row = rows[later.commitment]
    path = [open_row.path[at : at + 32] for at in range(0, 384, 32)]
    verify_path(later.commitment, open_row.slot, path, second.root)


def test_what_came_after_the_checkpoint_is_left_for_the_next_bundle(world: World) -> None:
    tender = world.tender("opened")
    covered = world.record()
    world.tick()
    world.cosign()
    world.record()
    world.tick()
    bundle = _bundle(world, tender)
    assert [row.detail for row in bundle.entries()] == [covered.detail]
    assert len(list(bundle.leaves())) == 1


def _with_opening(world: World, tender: UUID, entry: UUID) -> None:
    with world.database.admin() as admin:
        admin.execute("alter table notice.envelope disable trigger keep_envelope")
        admin.execute(
            """insert into notice.envelope (tender_id, name, lot, part, recipient, certificate)
            values (%s, '1', '1', 'all', 'age1', 'certificate')""",
            (tender,),
        )
        request = admin.execute(
            """insert into custody.release_request (tender_id, envelope, number, body, digest,
                box_entry, request_entry, created_at)
            values (%s, '1', 1, 'request', '', gen_random_uuid(), gen_random_uuid(), now())
            returning id""",
            (tender,),
        ).fetchone()
        assert request is not None
        admin.execute(
            """insert into custody.release_answer (request_id, custodian, refusal, refused_rule,
                updated_at) values (%s, 3, 'refusal', 'clock-off', now())""",
            (request[0],),
        )
        admin.execute("insert into opened.answer values (%s, '1', 1, 2, 'answer')", (tender,))
        admin.execute(
            "insert into opened.record values (%s, '1', 1, 'record', true, %s, now())",
            (tender, entry),
        )
        admin.execute(
            """insert into opened.bid (tender_id, envelope, position, outcome, reason, manifest,
                manifest_signature, opened_at)
            values (%(t)s, '1', 7, 'opened', '', 'manifest', 'signature', now()),
                   (%(t)s, '1', 8, 'withdrawn', '', null, null, now())""",
            {"t": tender},
        )


EXPECTED = {
    (Kind.NOTICE, ""): b"notice",
    (Kind.CERTIFICATE, ""): b"certificate",
    (Kind.REQUEST, "1"): b"request",
    (Kind.ANSWER, "1/2"): b"answer",
    (Kind.REFUSAL, "1/3"): b"refusal",
    (Kind.RECORD, "1"): b"record",
    (Kind.MANIFEST, "7"): b"manifest",
    (Kind.MANIFEST_SIGNATURE, "7"): b"signature",
}


def test_the_evidence_of_an_opening_is_in_the_bundle_once_its_record_is_logged(
    world: World,
) -> None:
    tender = world.tender("opened")
    world.tick()
    world.cosign()
    made = world.record("opening.record", Role.CENTRE)
    _with_opening(world, tender, made.id)
    early = _bundle(world, tender)
    assert [kind for kind in Kind if early.names("1", kind)] == [Kind.NOTICE, Kind.CERTIFICATE]
    world.tick()
    world.cosign()
    bundle = _bundle(world, tender)
    assert bundle.envelopes() == ["1"]
    found = {(kind, name) for kind in Kind for name in bundle.names("1", kind)}
    assert {place: bundle.evidence("1", *place) for place in found} == EXPECTED


def test_there_is_no_bundle_without_tender_or_checkpoint(world: World) -> None:
    with pytest.raises(NoSuchTender):
        _bundle(world, uuid4())
    tender = world.tender("open")
    with pytest.raises(NoCheckpoint):
        _bundle(world, tender)


def test_the_desk_over_http(service: Service) -> None:
    supervisor = bearer(service.authority("supervisor"))
    centre = bearer(service.authority("centre"))
    assert service.client.get("/api/v1/audit/entries").status_code == 401
    assert service.client.get("/api/v1/audit/entries", headers=centre).status_code == 403
    refused = "/api/v1/audit/entries?outcome=refused&limit=1"
    answer = service.client.get(refused, headers=supervisor)
    (entry,) = answer.json()["entries"]
    assert (entry["action"], entry["role"]) == ("access.refused", "as_centre")
    assert entry["object"] == "GET /api/v1/audit/entries"
    for limit in (0, 501):
        page = f"/api/v1/audit/entries?limit={limit}"
        assert service.client.get(page, headers=supervisor).status_code == 422
    answer = service.client.get(f"/api/v1/audit/tenders/{uuid4()}/bundle", headers=supervisor)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_bundle_over_http(service: Service) -> None:
    world = World(service.database)
    tender = world.tender("opened")
    made = world.record("tender.create")
    world.tick()
    world.cosign()
    supervisor = bearer(service.authority("supervisor"))
    answer = service.client.get(f"/api/v1/audit/tenders/{tender}/bundle", headers=supervisor)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert f'filename="{tender}.sunseal-bundle"' in answer.headers["content-disposition"]
    with Bundle(io.BytesIO(answer.content)) as bundle:
        assert bundle.roster == service.settings.roster_bytes()
        assert [row.detail for row in bundle.entries()] == [made.detail]
    asked = world.rows("select object from audit.entry where action = 'audit.bundle'")
    assert asked == [(f"tender/{tender}",)]
