"""Each rule finds what it is for, says it once, and passes over what looks alike."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal.supervision import service
from sunseal.supervision.rules import RULES, unusual
from sunseal_crypto import canonical, checkpoint, notes
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.notice import Notice, NoticeEnvelope
from sunseal_crypto.signing import SigningKey
from tests.supervision.world import CHANNELS, World, local

KEY = SigningKey.generate()


@pytest.fixture
def world(shared: World) -> World:
    """Each test begins without findings, entries of others or tenders under way."""
    with shared.database.admin() as admin:
        admin.execute(
            "truncate supervision.finding, supervision.step, supervision.notice,"
            " supervision.alert, supervision.sign_in, audit.entry, custody.presence, opened.bid,"
            " opened.record, kit.outbox cascade"
        )
        admin.execute("alter table notice.tender disable trigger keep_tender")
        admin.execute("update notice.tender set status = 'failed'")
    return shared


def once(world: World, rule: str, expected: int = 1) -> list[tuple[UUID, str, dict[str, object]]]:
    """The rule's findings; looking again adds none."""
    assert world.look(rule) == expected
    assert world.look(rule) == 0
    return world.found(rule)  # type: ignore[return-value]


def test_an_attempt_before_the_opening(world: World) -> None:
    tender = world.tender()
    past = world.log.now - timedelta(hours=1)
    over = world.tender(deadline=past, not_before=past)
    opening = f"GET /api/v1/tenders/{tender}/opening"
    entries = {str(world.refused(Role.CENTRE, opening, who="centre")) for _ in range(2)}
    world.refused(Role.CENTRE, f"GET /api/v1/tenders/{over}/opening", who="centre")
    world.refused(Role.CENTRE, f"POST /api/v1/tenders/{tender}/publish", who="centre")
    world.refused(Role.PUBLIC, "GET /api/v1/log/x")
    assert world.look("attempt-before-opening") == 0, "nothing is evidence before its tick"
    tick = world.log.tick()
    [(found, sentence, evidence)] = once(world, "attempt-before-opening")
    assert found == tender
    assert str(world.people["centre"].id) in sentence
    assert set(evidence["entries"]) == entries  # type: ignore[call-overload]
    assert set(evidence["ticks"]) == {tick}  # type: ignore[call-overload]


def test_raw_sql_against_the_box_is_an_attempt(world: World) -> None:
    world.tender()
    with world.worker() as uow:
        for reason in ("permission denied for schema sealed", "permission denied for schema kit"):
            audit.record(
                uow, "database.refused", "login/sunseal_desk", outcome="refused", reason=reason
            )
    world.log.tick()
    [(_, sentence, _)] = once(world, "attempt-before-opening")
    assert sentence.startswith("login/sunseal_desk reached for the sealed zone")


def test_bidders_refusals_are_told_by_no_rule(world: World) -> None:
    world.tender()
    for _ in range(9):
        world.refused(Role.PUBLIC, "GET /api/v1/log/y")
        with world.log.unit(Role.BIDDER) as uow:
            audit.record(uow, "access.refused", "POST /api/v1/uploads", outcome="refused")
    world.log.tick()
    assert world.look("attempt-before-opening") == 0
    assert world.look("repeated-refusals") == 0


def test_staff_at_work_in_the_night(world: World) -> None:
    world.log.now = local(world, 10)
    with world.unit("centre") as uow:
        audit.record(uow, "tender.create", "tender/x")
    world.log.now = local(world, 23)
    with world.unit("centre") as uow:
        audit.record(uow, "tender.change", "tender/x")
    with world.unit("supervisor") as uow:
        audit.record(uow, "audit.query", "audit/entries")
    world.log.tick()
    [(_, sentence, evidence)] = once(world, "unusual-hour")
    assert "23:07" in sentence
    assert len(evidence["entries"]) == 1  # type: ignore[arg-type]


def test_a_night_sign_in_is_its_persons(world: World) -> None:
    world.log.now = local(world, 2)
    with world.log.unit(Role.DOOR) as uow:
        audit.record(uow, "session.sign-in", f"person/{world.people['centre'].id}")
        audit.record(uow, "session.sign-in", f"person/{world.people['supervisor'].id}")
    world.log.tick()
    [(_, sentence, _)] = once(world, "unusual-hour")
    assert str(world.people["centre"].id) in sentence


def test_more_than_anybody_does_by_hand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unusual, "MANY_PER_HOUR", 3)
    world.log.now = local(world, 10)
    for count, who in ((4, "centre"), (3, "operator")):
        with world.unit(who) as uow:
            for _ in range(count):
                audit.record(uow, "opening.document", "tender/x")
    world.log.tick()
    [(_, _, evidence)] = once(world, "unusual-volume")
    assert len(evidence["entries"]) == 4  # type: ignore[arg-type]


