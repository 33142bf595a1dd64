"""SQL on the desk's login against the log: what fills it, and what gets in all the same."""

from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from sunseal.audit import service
from sunseal.database import Role
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.tick import SLOTS
from tests.audit.world import QUORUM, World

JUNK = """
    insert into audit.cosignature (size, cosigner, line, at)
    values (%s, %s, %s, '2000-01-01')
"""
# An entry as audit.record makes it, in the name of whoever one likes.
FLOOD = """
    select audit.record(null, %(public)s, %(first)s, sha256(n::text::bytea),
        convert_to(jsonb_build_object('role', %(role)s::text, 'actor', gen_random_uuid(),
            'action', 'flood', 'object', '', 'outcome', 'done', 'reason', '',
            'at', '1990-01-01T00:00:00Z')::text, 'UTF8'))
    from generate_series(1, %(count)s) n
"""


def as_custodian(world: World, statement: str, *values: object) -> None:
    """What a hole in a page of the desk lets somebody run."""
    with psycopg.connect(world.database.urls["desk"]) as desk:
        desk.execute("set local role as_custodian")
        desk.execute(statement.encode(), values)


def _junk(world: World, size: int) -> list[str]:
    """Lines in the first cosigner's name: no line, another key's, another checkpoint's."""
    named = world.guards[0].cosigner
    impostor = NoteSigner(named.name, SigningKey.generate(), COSIGNATURE)
    with world.unit(Role.PUBLIC) as uow:
        text = notes.parse(service.latest_checkpoint(uow).encode()).text
    other = checkpoint.Checkpoint("test.sunseal.example/log", size, bytes(32)).encode()
    return [
        "no line at all",
        "\n\n",
        checkpoint.cosign(text, impostor, world.now).decode(),
        checkpoint.cosign(other, named, world.now).decode(),
    ]


def test_junk_in_a_cosigners_name_keeps_its_own_line_from_nobody(world: World) -> None:
    made = world.record("box.closed", public=True)
    world.tick()
    for line in _junk(world, 1):
        as_custodian(world, JUNK, 1, world.guards[0].cosigner.name, line)
    with world.unit(Role.PUBLIC) as uow:
        # Junk is shown to nobody: one line that cannot be read would stop every custodian.
        assert notes.parse(service.latest_checkpoint(uow).encode()).text
        assert service.receipt(uow, made.id, quorum=1) is None
    world.cosign()
    with world.unit(Role.PUBLIC) as uow:
        receipt = service.receipt(uow, made.id)
        note = service.checkpoint_note(uow)
    assert receipt is not None
    assert len(world.verify(receipt).cosigned) == QUORUM
    assert len(note.splitlines()) == len(set(note.splitlines()))


def test_junk_in_every_name_makes_no_quorum(world: World) -> None:
    made = world.record("box.closed", public=True)
    world.tick()
    world.cosign(1)
    for guard in world.guards:
        as_custodian(world, JUNK, 1, guard.cosigner.name, "junk")
    world.tick()
    for guard in world.guards:
        as_custodian(world, JUNK, 2, guard.cosigner.name, "junk")
    with world.unit(Role.PUBLIC) as uow:
        assert service.receipt(uow, made.id) is None
        assert service.receipt(uow, made.id, quorum=1) is not None


@pytest.mark.parametrize("role", ["as_custodian", "as_centre", "as_supervisor", "as_public"])
def test_no_desk_role_writes_what_goes_before_all_others(world: World, role: str) -> None:
    row = {"public": False, "first": True, "role": role, "count": 1}
    with psycopg.connect(world.database.urls["desk"]) as desk:
        desk.execute(f"set local role {role}".encode())
        with pytest.raises(InsufficientPrivilege):
            desk.execute(FLOOD, row)


def test_a_flood_in_everybodys_name_keeps_nothing_of_the_box_out(world: World) -> None:
    row = {"public": True, "first": False, "role": "as_custodian", "count": 2 * SLOTS}
    with psycopg.connect(world.database.urls["desk"]) as desk:
        desk.execute("set local role as_custodian")
        desk.execute(FLOOD, row)
    tender, firms = uuid4(), [uuid4() for _ in range(20)]
    # The box's entries, of which only some go first, and the worker's.
    made = [world.record_sealed(tender, firm) for firm in firms]
    made += [world.record_sealed(tender, firm, "bid.accepted", first=True) for firm in firms]
    made += [world.record("opening.record", public=True, first=True)]
    made += [world.record("supply.verified", role=Role.WORKER)]
    number = world.tick()
    placed = world.rows(
        """select commitment from audit.entry where tick = :n
           union all select commitment from sealed.event where tick = :n""",
        n=number,
    )
    assert {entry.commitment for entry in made} <= {bytes(row[0]) for row in placed}
    assert len(placed) == SLOTS


def test_a_flood_of_one_bidder_keeps_the_desk_and_others_in(world: World) -> None:
    tender, flooder, other = uuid4(), uuid4(), uuid4()
    with world.database.admin() as admin:
        admin.execute(
            """insert into sealed.event (tender_id, envelope, organization_id, nonce, detail,
                commitment, at)
            select %s, '1', %s, '', '', sha256(n::text::bytea), '1990-01-01'
            from generate_series(1, %s) n""",
            (tender, flooder, 2 * SLOTS),
        )
    made = [world.record("tender.change") for _ in range(50)]
    made.append(world.record_sealed(tender, other))
    world.tick()
    waiting = world.rows("select count(*) from audit.entry where tick is null")
    assert waiting == [(0,)]
    left = world.rows("select distinct organization_id from sealed.event where tick is null")
    assert left == [(flooder,)]
