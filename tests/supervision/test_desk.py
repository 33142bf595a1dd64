"""What supervisors do with a finding, and the notice that comes of it."""

import hashlib
from datetime import UTC, timedelta
from uuid import UUID, uuid4

import pytest

from sunseal.audit import service as audit
from sunseal.audit.service import Query
from sunseal.database import Role
from sunseal.errors import Forbidden, SunsealError
from sunseal.kit import paper
from sunseal.supervision import pdf, service
from sunseal.supervision.errors import (
    DeadlinePast,
    NoSuchFinding,
    NoSuchNotice,
    NoSuchStep,
    NoticeNotLogged,
)
from sunseal.supervision.order import VERSION, Order, Position
from sunseal.supervision.service import Case, FindingQuery
from sunseal.supervision.states import State
from tests.supervision.world import World
from tests.support.service import Service, bearer


@pytest.fixture
def finding(shared: World) -> UUID:
    """An open finding about a tender of its own."""
    tender = shared.tender()
    shared.refused(Role.CENTRE, f"GET /api/v1/tenders/{tender}/opening", who="centre")
    shared.log.tick()
    shared.look("attempt-before-opening")
    found = shared.log.rows("select id from supervision.finding where tender_id = :t", t=tender)
    return UUID(str(found[0][0]))


def take(world: World, finding: UUID, state: State, who: str = "supervisor") -> Case:
    with world.unit(who) as uow:
        return service.take(uow, finding, state, "the reason for it")


def order(world: World, finding: UUID, hours: int = 24) -> Case:
    with world.unit("supervisor") as uow:
        return service.order(
            uow,
            finding,
            addressee="江湾区公共资源交易中心",
            demand="立即停止 <b>越权</b> & 说明原因",
            deadline=world.log.now + timedelta(hours=hours),
            reason="it happened twice",
        )


def document(world: World, finding: UUID) -> bytes:
    with world.unit("supervisor") as uow:
        return service.document(uow, finding, "test.example/log")


def test_a_finding_is_explained_reopened_and_closed(shared: World, finding: UUID) -> None:
    for state in (State.EXPLAINED, State.OPEN, State.CLOSED):
        assert take(shared, finding, state).state is state
    with shared.unit("supervisor") as uow:
        case = service.case(uow, finding)
    assert [step.number for step in case.steps] == [1, 2, 3, 4]
    assert case.steps[0].taken_by is None
    assert case.steps[1].taken_by == shared.people["supervisor"].id
    logged = shared.log.rows(
        "select action from audit.entry where object = :o order by at", o=f"finding/{finding}"
    )
    assert [row[0] for row in logged].count("finding.step") == 3
    assert ("finding.raise",) in logged
    assert ("finding.read",) in logged


@pytest.mark.parametrize(
    ("before", "wish"),
    [
        ((), State.OPEN),
        ((State.CLOSED,), State.EXPLAINED),
        ((State.CLOSED,), State.RECTIFICATION_ORDERED),
        ((State.RECTIFICATION_ORDERED,), State.EXPLAINED),
    ],
)
def test_a_state_leads_only_where_it_leads(
    shared: World, finding: UUID, before: tuple[State, ...], wish: State
) -> None:
    for state in before:
        take(shared, finding, state)
    with pytest.raises(NoSuchStep):
        take(shared, finding, wish)


def test_only_supervisors_look_and_decide(shared: World, finding: UUID) -> None:
    for who in ("operator", "centre"):
        with pytest.raises(Forbidden):
            take(shared, finding, State.CLOSED, who)
        with pytest.raises(Forbidden), shared.unit(who) as uow:
            service.findings(uow, FindingQuery(), 10)
    with pytest.raises(NoSuchFinding):
        take(shared, uuid4(), State.CLOSED)


def test_findings_are_asked_for_by_state_and_tender(shared: World, finding: UUID) -> None:
    with shared.unit("supervisor") as uow:
        case = service.case(uow, finding)
        tender = case.finding.tender_id
        for query, expected in (
            (FindingQuery(tender=tender), [finding]),
            (FindingQuery(tender=tender, state="closed"), []),
            (FindingQuery(tender=tender, rule="clock-drift"), []),
            (FindingQuery(tender=tender, since=shared.log.now + timedelta(days=9)), []),
        ):
            assert [row.id for row in service.findings(uow, query, 10)] == expected


