"""What those try who can run SQL, or who would speak for others; the audit names what is left."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal.meeting import service
from sunseal.meeting.acts import VERSION, Signature, digest
from sunseal.meeting.course import Edition
from sunseal.meeting.errors import MinutesDiffer, OutsideTheTender
from sunseal.meeting.repository import MeetingRepository
from sunseal.opening import service as opening
from sunseal.opening.board import Board
from sunseal.opening.errors import NotOpenedYet
from sunseal_crypto import canonical
from sunseal_crypto.spelling import base64_text
from tests.meeting.hall import COUNT, Hall

REFUSALS = "select count(*) from audit.entry where action = 'access.refused'"
AGENCY = """
    insert into registry.organization (id, name, name_key, kind, registered_at)
    values (%s, '代理', '代理', 'agent', kit.now())
"""
AGENTS = """
    insert into registry.person (id, organization_id, name, email, role, password_hash, created_at)
    values (%s, %s, '吴用', 'agent@example.cn', 'agent', '-', kit.now())
"""
REWORD = """
    update opened.act set body = convert_to(replace(convert_from(body, 'UTF8'), %s, %s), 'UTF8')
    where kind = %s
"""
AGENT = "update notice.tender set agent_id = %s, agent_name = '代理'"


def desk_sql(hall: Hall, statement: str, kind: str = "centre") -> None:
    """An injection in a page of the desk's, in the role of whoever looks at it."""
    with hall.staff(kind) as uow:
        uow.session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "delete from opened.act",
        "update opened.act set body = body",
        "insert into opened.act (body, entry_id) values ('{}', gen_random_uuid())",
        "truncate opened.act",
        "update opened.hall_event set body = '{}'",
        "delete from opened.hall_event",
        "insert into opened.hall_event (tender_id, kind, body, at)"
        " values (gen_random_uuid(), 'objection', '{}', now())",
        "update audit.entry set public = true",
    ],
)
def test_a_clerk_with_sql_changes_nothing(stage: Callable[[str], Hall], statement: str) -> None:
    """And that it was tried is in the log."""
    hall = stage("asked")
    before, refused = hall.acts(), hall.scene.one(REFUSALS)
    with pytest.raises(Forbidden):
        desk_sql(hall, statement)
    assert (hall.acts(), hall.scene.one(REFUSALS)) == (before, refused + 1)


@pytest.mark.parametrize("statement", ["delete from opened.act", "update opened.act set body = ''"])
def test_not_even_the_owner_changes_an_act(stage: Callable[[str], Hall], statement: str) -> None:
    with stage("asked").scene.world.database.admin() as owner:
        owner.execute("set role sunseal_owner")
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute(statement)


@dataclass(frozen=True)
class Mask:
    """Who an agent's page says it is: role, person and place, and what the act claims."""

    person: UUID
    place: UUID
    name: str
    role: str
    firm: str
    login: Role = Role.AGENT

    def signs(self, hall: Hall, minutes: Edition) -> None:
        act = Signature(
            version=VERSION,
            id=str(uuid4()),
            tender=str(hall.tender),
            at=hall.meeting().now.astimezone(UTC),
            person=str(self.person),
            name=self.name,
            role=self.role,
            organization=str(self.place),
            firm=self.firm,
            minutes=minutes.minutes.id,
            digest=minutes.digest,
            statement="",
            key=b"",
            signature=b"",
        )
        body = canonical.encode(act)
        with hall.scene.desk.unit_as(self.login, self.person, self.place) as uow:
            about = f"tender/{hall.tender}/act/{act.id}"
            said = {"digest": base64_text(digest(body))}
            entry = audit.record(uow, "meeting.signature", about, data=said)
            MeetingRepository(uow.session).enter(body, entry.id)


def test_an_agent_does_not_sign_for_a_firm(stage: Callable[[str], Hall]) -> None:
    """Neither under the firm's name nor as the firm's person, even with SQL; for itself it may."""
    hall = stage("written")
    firm, agent, person = hall.firms[0], uuid4(), uuid4()
    hall.scene.sql(AGENT, agent)
    hall.scene.sql(AGENCY, agent)
    hall.scene.sql(AGENTS, person, agent)
    [edition] = hall.meeting().course.editions
    for mask in (
        Mask(person, firm.organization, "吴用", "agent", firm.name),
        Mask(person, agent, "张三", "bidder", firm.name),
        Mask(firm.person, firm.organization, "张三", "bidder", firm.name),
        Mask(firm.person, agent, "张三", "agent", "代理"),
        # Whoever may sign without a part in the tender is on the same login.
        Mask(firm.person, firm.organization, "张三", "bidder", firm.name, Role.SUPERVISOR),
    ):
        with pytest.raises(Forbidden):
            mask.signs(hall, edition)
    assert hall.meeting().course.editions[0].signatures == edition.signatures
    Mask(person, agent, "吴用", "agent", "代理").signs(hall, edition)


