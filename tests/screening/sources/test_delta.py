"""What a new list changed, who is screened first, and that everybody is."""

import pytest

from sunseal.database import Role
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.screening import service as screening
from sunseal.screening.lists import COLUMNS
from sunseal.screening.service.delta import Delta
from tests.support.database import TestDatabase
from tests.support.service import PASSWORD, USCC

HEAD = ",".join(COLUMNS)
ROWS = [f"R-{number},company,某{number}公司,,serious,x,2020-01-01," for number in range(4)]


@pytest.fixture(scope="module")
def firms(untouched: TestDatabase) -> list[str]:
    """By USCC, by name, by representative, and one whom nothing concerns."""
    with untouched.work.unit_as(Role.WORKER) as uow:
        made = []
        for number, boss in enumerate([None, None, "孙大山", None]):
            person = NewPerson("张三", f"f{number}@example.cn", PASSWORD)
            name = f"第{number}建筑有限公司"
            firm, _ = organizations.register_firm(uow, name, USCC[number], boss, person)
            made.append(str(firm.id))
    return made


def _import(untouched: TestDatabase, *rows: str) -> Delta:
    with untouched.work.unit_as(Role.WORKER) as uow:
        data = "\n".join([HEAD, *rows]).encode()
        snapshot = screening.import_list(uow, "blacklist", data)
    with untouched.work.unit_as(Role.WORKER) as uow:
        found = screening.delta(uow, snapshot.id)
    assert found is not None
    return found


def test_added_changed_and_removed_entries_are_told_apart(
    untouched: TestDatabase, firms: list[str]
) -> None:
    first = _import(untouched, *ROWS)
    assert (len(first.added), first.changed, first.removed) == (4, [], [])
    changed = [ROWS[0], ROWS[1].replace("serious", "general"), ROWS[2], "R-9" + ROWS[3][3:]]
    second = _import(untouched, *changed)
    assert (second.added, second.changed, second.removed) == (["R-9"], ["R-1"], ["R-3"])
    third = _import(untouched, *changed)
    assert (third.added, third.changed, third.removed) == ([], [], [])


def test_those_concerned_are_screened_first_and_then_everybody(
    untouched: TestDatabase, firms: list[str]
) -> None:
    named = [
        f"N-1,company,改了名的公司,{USCC[0]},serious,x,2020-01-01,",
        "N-2,company,第1建筑股份有限公司,,serious,x,2020-01-01,",
        "N-3,person,孙大山,,serious,x,2020-01-01,",
    ]
    found = _import(untouched, *ROWS, *named)
    with untouched.admin() as admin:
        admin.execute("delete from kit.outbox")
    with untouched.work.unit_as(Role.WORKER) as uow:
        assert screening.rescreen(uow, found.snapshot.id) == 3
    with untouched.admin() as admin:
        asked = admin.execute(
            "select argument::text, due_at, task from kit.outbox order by due_at, argument"
        ).fetchall()
    assert {task for _, _, task in asked} == {"screening.check_organization"}
    assert {argument for argument, _, _ in asked[:3]} == set(firms[:3])
    assert (asked[3][0], asked[3][1] > asked[2][1], len(asked)) == (firms[3], True, 4)
