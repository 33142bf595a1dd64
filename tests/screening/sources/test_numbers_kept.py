"""Whole numbers are in their sealed fields and nowhere else, and no one moves them about."""

import hashlib
import logging
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from sunseal import keys
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal.screening import person_ids
from sunseal.screening.sealed_numbers import SealBroken
from sunseal.screening.service.rekey import NumberExchanged, restore
from tests.screening.sources.declared import BOSS, FORM, OWNER, STRANGER, WORKER, Town, listed
from tests.screening.sources.test_person_ids import everything
from tests.support.service import PASSWORD, USCC, Service, bearer


@pytest.fixture
def town(service: Service) -> Town:
    return Town(service)


def test_digests_come_again_from_sealed_numbers_when_the_ring_is_lost(town: Town) -> None:
    (town.folder / person_ids.FILE).unlink()
    ring = person_ids.rotate(town.folder)
    worker = keys.Keys(town.folder, town.service.settings.origin).worker
    with town.service.database.work.unit_as(Role.WORKER) as uow:
        assert restore(uow, ring, worker) == 3
    assert town.stands(listed("某某", WORKER))[0] == "hit"


SWAPS = {
    "two sealed numbers exchanged": (
        """update registry.person_number n set sealed = o.sealed from registry.person_number o
        where o.owner <> n.owner""",
        SealBroken,
    ),
    "a mask that is not the number's": (
        "update registry.person_number set mask = '4403**********1234'",
        NumberExchanged,
    ),
}


@pytest.mark.parametrize("case", SWAPS)
def test_an_administrator_who_exchanges_numbers_is_found_out(town: Town, case: str) -> None:
    statement, error = SWAPS[case]
    with town.service.database.admin() as admin:
        admin.execute(sql.SQL(statement))
    worker = keys.Keys(town.folder, "").worker
    ring = person_ids.read(town.folder)
    with pytest.raises(error), town.service.database.work.unit_as(Role.WORKER) as uow:
        restore(uow, ring, worker)


def test_no_whole_number_is_anywhere_but_in_its_sealed_field(
    town: Town, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Tables as text and as files, write-ahead log, log lines, answers good and bad."""
    caplog.set_level(logging.DEBUG)
    answers = [
        town.post("/practitioners", {"name": "孙工", "person_id": STRANGER}, town.token, "k1")
    ]
    bad = STRANGER[:-1] + ("1" if STRANGER[-1] != "1" else "2")
    person = {"name": STRANGER, "email": f"{STRANGER}@example.cn", "password": PASSWORD}
    forms = [
        ("/practitioners", {"name": "孙工", "person_id": bad}, 422),
        ("/practitioners", {"name": f"孙工{STRANGER}"}, 422),
        ("/practitioners", {"name": "孙工", "person_id": [STRANGER]}, 400),
        ("/practitioners", {"name": "孙工", STRANGER: STRANGER}, 400),
        ("/organizations", FORM | {"uscc": STRANGER}, 422),
        ("/organizations", FORM | {"uscc": USCC[3], "name": STRANGER}, 422),
        ("/organizations", FORM | {"uscc": USCC[3], "person": person}, 422),
        ("/organizations", FORM | {"uscc": USCC[3], "country": STRANGER}, 400),
    ]
    for path, form, status in forms:
        answers.append(town.post(path, form, town.token))
        assert answers[-1].status_code == status, (form, answers[-1].text)
    town.stands(listed("赵某", STRANGER), listed("孙工", "").replace("B-1", "B-2"))
    supervisor = bearer(town.service.authority("supervisor"))
    answers.append(town.service.client.get("/api/v1/audit/entries", headers=supervisor))
    with town.service.database.admin() as admin:
        told = everything(admin)
        files = _files(admin)
    told += caplog.text + "".join(capfd.readouterr()) + "".join(each.text for each in answers)
    assert person_ids.mask(STRANGER) in told
    for number in (STRANGER, BOSS, OWNER, WORKER, bad):
        assert number not in told
        assert number.encode().hex() not in told
        assert number.encode() not in files
    # The digest by which a repeated request is known must not be one that can be enumerated.
    assert hashlib.sha256(answers[0].request.content).hexdigest() not in told


def _files(admin: psycopg.Connection[Any]) -> bytes:
    """This database as a backup of its files would have it, and the write-ahead log."""
    admin.execute("checkpoint")
    [(folder,)] = admin.execute("show data_directory").fetchall()
    [(oid,)] = admin.execute(
        "select oid from pg_database where datname = current_database()"
    ).fetchall()
    held = [*Path(folder, "base", str(oid)).iterdir(), *Path(folder, "pg_wal").glob("0*")]
    return b"".join(each.read_bytes() for each in held if each.is_file())


def test_a_bidders_page_gives_nobody_else_a_number(town: Town) -> None:
    """As the bidder's role alone: a rival's practitioner gets no digest of somebody barred."""
    _, rival = town.service.firm(1)
    with town.service.database.admin() as admin:
        [(victim,)] = admin.execute(
            """insert into registry.practitioner (organization_id, name, added_at)
            values (%s, '周工', now()) returning id""",
            (rival,),
        ).fetchall()
    statements = [
        f"insert into registry.person_digest values ('{victim}', 1, '\\x{'00' * 32}')",
        f"insert into registry.person_number values ('{victim}', '{town.firm}', '*', '')",
        f"insert into registry.person_number values ('{town.firm}', '{town.firm}', '*', '')",
        f"insert into registry.person_number values ('{victim}', '{rival}', '*', '')",
        "select sealed from registry.person_number",
        "select digest from registry.person_digest",
        "update registry.person_number set mask = ''",
        "delete from registry.person_digest",
    ]
    for statement in statements:
        with (
            pytest.raises(Forbidden),
            town.service.database.box.unit_as(Role.BIDDER, victim, town.firm) as uow,
        ):
            uow.session.execute(text(statement))
