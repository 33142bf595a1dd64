"""A meeting of which one edition of the minutes cannot name everything."""

from uuid import UUID, uuid4

import pytest

from sunseal.database import UnitOfWork
from sunseal.errors import Forbidden
from sunseal.meeting import service
from sunseal.meeting.acts import MOST_NAMED, Minutes
from sunseal.meeting.errors import NothingNew
from sunseal.meeting.service import records
from sunseal.meeting.service.enter import enter
from tests.meeting.hall import Hall

CROWD = "insert into opened.act (body, entry_id) select * from unnest(%s::bytea[], %s::uuid[])"


def come(hall: Hall, many: int) -> None:
    """So many people sign in, faster than by hand."""
    first = hall.clerk(service.attend, "来宾", "某公司", "代表")
    [[body]] = hall.scene.sql("select body from opened.act where kind = 'attendance'")
    bodies = [bytes(body).replace(first.id.encode(), str(uuid4()).encode()) for _ in range(many)]
    hall.scene.sql(CROWD, bodies, [uuid4() for _ in bodies])


def named(hall: Hall, edition: int) -> list[str]:
    return [act.id for act in hall.clerk(service.minutes, edition).acts]


def test_what_has_no_room_in_one_edition_is_named_by_the_next(hall: Hall) -> None:
    hall.ask()
    come(hall, MOST_NAMED)
    objection = hall.object(0)
    hall.clerk(service.reply, UUID(objection.id), "已核对，无误")
    hall.is_over()
    held = [act.id for act, _ in hall.meeting().course.acts]
    hall.clerk(service.write_minutes)
    with pytest.raises(Forbidden), hall.staff() as uow:
        leaves_out_the_rest(hall, uow)
    hall.clerk(service.write_minutes)
    assert len(named(hall, 1)) == MOST_NAMED
    assert named(hall, 1) + named(hall, 2) == held
    with pytest.raises(NothingNew):
        hall.clerk(service.write_minutes)


def leaves_out_the_rest(hall: Hall, uow: UnitOfWork) -> None:
    """A clerk's own SQL: the second edition says that nothing was left."""
    last = service.look(uow, hall.tender).course.editions[-1]
    said = {"edition": 2, "previous": last.digest, "acts": []}
    enter(uow, hall.tender, Minutes, records=records.newest(uow, hall.tender), **said)