def _notice(world: World, **more: object) -> bytes:
    at = world.log.now.replace(microsecond=0)
    return canonical.encode(
        Notice(
            version="sunseal/notice/v1",
            origin="test.sunseal.example/log",
            tender=str(uuid4()),
            reference="R",
            title="T",
            summary="",
            tendering_party="P",
            agent=None,
            statutory=False,
            deadline=at + timedelta(hours=1),
            not_before=at + timedelta(hours=2),
            minimum_bids=1,
            currency="CNY",
            ceiling_price=None,
            threshold=2,
            box_size=4,
            documents=[],
            envelopes=[NoticeEnvelope("1", "1", "all")],
            roster=b"r" * 32,
        )
    )


def test_a_deadline_that_is_not_the_published_one(world: World) -> None:
    at = world.log.now.replace(microsecond=0)
    fits = {"deadline": at + timedelta(hours=1), "not_before": at + timedelta(hours=2)}
    for moved in ({}, {"deadline": at + timedelta(minutes=5)}):
        tender = world.tender(notice=_notice(world), **(fits | moved))
        with world.database.admin() as admin:
            admin.execute(
                "update sealed.gate set deadline = %s, not_before = %s where tender_id = %s",
                (fits["deadline"], fits["not_before"], tender),
            )
    [(found, sentence, evidence)] = once(world, "deadline-changed")
    assert found == tender
    assert "deadline of tender" in sentence
    assert evidence["figures"]["found"] != evidence["figures"]["in force"]  # type: ignore[index]


def test_who_tries_to_change_a_fixed_notice(world: World) -> None:
    tender = world.tender("failed")
    world.refused(Role.CENTRE, f"PATCH /api/v1/tenders/{tender}", "notice-fixed", who="centre")
    world.refused(Role.CENTRE, f"PATCH /api/v1/tenders/{tender}", "forbidden", who="operator")
    with world.worker() as uow:
        sentence = "The notice of a tender is fixed once its key ceremony has started."
        audit.record(uow, "database.refused", "login/x", outcome="refused", reason=sentence)
    world.log.tick()
    found = once(world, "deadline-changed", 2)
    assert {row[0] for row in found} == {tender, None}


def test_a_custodian_that_is_silent_while_a_box_is_sealed(world: World) -> None:
    long_ago = world.log.now - timedelta(minutes=11)
    with world.database.admin() as admin:
        admin.execute("insert into custody.presence values ('here', %s, 0)", (world.log.now,))
        admin.execute("insert into custody.presence values ('away', %s, 0)", (long_ago,))
    assert world.look("custodian-late") == 0, "nothing is sealed"
    world.tender()
    [(_, sentence, _)] = once(world, "custodian-late")
    assert sentence.startswith("away")


def test_an_answer_that_does_not_hold(world: World) -> None:
    tender, request = world.tender(), uuid4()
    with world.database.admin() as admin:
        admin.execute(
            """insert into custody.release_request values (%s, %s, '1', 1, '', '',
                gen_random_uuid(), gen_random_uuid(), now(), now())""",
            (request, tender),
        )
        admin.execute(
            "insert into sealed.share values (%s, 2, '', null, 'proof does not hold')", (request,)
        )
    [(found, _, evidence)] = once(world, "custodian-contradictory")
    assert found == tender
    assert evidence["figures"]["fault"] == "proof does not hold"  # type: ignore[index]


def test_clocks_that_differ(world: World) -> None:
    names = [guard.name for guard in world.log.guards]
    with world.database.admin() as admin:
        for name in names:
            admin.execute("insert into custody.presence values (%s, now(), 0)", (name,))
    for _ in range(3):
        world.log.tick()
        world.log.cosign(2)
        begun = world.log.now
        world.log.now += timedelta(seconds=40)
        late = world.log.guards.pop(2)
        world.log.guards.insert(0, late)
        with world.database.admin() as admin:
            world.log.cosign(1)
            # It came when the others did, and says another time.
            admin.execute("update audit.cosignature set at = %s where at > %s", (begun, begun))
        world.log.guards.insert(2, world.log.guards.pop(0))
        world.log.now = begun
    [(_, sentence, evidence)] = once(world, "clock-drift")
    assert late.name in sentence
    assert 39_000 <= int(evidence["figures"]["offset_ms"]) <= 41_000  # type: ignore[index]
    offsets = dict(world.log.rows("select name, clock_offset_ms from custody.presence"))
    assert offsets[late.name] == int(evidence["figures"]["offset_ms"])  # type: ignore[index]
    assert abs(offsets[names[0]]) <= 500


WRITE_LINE = "insert into audit.cosignature values (%s, %s, %s, %s)"


