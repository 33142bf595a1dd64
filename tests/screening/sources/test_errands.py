"""The operator's errands on the command line, against a real database."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from sunseal.database import Role
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.screening.cli import app
from sunseal.screening.lists import COLUMNS
from sunseal.screening.sources import configured
from tests.screening.sources.test_yente import ASKED, serving
from tests.support.database import TestDatabase
from tests.support.service import PASSWORD, USCC

HEAD = ",".join(COLUMNS)
CARD = "11010119900307803X"
TENDER = """
    insert into notice.tender (reference, title, summary, tendering_party_id, tendering_party_name,
        status, statutory, deadline, not_before, minimum_bids, threshold, box_size, currency,
        notice, created_by, created_at)
    values ('R', 't', '', %s, 'p', 'published', true, now(), now(), 3, 2, 16, 'CNY', '', %s, now())
"""
GOOD = f"R-1,company,x,{USCC[0]},serious,x,2020-01-01,"


@pytest.fixture
def run(untouched: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL_WORK", untouched.urls["work"])
    monkeypatch.setenv("SUNSEAL_KEYS", str(tmp_path / "keys"))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return invoke


def _said(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def test_a_list_is_tried_imported_compared_and_checked_against(
    run, untouched: TestDatabase, tmp_path: Path
) -> None:
    with untouched.work.unit_as(Role.WORKER) as uow:
        person = NewPerson("张三", "z@example.cn", PASSWORD)
        firm, _ = organizations.register_firm(uow, "第0建筑有限公司", USCC[0], None, person)
    file = tmp_path / "list.csv"
    file.write_text(f"{HEAD}\n{GOOD}\nR-2,person,y,{CARD[:-1]}1,serious,x,2020-01-01,")
    for arguments in (["--dry-run"], []):
        tried = run("import", "blacklist", str(file), *arguments)
        assert tried.exit_code == 1
        assert [each.get("line") for each in _said(tried)] == [3, None]
        assert CARD[:-1] not in tried.output
    file.write_text(f"{HEAD}\n{GOOD}\nR-2,person,y,{CARD},serious,x,2020-01-01,")
    # The key for people's identifiers is made by hand, so that nobody forgets to keep it.
    assert run("import", "blacklist", str(file)).exit_code == 2
    assert _said(run("rotate-key")) == [{"versions": 1}]
    assert "snapshot" in _said(run("import", "blacklist", str(file)))[1]
    compared = _said(run("delta", "blacklist"))
    assert compared == [
        {"source": "blacklist", "added": 2, "changed": 0, "removed": 0, "concerned": 1}
    ]
    [checked] = _said(run("check", str(firm.id)))
    assert checked["decision"] == "hit"
    assert run("check", "--all").exit_code == 0
    assert _said(run("rotate-key")) == [{"versions": 2}]
    assert _said(run("rotate-key", "--finish")) == [{"versions": 2}]


WRONG = {
    "no such list": ("import", "gossip", "{file}"),
    "no such file": ("import", "blacklist", "{file}.x"),
    "no such form": ("import", "blacklist", "{file}", "--form", "pdf"),
    "neither one nor all": ("check",),
    "no id": ("check", "firm"),
    "nobody's id": ("check", "00000000-0000-0000-0000-000000000000"),
    "no list to compare": ("delta", "gossip"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_done_is_said_in_a_sentence(run, tmp_path: Path, case: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"{HEAD}\n{GOOD}")
    result = run(*(each.format(file=file) for each in WRONG[case]))
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output


def test_a_live_endpoint_is_asked_about_everybody_and_only_while_no_tender_runs(
    run, untouched: TestDatabase, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(exist_ok=True)
    assert run("match").exit_code == 2
    with serving("well") as yente:
        wanted = {"match": {"url": yente.url, "enabled": True}}
        (keys / configured.FILE).write_text(json.dumps(wanted))
        asked = run("match")
        assert asked.exit_code == 0, asked.output
        assert _said(asked)[0]["state"] == "done"
        ASKED.clear()
        with untouched.admin() as admin:
            admin.execute("alter table notice.tender disable trigger all")
            admin.execute(TENDER, (uuid4(), uuid4()))
        refused = run("match")
        assert refused.exit_code == 2
        assert ASKED == []
    (keys / configured.FILE).write_text('{"match": {"url": "http://127.0.0.1:1", "enabled": true}}')
    with untouched.admin() as admin:
        admin.execute("delete from notice.tender")
    unanswered = run("match")
    assert (unanswered.exit_code, _said(unanswered)[0]["state"]) == (1, "unreachable")
