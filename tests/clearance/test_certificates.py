"""Issued over HTTP, checked offline by the auditor's program."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from sunseal_parties.auditor.cli import app
from tests.support.review import Desk
from tests.tenders.people import enrol

OWN = "/api/v1/screening/me/certificate"


def _audit(desk: Desk, folder: Path, data: bytes, *more: str) -> Any:
    file = folder / "certificate"
    file.write_bytes(data)
    roster = str(desk.service.settings.roster)
    return CliRunner().invoke(app, ["certificate", str(file), "--roster", roster, "--json", *more])


def _of(desk: Desk) -> str:
    return f"/api/v1/screening/organizations/{desk.firm}"


@pytest.fixture
def clear(desk: Desk) -> Desk:
    desk.lists()
    assert desk.check() == "clear"
    return desk


@pytest.mark.parametrize("form", ["", "/paper"])
def test_a_clear_firm_gets_its_certificate_and_anybody_can_check_it(
    clear: Desk, tmp_path: Path, form: str
) -> None:
    answer = clear.get(clear.firm_token, OWN + form)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    checked = _audit(clear, tmp_path, answer.content)
    assert checked.exit_code == 0, checked.output
    told = json.loads(checked.stdout)
    assert told["certificate"]["result"] == "clear"
    assert told["certificate"]["organization"] == str(clear.firm)
    assert {each["source"] for each in told["certificate"]["lists"]} >= {"bribery", "blacklist"}
    # As of later it is over, and as of another platform it is nothing.
    late = _audit(clear, tmp_path, answer.content, "--at", "2099-01-01T00:00:00Z")
    assert (late.exit_code, json.loads(late.stdout)["holds"]) == (1, False)
    assert _audit(clear, tmp_path, answer.content.replace(b"clear", b"cleas", 1)).exit_code == 2


def test_a_supervisor_gets_the_evidence_that_the_certificate_names(
    clear: Desk, tmp_path: Path
) -> None:
    answer = clear.get(clear.first, f"{_of(clear)}/certificate")
    told = json.loads(_audit(clear, tmp_path, answer.content).stdout)
    evidence = clear.get(clear.first, f"{_of(clear)}/evidence").content
    assert hashlib.sha256(evidence).hexdigest() == _hex(told["certificate"]["evidence"])


def _hex(text: str) -> str:
    return base64.b64decode(text).hex()


def test_a_firm_that_is_not_clear_gets_one_sentence_whatever_the_reason(desk: Desk) -> None:
    first = desk.get(desk.firm_token, OWN)
    assert first.json()["type"] == "urn:sunseal:problem:not-clear"
    desk.decide("hit")
    assert desk.check() == "hit"
    said = [desk.get(desk.firm_token, OWN + form).json()["detail"] for form in ("", "/paper")]
    assert said == [first.json()["detail"]] * 2


def test_a_certificate_ends_with_the_list_it_rests_on(clear: Desk) -> None:
    assert clear.get(clear.firm_token, OWN).status_code == 200
    clear.lists()
    assert clear.get(clear.firm_token, OWN).status_code == 409
    clear.check()
    assert clear.get(clear.firm_token, OWN).status_code == 200


@pytest.mark.parametrize("form", ["", "/paper"])
def test_a_supervisor_is_told_that_a_firm_is_not_clear(
    desk: Desk, tmp_path: Path, form: str
) -> None:
    answer = desk.get(desk.first, f"{_of(desk)}/certificate{form}")
    checked = _audit(desk, tmp_path, answer.content)
    assert checked.exit_code == 1
    assert json.loads(checked.stdout)["certificate"]["result"] == "needs_review"


def test_neither_the_desk_nor_a_rival_gets_another_firms(clear: Desk) -> None:
    rival, _ = clear.service.firm(1)
    for path in ("certificate", "certificate/paper", "evidence"):
        for kind in ("tendering_party", "agent", "operator", "custodian"):
            token = enrol(clear.service, kind)
            assert clear.get(token, f"{_of(clear)}/{path}").status_code == 403
        assert clear.get(clear.centre, f"{_of(clear)}/{path}").status_code == 403
        assert clear.get(rival, f"{_of(clear)}/{path}").status_code == 403
    assert clear.get(rival, OWN).status_code == 409


def _rows(admin: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table has."""
    tables = admin.execute(
        """select format('%I.%I', schemaname, tablename) from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')"""
    ).fetchall()
    counts = {name: sql.SQL("select count(*) from " + name) for [name] in tables}
    return {name: admin.execute(count).fetchall()[0][0] for name, count in counts.items()}


def test_a_firm_that_fetches_its_certificate_leaves_no_trace(clear: Desk) -> None:
    """Whoever fetches one is about to bid: an entry or a row would tell supervisors who."""
    with clear.service.database.admin() as admin:
        before = _rows(admin)
        assert clear.get(clear.firm_token, OWN).status_code == 200
        assert clear.get(clear.firm_token, f"{OWN}/paper").status_code == 200
        assert _rows(admin) == before
        clear.get(clear.first, f"{_of(clear)}/certificate")
        [entry] = admin.execute(
            "select object from audit.entry where action = 'screening.certificate'"
        ).fetchall()
    assert entry == (f"organization/{clear.firm}",)