def test_whoever_is_outside_hears_no(stage: Callable[[str], Hall]) -> None:
    """Another tender's agent, an operator, and a firm that has no place in the box."""
    hall = stage("asked")
    scene = hall.scene
    other = scene.desk.unit_as(Role.AGENT, uuid4(), uuid4())
    with pytest.raises(OutsideTheTender), other as uow:
        service.look(uow, hall.tender)
    with pytest.raises(Forbidden), hall.staff("operator") as uow:
        service.look(uow, hall.tender)
    stranger = scene.world.firm()
    for deed in (
        lambda uow: service.raise_objection(uow, hall.tender, "x"),
        lambda uow: service.look(uow, hall.tender),
    ):
        with pytest.raises(OutsideTheTender), stranger.unit() as uow:
            deed(uow)
    # And with SQL on either login they see no row.
    for unit in (stranger.unit(), scene.desk.unit_as(Role.AGENT, uuid4(), uuid4())):
        with unit as uow:
            assert uow.session.execute(COUNT).scalar_one() == 0


def test_before_the_opening_there_is_no_meeting(bidding: Hall) -> None:
    """Neither for who bids nor for who does not, and in the same words."""
    stranger = bidding.scene.world.firm()
    for firm in (bidding.firms[0], stranger):
        with pytest.raises(NotOpenedYet), firm.unit() as uow:
            service.raise_objection(uow, bidding.tender, "x")
        with firm.unit() as uow:
            asked = {"tender": bidding.tender}
            took_part = uow.session.execute(text("select opened.took_part(:tender)"), asked)
            assert took_part.scalar_one() is False
    with pytest.raises(NotOpenedYet):
        bidding.clerk(service.attend, "张三", "某公司", "代表")


def test_the_world_hears_no_persons_name(stage: Callable[[str], Hall]) -> None:
    """The hall's events name firms; who spoke for them stands in the acts, for those in it."""
    hall = stage("on paper")
    hall.clerk(service.attend, "赵六", "某公司", "代表")
    with hall.scene.desk.unit_as(Role.PUBLIC) as uow:
        rows = uow.session.execute(text("select body::text from opened.hall_event")).scalars()
        shown = " ".join(rows)
        with pytest.raises(Exception, match="permission denied"):
            uow.session.execute(text("select body from opened.act"))
    assert "赵六" not in shown
    assert "张三" not in shown
    assert hall.firms[0].name in shown


def test_paper_refuses_what_was_changed_after_the_signatures(hall: Hall) -> None:
    """A superuser's hand; `tests/manipulations` shows that the audit names the row."""
    hall.sign(0, hall.written())
    for kind, old, new in (("reply", "已核对", "未核对"), ("minutes", "centre", "agent")):
        hall.scene.sql(REWORD, old, new, kind)
        with pytest.raises(MinutesDiffer):
            hall.clerk(service.minutes, 1)
        hall.scene.sql(REWORD, new, old, kind)
    assert hall.clerk(service.minutes, 1).edition.signatures


def test_the_minutes_are_where_anybody_can_look(stage: Callable[[str], Hall]) -> None:
    hall = stage("on paper")
    digest = hall.meeting().course.editions[0].digest
    [[entry]] = hall.scene.sql("select entry_id from opened.act where kind = 'minutes'")
    with hall.scene.desk.unit_as(Role.PUBLIC) as uow:
        logged = audit.logged_entry(uow, entry)
        place = service.positions(uow, [entry])[entry]
    assert logged is not None
    body = bytes(hall.scene.one("select body from opened.act where kind = 'minutes'"))
    assert hashlib.sha256(body).digest() == digest
    assert place.index == logged.index < place.checkpoint.size


def test_a_row_that_was_spoilt_makes_no_page_dark(hall: Hall) -> None:
    """A superuser's hand again: the rest is shown, and the audit names the row."""
    hall.ask()
    hall.object(0)
    hall.scene.sql(
        "update opened.act set body = convert_to(replace(convert_from(body, 'UTF8'), 'text',"
        " 'txet'), 'UTF8') where kind = 'objection'"
    )
    hall.scene.sql("update opened.hall_event set body = '{}' where kind = 'objection'")
    course = hall.meeting().course
    assert [type(act).__name__ for act, _ in course.acts][-1] == "Unreadable"
    board = Board(None)
    with hall.scene.desk.unit_as(Role.PUBLIC) as uow:
        board.take(opening.hall_events(uow, hall.tender, 0))
    assert board.proceedings.objections == {}
    assert board.proceedings.until is not None
