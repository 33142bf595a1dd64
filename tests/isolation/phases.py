"""Who sees rows of which table in which phase of a tender's life, on installations that live it.

`python -m tests.isolation.phases` writes phases.toml as it is, to be read before it is committed.
"""

import json
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from sunseal import migrations
from sunseal.embedded import Embedded
from tests.isolation.catalogue import ROLES, short
from tests.manipulations import scene as scenes
from tests.manipulations.scene import Scene
from tests.support.database import TEMPLATE, create, maker
from tests.support.servers import careless_servers

DECIDED = Path(__file__).with_name("phases.toml")
HEAD = """\
# Which roles see rows of a table in which phase of the only tender's life: before its publication
# (draft), while it takes bids (published), when the box is shut (closed), and after it was opened,
# has failed or was cancelled. A role that is not named sees none, in any phase; a table that is
# not, nobody.
"""
AGENT = uuid4()
READABLE = """
    select n.nspname, c.relname, (select a.attname from pg_attribute a where a.attrelid = c.oid
        and attnum > 0 and not attisdropped
        and has_column_privilege(c.oid, attnum, 'select') order by attnum limit 1)
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where c.relkind in ('r', 'v', 'm', 'p') and n.nspname !~ '^pg_'
        and n.nspname <> 'information_schema' and has_schema_privilege(n.oid, 'usage')
        and has_any_column_privilege(c.oid, 'select')
"""
TABLES = """
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = relnamespace
    where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""

Rows = dict[str, dict[str, str]]


def worlds(embedded: Embedded, template: str, folder: Path) -> Iterator[tuple[str, Scene]]:
    """The installation in each phase, to be looked at before the next one is asked for."""
    with ExitStack() as kept:
        played = scenes.played(kept.enter_context(maker(embedded, template))(), folder)
        name = played.world.database.name

        def copy() -> Scene:
            scenes.left_alone(played)
            return scenes.copied(played, kept.enter_context(maker(embedded, name))())

        played.sql("update notice.tender set agent_id = %s, agent_name = '代理'", AGENT)
        for phase, live in LIVES:
            scene = copy()
            live(scene)
            yield phase, scene


def _unpublished(scene: Scene) -> None:
    """Nothing of the tender is there yet but its draft; nobody bid."""
    scene.sql(
        """update notice.tender set status = 'draft', notice = null, published_at = null,
        publish_requested_at = null"""
    )
    scene.sql("update notice.envelope set recipient = null, certificate = null")
    scene.sql("delete from audit.entry where tender_id is not null")
    begun = ("custody.ceremony", "notice.clarification")
    for table in (*begun, *_tables(scene, "sealed"), *_tables(scene, "opened")):
        scene.sql(f"delete from {table}")


def _failed(scene: Scene) -> None:
    """Nine bids are needed, and did not come."""
    scene.sql("update sealed.gate set minimum_bids = 9")
    scene.close()
    scene.ask()
    scene.settle()


def _cancelled(scene: Scene) -> None:
    scene.sql("update notice.tender set status = 'cancelled', cancel_reason = 'no money'")
    scene.close()
    scene.settle()


LIVES: tuple[tuple[str, Callable[[Scene], None]], ...] = (
    ("draft", _unpublished),
    ("published", lambda scene: None),
    ("closed", Scene.close),
    ("opened", Scene.open),
    ("failed", _failed),
    ("cancelled", _cancelled),
)
PHASES = tuple(phase for phase, _ in LIVES)


def _tables(scene: Scene, schema: str) -> list[str]:
    rows = scene.sql(TABLES)
    return [name for [name] in rows if name.startswith(f"{schema}.")]


def filled(scene: Scene) -> set[str]:
    """Tables in which any row stands, as a superuser sees them."""
    return {table for [table] in scene.sql(TABLES) if scene.sql(f"select 1 from {table} limit 1")}


def seen(scene: Scene) -> dict[str, set[str]]:
    """The tables in which each role sees a row; one person of each role asks."""
    return {role: _seen_by(scene, role) for role in ROLES}


def _seen_by(scene: Scene, role: str) -> set[str]:
    side = {"as_bidder": "box", "as_worker": "work"}.get(role, "desk")
    person, organization = _who(scene, role.removeprefix("as_"))
    url = scene.world.database.urls[side]
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        for name, value in (("actor", person), ("organization", organization)):
            connection.execute("select set_config(%s, %s, false)", (f"sunseal.{name}", str(value)))
        connection.execute("select set_config('role', %s, false)", (role,))
        return set(_with_rows(connection))


def _with_rows(connection: psycopg.Connection[Any]) -> Iterator[str]:
    for schema, table, column in connection.execute(READABLE).fetchall():
        query = sql.SQL("select {} from {} limit 1").format(
            sql.Identifier(column), sql.Identifier(schema, table)
        )
        if connection.execute(query).fetchone() is not None:
            yield f"{schema}.{table}"


def _who(scene: Scene, role: str) -> tuple[UUID | str, UUID | str]:
    """A person of the role, in the organization whose tender or whose bid it is."""
    firm = scene.firms[0]
    known: dict[str, tuple[UUID | str, UUID | str]] = {
        "bidder": (firm.person, firm.organization),
        "tendering_party": (scene.staff["tendering_party"], scene.world.party),
        "agent": (uuid4(), AGENT),
        "custodian": scene.seats[0],
        **{
            kind: (scene.staff[kind], scene.authorities[kind])
            for kind in ("centre", "supervisor", "operator")
        },
    }
    return known.get(role, ("", ""))


def cells(found: dict[str, dict[str, set[str]]]) -> Rows:
    """By table: the phases in which roles see rows, by the roles that see them in just these."""
    when: dict[tuple[str, str], list[str]] = defaultdict(list)
    for phase in PHASES:
        for role, tables in found[phase].items():
            for table in tables:
                when[table, role].append(phase)
    made: Rows = {}
    for table in sorted({table for table, _ in when}):
        alike: dict[str, list[str]] = defaultdict(list)
        for role in ROLES:
            if (table, role) in when:
                alike[" ".join(when[table, role])].append(role)
        made[table] = {short(roles): phases for phases, roles in alike.items()}
    return made


def decided() -> Rows:
    return tomllib.loads(DECIDED.read_text())


def text(rows: Rows) -> str:
    parts = [HEAD]
    for table, by_roles in rows.items():
        lines = [
            f"{json.dumps(roles)} = {json.dumps(phases)}" for roles, phases in by_roles.items()
        ]
        parts.append(f'["{table}"]\n' + "\n".join(lines) + "\n")
    return "\n".join(parts)


def main() -> None:
    with careless_servers() as embedded:
        create(embedded, TEMPLATE, None)
        migrations.run(embedded.url_for("postgres", TEMPLATE))
        with tempfile.TemporaryDirectory() as files:
            lived = worlds(embedded, TEMPLATE, Path(files))
            DECIDED.write_text(text(cells({phase: seen(scene) for phase, scene in lived})))


if __name__ == "__main__":
    main()