def test_a_notice_is_paper_once_it_is_in_the_log(shared: World, finding: UUID) -> None:
    with pytest.raises(NoSuchNotice):
        document(shared, finding)
    case = order(shared, finding)
    assert case.state is State.RECTIFICATION_ORDERED
    assert case.notice is not None
    with pytest.raises(NoticeNotLogged):
        document(shared, finding)
    shared.log.tick()
    data = document(shared, finding)
    assert data.startswith(b"%PDF-")
    assert b"STSong-Light" in data
    assert data == document(shared, finding)
    with pytest.raises(NoSuchStep):
        order(shared, finding)


def test_an_order_is_due_in_the_future(shared: World, finding: UUID) -> None:
    with pytest.raises(DeadlinePast) as refused:
        order(shared, finding, hours=-1)
    assert isinstance(refused.value, SunsealError)


def test_the_paper_says_facts_deadline_and_log_position(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = shared.log.now.astimezone(UTC)
    made = Order(
        version=VERSION,
        reference="整改〔2026〕ABCD1234",
        finding=str(uuid4()),
        rule="rule",
        tender="JW-7",
        facts="what happened",
        entries=[str(uuid4())] * 50,
        ticks=[5, 6],
        addressee="中心",
        demand="停止 <i>",
        deadline=now,
        ordered_at=now,
        authority="监督办公室",
    )
    digest = hashlib.sha256(b"x").digest()
    position = Position(tick=5, slot=77, index=4, commitment=digest, digest=digest)
    lines: list[str] = []
    write = paper.text

    def listen(words: str, *how: object) -> object:
        lines.append(words)
        return write(words, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(paper, "text", listen)
    pdf.write(made, position, "test.example/log")
    text = "\n".join(lines)
    for said in (made.reference, "what happened", "停止 <i>", "JW-7", "tick 5, slot 77, leaf 4"):
        assert said in text
    assert digest.hex() in text
    assert "(+10)" in text


def test_entries_are_asked_for_by_pseudonym(shared: World) -> None:
    with shared.unit("centre") as uow:
        about = audit.record(uow, "screening.decision", "x", data={"pseudonym": "cHNldWRvbnlt"})
        audit.record(uow, "screening.decision", "x", data={"pseudonym": "b3RoZXI="})
    with shared.unit("supervisor") as uow:
        found = audit.entries(uow, Query(pseudonym="cHNldWRvbnlt"), 10)
    assert [row.id for row in found] == [about.id]


def test_the_desk_over_http(service: Service) -> None:
    supervisor, operator = (bearer(service.authority(one)) for one in ("supervisor", "operator"))
    findings = "/api/v1/supervision/findings"
    assert service.client.get(findings).status_code == 401
    assert service.client.get(findings, headers=operator).status_code == 403
    answer = service.client.get(f"{findings}?state=open", headers=supervisor)
    assert (answer.status_code, answer.json()) == (200, [])
    assert service.client.get(f"{findings}/{uuid4()}", headers=supervisor).status_code == 404
    step = {"state": "rectification_ordered", "reason": "by the wrong door"}
    answer = service.client.post(f"{findings}/{uuid4()}/steps", headers=supervisor, json=step)
    assert answer.status_code in (400, 422)
    wish = {"tender": str(uuid4()), "reason": "an upload hangs there"}
    answer = service.client.post("/api/v1/break-glass", headers=operator, json=wish)
    assert answer.status_code == 404
    wish = {"matter": "export-sealed", "object": "backup", "reason": "the yearly drill of it"}
    answer = service.client.post("/api/v1/confirmations", headers=operator, json=wish)
    assert answer.status_code == 201, answer.text
    way = f"/api/v1/confirmations/{answer.json()['id']}/confirm"
    reason = {"reason": "agreed in the meeting"}
    assert service.client.post(way, headers=operator, json=reason).status_code == 403
    assert service.client.post(way, headers=supervisor, json=reason).status_code == 201
    assert service.client.post(way, headers=supervisor, json=reason).status_code == 409
    [seen] = service.client.get("/api/v1/confirmations", headers=operator).json()
    assert seen["confirmed_by"]
