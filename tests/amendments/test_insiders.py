"""Whoever comes with SQL: on a page's login, as the worker, or as the owner of the tables."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RestrictViolation
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sunseal.audit import service as audit
from sunseal.database import Role
from sunseal.errors import Forbidden
from sunseal_crypto import amendment as rules
from sunseal_crypto.signing import SigningKey
from tests.amendments.world import Amended, amended
from tests.support.database import maker

BY_SQL = {
    "the worker moves the box": (
        "worker",
        "update sealed.gate set deadline = deadline + interval '1 hour'",
    ),
    "the worker moves the page": (
        "worker",
        "update notice.tender set deadline = deadline + interval '1 hour',"
        " not_before = not_before + interval '1 hour'",
    ),
    "the worker puts in force": (
        "worker",
        "insert into notice.postponement select id, kit.now() from notice.amendment",
    ),
    "the worker asks without words": (
        "worker",
        "select sealed.postpone(id) from notice.amendment",
    ),
    "the worker acknowledges": (
        "worker",
        "insert into custody.acknowledgement (amendment_id, custodian, body, entry_id)"
        " select id, 1, '', id from notice.amendment",
    ),
    "the tendering party moves the page": (
        "clerk",
        "update notice.tender set deadline = deadline + interval '1 hour'",
    ),
    "the tendering party confirms": (
        "clerk",
        "insert into notice.amendment_confirmation (amendment_id, tender_id, envelope, number,"
        " signature, confirmed_by, entry_id) select id, tender_id, envelope, number, signature,"
        " proposed_by, id from notice.amendment",
    ),
    "the tendering party stretches a proposal": (
        "clerk",
        "update notice.amendment set expires_at = 'infinity'",
    ),
    "the tendering party writes other times than it signed": (
        "clerk",
        "insert into notice.amendment (tender_id, envelope, number, body, digest, deadline,"
        " not_before, signature, proposed_by, entry_id) select tender_id, envelope, number, body ||"
        " ' ', sha256(body || ' '), deadline + interval '1 hour', not_before + interval '1 hour',"
        " signature, proposed_by, id from notice.amendment",
    ),
    "the centre confirms in another's name": (
        "centre",
        "insert into notice.amendment_confirmation (amendment_id, tender_id, envelope, number,"
        " signature, confirmed_by, entry_id) select id, tender_id, envelope, number, signature,"
        " proposed_by, id from notice.amendment",
    ),
    "the centre asks the worker's function": (
        "centre",
        "select sealed.postpone(id) from notice.amendment",
    ),
}


@pytest.fixture(scope="module")
def proposed(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Amended]:
    """One installation with a proposal, for cases that change nothing."""
    with maker(embedded, template) as make:
        made = amended(make(), tmp_path_factory.mktemp("proposed"))
        made.propose()
        yield made


@pytest.mark.parametrize("attempt", BY_SQL)
def test_refused_by_the_database(proposed: Amended, attempt: str) -> None:
    who, statement = BY_SQL[attempt]
    town = proposed
    unit = (
        town.world.work.unit_as(Role.WORKER)
        if who == "worker"
        else town.unit(town.clerk if who == "clerk" else town.centre)
    )
    # A missing right becomes Forbidden, and is logged; what a trigger refuses stays what it is.
    with pytest.raises((DBAPIError, Forbidden)) as refused, unit as uow:
        uow.session.execute(text(statement))
    if isinstance(refused.value, DBAPIError):
        assert isinstance(refused.value.orig, RestrictViolation | InsufficientPrivilege)
    assert town.timetable() == town.published


def test_the_database_counts_the_words_by_itself(town: Amended) -> None:
    """A worker that skips the signatures still needs the log."""
    id_ = town.confirmed()
    town.acknowledge(id_, 1)
    town.world.tick()
    worker = town.world.work.unit_as(Role.WORKER)
    with pytest.raises(DBAPIError, match="not in force"), worker as uow:
        uow.session.execute(text("select sealed.postpone(:id)"), {"id": id_})


def test_words_that_were_forged_in_the_table_move_nothing(town: Amended) -> None:
    """A superuser adds the row and the entry; the worker reads the signature."""
    id_ = town.confirmed()
    town.acknowledge(id_, 1)
    forged = town.word(id_, 2, SigningKey.generate())
    [[digest]] = town.world.rows("select digest from notice.amendment")
    with town.world.work.unit_as(Role.WORKER) as uow:
        entry = audit.record(
            uow,
            rules.ACKNOWLEDGE,
            "object",
            data=rules.entry_data(bytes(digest), 2, forged),
            public=True,
        )
    town.world.rows(
        "insert into custody.acknowledgement values (%s, 2, %s, %s)", id_, forged, entry.id
    )
    town.tick()
    assert town.timetable() == town.published


def test_what_two_people_said_is_not_changed_even_by_its_owner(town: Amended) -> None:
    town.propose()
    with town.world.database.admin() as admin, pytest.raises(psycopg.errors.RestrictViolation):
        admin.execute("update notice.amendment set deadline = deadline + interval '1 hour'")
