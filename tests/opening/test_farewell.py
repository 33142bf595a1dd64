"""The annex for supervisors, custodians' last words, and who may read which."""

import base64
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg.errors import InsufficientPrivilege

from sunseal.app import create_app
from sunseal.opening import service as opening
from sunseal.opening.service import Tools
from sunseal_crypto import age, annex, erasure
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.erasure import Erasure
from tests.opening.world import World

Client = TestClient[Any]


@pytest.fixture
def client(world: World) -> Iterator[Client]:
    with TestClient(create_app(world.settings)) as made:
        yield made


def person(world: World, kind: str, name: str = "") -> dict[str, str]:
    """A signed-in person of an organization of this kind."""
    token, one, organization = uuid4().hex, uuid4(), uuid4()
    world.rows(
        """insert into registry.organization (id, name, name_key, kind, registered_at)
        values (%s, %s, %s, %s, kit.now())""",
        organization,
        name or kind,
        name or kind,
        kind,
    )
    world.rows(
        """insert into registry.person (id, organization_id, name, email, role, password_hash,
        created_at) values (%s, %s, 'p', %s, %s, '-', kit.now())""",
        one,
        organization,
        f"{one}@example.cn",
        kind,
    )
    world.rows(
        """insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
        values (%s, %s, 'session', kit.now(), kit.now() + interval '900 d')""",
        sha256(token.encode()).digest(),
        one,
    )
    return {"Authorization": f"Bearer {token}"}


def test_the_header_of_a_revoked_bid_is_for_supervisors_alone(world: World, client: Client) -> None:
    world.bidders(1)
    firm = world.firm().joined()
    sealed = firm.seal(tender=str(uuid4()))
    firm.submit(sealed)
    world.close()
    world.ask()
    world.answer(1, 2)
    supervisors = X25519Identity.generate()
    tools = world.tools
    knowing = Tools(tools.work, tools.storage, tools.keys, tools.periods, [supervisors.recipient()])
    opening.advance(knowing, world.gate)
    assert world.outcomes() == ["opened", "revoked"]
    path = f"/api/v1/audit/tenders/{world.tender}/annex"
    for kind in ("centre", "agent", "tendering_party", "operator", "custodian"):
        assert client.get(path, headers=person(world, kind)).status_code == 403
    assert client.get(path).status_code == 401
    answer = client.get(path, headers=person(world, "supervisor"))
    assert answer.status_code == 200
    plain = io.BytesIO()
    age.decrypt(io.BytesIO(answer.content), plain, [supervisors])
    [held] = annex.parse(plain.getvalue()).headers
    assert sealed.data.startswith(held.header)
    assert held.header.startswith(b"age-encryption.org/v1\n")
    [[position]] = world.rows("select position from opened.bid where outcome = 'revoked'")
    assert (held.envelope, held.position) == ("1", position)
    asked = world.rows("select role from audit.entry where action = 'audit.annex'")
    assert asked == [("as_supervisor",)]
    # Without a recipient there is none; it is never stored in clear.
    assert held.header not in bytes(world.rows("select body from opened.annex")[0][0])


@pytest.mark.slow
def test_without_a_revoked_bid_there_is_no_annex(world: World, client: Client) -> None:
    world.bidders(1)
    world.open()
    answer = client.get(
        f"/api/v1/audit/tenders/{world.tender}/annex", headers=person(world, "supervisor")
    )
    assert answer.json()["type"] == "urn:sunseal:problem:no-annex"


@pytest.mark.parametrize("role", ["as_public", "as_centre", "as_agent", "as_custodian"])
def test_sql_of_another_desk_role_reads_no_annex(untouched: Any, role: str) -> None:
    with psycopg.connect(untouched.urls["desk"]) as desk:
        desk.execute(f"set local role {role}".encode())
        with pytest.raises(InsufficientPrivilege):
            desk.execute("select body from opened.annex")


def said(world: World, custodian: int, key: EnvelopeKey, *, at: datetime, by: int = 0) -> str:
    statement = Erasure(
        origin=key.terms.origin,
        tender=key.terms.tender,
        envelope="1",
        custodian=custodian,
        sessions=[world.council.session],
        at=at,
    )
    body = erasure.sign(statement, world.guards[(by or custodian) - 1].identity)
    return base64.b64encode(body).decode()


def test_custodians_erase_and_everybody_sees_how_many_are_left(
    world: World, client: Client
) -> None:
    world.bidders(1)
    world.open()
    world.advance()
    key, at = world.key, world.key.terms.not_before.astimezone(UTC) + timedelta(days=61)
    path = f"/api/v1/custody/tenders/{world.tender}/envelopes/1/erasures"
    names = [each.name for each in world.roster.custodians]
    own = [person(world, "custodian", name) for name in names]

    def post(custodian: int, body: str, who: int) -> int:
        given = {"custodian": custodian, "body": body}
        return client.post(path, json=given, headers=own[who - 1]).status_code

    # Junk in its name, written by SQL on the desk's login, keeps its own word from nobody.
    world.rows(
        """insert into opened.erasure values (%s, '1', 1, sha256('junk'), 'junk',
        gen_random_uuid(), kit.now())""",
        world.tender,
    )
    good = said(world, 1, key, at=at)
    assert post(1, good, 1) == 204
    assert post(1, good, 1) == 204
    assert post(2, said(world, 2, key, at=at, by=1), 2) == 422
    assert post(2, said(world, 2, key, at=key.terms.deadline.astimezone(UTC)), 2) == 422
    assert post(2, said(world, 2, key, at=at), 1) in (403, 409)
    assert client.post(path, json={"custodian": 1, "body": good}).status_code == 401
    [ending] = client.get(f"/api/v1/tenders/{world.tender}/endings").json()
    assert [each["at"] is not None for each in ending["erased"]] == [True, False, False]
    assert ending["needed"] == 2
    assert ending["answers_deleted_at"] is None
    entries = world.rows(
        "select data from (select convert_from(detail, 'UTF8')::jsonb -> 'data'"
        " ->> 'custodian' as data from audit.entry where action = 'key.erased') as e"
    )
    assert entries == [("1",)]


@pytest.mark.slow
def test_nothing_ends_before_the_opening(world: World, client: Client) -> None:
    world.bidders(1)
    assert client.get(f"/api/v1/tenders/{world.tender}/endings").json() == []
