"""Everybody's webhooks in both worlds, for all they may hear of, to an address that is refused.

So what would be sent is found, tried and noted in both, and nothing leaves the machine.
"""

from uuid import UUID, uuid4

from sunseal.database import Role
from sunseal.webhooks import rules, secrets
from tests.opening.world import World

NOWHERE = "https://127.0.0.1/"
ADD = """
    insert into {schema}.webhook (id, organization_id, url, events, secret, created_by, created_at)
    values (%s, %s, %s, %s, %s, gen_random_uuid(), kit.now() - interval '30 d')
"""
AUTHORITIES = "select id, kind from registry.organization where kind = any(%s)"


def hook_everybody(world: World) -> None:
    kinds = [role.value.removeprefix("as_") for role in rules.STAFF]
    for organization, kind in world.rows(AUTHORITIES, kinds):
        _hook(world, "registry", organization, Role(f"as_{kind}"))
    for organization, _ in world.rows(AUTHORITIES, ["bidder"]):
        _hook(world, "sealed", organization, Role.BIDDER)


def _hook(world: World, schema: str, organization: UUID, role: Role) -> None:
    name = uuid4()
    secret = secrets.seal(world.roster.worker, name, bytes(32))
    events = [each.value for each in rules.events_for(role)]
    world.rows(ADD.format(schema=schema), name, organization, NOWHERE, events, secret)