def test_a_line_in_anothers_name_moves_no_clock(world: World) -> None:
    """Whoever has SQL on the desk's login writes what looks like a clock an hour ahead."""
    honest, signer = world.log.guards[0], SigningKey.generate()
    with world.database.admin() as admin:
        admin.execute("truncate audit.cosignature")
        admin.execute("insert into custody.presence values (%s, now(), 0)", (honest.name,))
    for _ in range(4):
        world.log.tick()
        world.log.cosign(1)
        [(size, note)] = world.log.rows(
            "select size, note from audit.checkpoint order by size desc limit 1"
        )
        ahead = world.log.now + timedelta(hours=1)
        named = NoteSigner(honest.cosigner.name, signer, COSIGNATURE)
        text = notes.parse(note.encode()).text
        lines = {
            checkpoint.cosign(text, named, ahead).decode(),
            f"— {honest.cosigner.name} {'A' * 108}\n",
            "no line at all",
        }
        with world.database.admin() as admin:
            for line in lines:
                admin.execute(WRITE_LINE, (size, honest.cosigner.name, line, world.log.now))
    assert world.look("clock-drift") == 0
    offsets = dict(world.log.rows("select name, clock_offset_ms from custody.presence"))
    assert abs(offsets[honest.name]) <= 500


def test_who_does_not_take_no_for_an_answer(world: World) -> None:
    world.log.now = local(world, 10)
    for who, times in (("centre", 5), ("operator", 4)):
        for _ in range(times):
            world.refused(Role.CENTRE, "GET /api/v1/audit/entries", who=who)
    world.log.tick()
    [(_, sentence, evidence)] = once(world, "repeated-refusals")
    assert str(world.people["centre"].id) in sentence
    assert len(evidence["entries"]) == 5  # type: ignore[arg-type]


def _sign_in(world: World, name: str, address: str, device: str = "browser") -> None:
    with world.log.unit(Role.DOOR) as uow:
        service.note_sign_in(uow, KEY, world.people[name].id, address, device)


@pytest.mark.parametrize(
    ("staff", "firm", "status", "expected"),
    [
        ("1.2.3.4", "1.2.3.4", "opened", 1),
        ("1.2.3.4", "1.2.3.4", "published", 0),
        ("1.2.3.4", "1.2.3.5", "opened", 0),
        ("127.0.0.1", "127.0.0.1", "opened", 0),
        ("2400:da00:0::1", "2400:da00::1", "opened", 1),
        ("172.18.0.5", "172.18.0.5", "opened", 0),
        ("testclient", "testclient", "opened", 0),
    ],
)
def test_staff_and_a_bidder_at_one_address(
    world: World, staff: str, firm: str, status: str, expected: int
) -> None:
    tender = world.tender("published")
    _sign_in(world, "centre", staff)
    _sign_in(world, "bidder", firm)
    with world.database.admin() as admin:
        admin.execute(
            """insert into opened.bid (tender_id, envelope, position, organization_id, outcome,
                reason, opened_at) values (%s, '1', 0, %s, 'opened', '', now())""",
            (tender, world.people["bidder"].organization),
        )
        admin.execute(
            "insert into opened.record values (%s, '1', 1, '', true, gen_random_uuid(), %s)",
            (tender, world.log.now + timedelta(seconds=1)),
        )
        admin.execute("update notice.tender set status = %s where id = %s", (status, tender))
    found = once(world, "shared-address", expected)
    if expected:
        assert found[0][0] == tender
        assert found[0][2]["figures"]["same_device"] == "yes"  # type: ignore[index]


def test_digests_of_an_address_need_the_key(world: World) -> None:
    _sign_in(world, "centre", "1.2.3.4")
    with world.log.unit(Role.DOOR) as uow:
        service.note_sign_in(
            uow, SigningKey.generate(), world.people["centre"].id, "1.2.3.4", "browser"
        )
    rows = world.log.rows("select address from supervision.sign_in")
    assert len({bytes(address) for (address,) in rows}) == 2


def test_alerts_name_neither_finders_nor_found(world: World) -> None:
    tender = world.tender()
    world.refused(Role.CENTRE, f"GET /api/v1/tenders/{tender}/opening", who="centre")
    world.log.tick()
    once(world, "attempt-before-opening")
    told = world.alerts()
    assert sorted(row[1] for row in told) == sorted(CHANNELS)
    for _, _, subject, body in told:
        assert str(world.people["centre"].id) not in subject + body
        assert str(tender) in body  # the reference of these tests' tenders is their id
    waiting = world.log.rows("select count(*) from kit.outbox where task = 'supervision.alert'")
    assert waiting == [(len(CHANNELS),)]


def test_every_rule_has_its_name_for_itself(world: World) -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
