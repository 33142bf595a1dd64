"""What the live catalogue grants, in the words of decisions.toml.

It asks PostgreSQL for each role and each thing (`has_table_privilege` and its like), not for the
lists of grants: what a role has through PUBLIC, through another role or as an owner counts as well.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

ROLES = (
    "as_public",
    "as_door",
    "as_tendering_party",
    "as_agent",
    "as_centre",
    "as_supervisor",
    "as_custodian",
    "as_operator",
    "as_bidder",
    "as_worker",
)
LOGINS = ("sunseal_desk", "sunseal_box", "sunseal_work")
VERBS = {
    "SELECT": "read",
    "INSERT": "add",
    "UPDATE": "change",
    "DELETE": "remove",
    "TRUNCATE": "empty",
    "REFERENCES": "refer",
    "TRIGGER": "trigger",
    "MAINTAIN": "maintain",
}
BY_COLUMN = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'"
WHOLE_TABLES = f"""
    select n.nspname || '.' || c.relname, r, p
    from pg_class c join pg_namespace n on n.oid = relnamespace,
        unnest(%s::text[]) r, unnest(%s::text[]) p
    where {OURS} and c.relkind in ('r', 'v', 'm', 'p', 'f') and has_table_privilege(r, c.oid, p)
"""
COLUMNS = f"""
    select n.nspname || '.' || c.relname, r, p, a.attname from pg_class c
        join pg_namespace n on n.oid = relnamespace
        join pg_attribute a on a.attrelid = c.oid and not attisdropped,
        unnest(%s::text[]) r, unnest(%s::text[]) p
    where {OURS} and c.relkind in ('r', 'v', 'm', 'p', 'f')
        and has_column_privilege(r, c.oid, a.attnum, p)
    order by a.attnum
"""
ALL_COLUMNS = f"""
    select n.nspname || '.' || c.relname, array_agg(a.attname order by a.attnum)
    from pg_class c join pg_namespace n on n.oid = relnamespace
        join pg_attribute a on a.attrelid = c.oid and not attisdropped and attnum > 0
    where {OURS} and c.relkind in ('r', 'v', 'm', 'p', 'f') group by 1
"""
SEQUENCES = f"""
    select n.nspname || '.' || c.relname, r, array_agg(p order by p)
    from pg_class c join pg_namespace n on n.oid = relnamespace, unnest(%s::text[]) r,
        unnest(array['USAGE', 'SELECT', 'UPDATE']) p
    where {OURS} and c.relkind = 'S' and has_sequence_privilege(r, c.oid, p) group by 1, 2
"""
FUNCTIONS = f"""
    select p.oid::regprocedure::text, prosecdef,
        array(select r from unnest(%s::text[]) r where has_function_privilege(r, p.oid, 'EXECUTE'))
    from pg_proc p join pg_namespace n on n.oid = pronamespace where {OURS}
"""
SCHEMAS = f"""
    select n.nspname,
        array(select r from unnest(%(r)s::text[]) r where has_schema_privilege(r, n.oid, 'USAGE')),
        array(select r from unnest(%(r)s::text[]) r where has_schema_privilege(r, n.oid, 'CREATE'))
    from pg_namespace n where {OURS}
"""
POLICIES = """
    select format('%I.%I', schemaname, tablename), policyname, permissive, cmd, roles, qual,
        with_check
    from pg_policies order by 1, permissive, policyname
"""
PROTECTED = f"""
    select n.nspname || '.' || c.relname
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where {OURS} and c.relrowsecurity
"""
MEMBERS = """
    select r.rolname, m.rolname, g.admin_option, g.inherit_option, g.set_option
    from pg_auth_members g join pg_roles r on r.oid = roleid join pg_roles m on m.oid = member
    where m.rolname = any(%s) order by 1, 2
"""
POWERS = """
    select rolname from pg_roles where rolname = any(%s)
        and (rolsuper or rolinherit or rolcreaterole or rolcreatedb or rolreplication
            or rolbypassrls)
"""
# Nobody of ours may read these, of all that belongs to PostgreSQL itself.
CLOSED_RELATIONS = """
    select c.relname from pg_class c where c.relnamespace = 'pg_catalog'::regnamespace
        and c.relkind in ('r', 'v')
        and not exists (select from unnest(%s::text[]) r where has_any_column_privilege(r, c.oid,
            'SELECT'))
    order by 1
"""
CLOSED_COLUMNS = """
    select c.relname, array_agg(a.attname order by a.attname) from pg_class c
        join pg_attribute a on a.attrelid = c.oid and not attisdropped
    where c.oid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_database'::regclass)
        and not exists (select from unnest(%s::text[]) r
            where has_column_privilege(r, c.oid, a.attnum, 'SELECT'))
    group by 1 order by 1
"""
CLOSED_FUNCTIONS = """
    select distinct p.proname from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace
        and p.prokind = 'f' and not exists (select from unnest(%s::text[]) r
            where has_function_privilege(r, p.oid, 'EXECUTE'))
    order by 1
"""


def everybody(connection: Connection) -> list[str]:
    """Each audience role and each login, those as well that somebody has added since."""
    rows = connection.execute(
        "select rolname from pg_roles where rolname like 'as\\_%' or (rolname like 'sunseal\\_%'"
        " and rolname <> 'sunseal_owner') order by 1"
    )
    return [row[0] for row in rows]


def cells(connection: Connection) -> dict[str, dict[str, str]]:
    """Each table's rights by role: `read; change (a, b)`. Roles without any are left out."""
    who = everybody(connection)
    columns = dict(connection.execute(ALL_COLUMNS).fetchall())
    whole = set(connection.execute(WHOLE_TABLES, (who, list(VERBS))).fetchall())
    some: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for table, role, verb, column in connection.execute(COLUMNS, (who, list(BY_COLUMN))):
        some[table, role, verb].append(column)
    made: dict[str, dict[str, str]] = {table: {} for table in columns}
    for table in columns:
        for role in who:
            words = [
                word
                for verb in VERBS
                if (word := _word(verb, (table, role, verb), whole, some, columns[table]))
            ]
            if words:
                made[table][role] = "; ".join(words)
    return made


def _word(
    verb: str,
    key: tuple[str, str, str],
    whole: set[tuple[str, str, str]],
    some: dict[tuple[str, str, str], list[str]],
    columns: list[str],
) -> str:
    if key in whole:
        # Only with the table itself come xmin, xmax and ctid, which tell of writes and locks.
        return "read with row marks" if verb == "SELECT" else VERBS[verb]
    named = some.get(key, [])
    if not named:
        return ""
    return VERBS[verb] if named == columns else f"{VERBS[verb]} ({', '.join(named)})"


def policies(connection: Connection) -> dict[str, list[str]]:
    """Each table's row-level security, policy by policy; a table without it is left out."""
    made: dict[str, list[str]] = {row[0]: [] for row in connection.execute(PROTECTED)}
    for table, name, permissive, command, roles, using, check in connection.execute(POLICIES):
        rule = f"using {_one_line(using)}" if using else ""
        rule += f"{' ' if using and check else ''}with check {_one_line(check)}" if check else ""
        kind = "and only" if permissive == "RESTRICTIVE" else "allows"
        text = f"{name} {kind} {command.lower()} by {short(roles)}: {rule}"
        made.setdefault(table, ["none of these is in force"]).append(text)
    return made


def functions(connection: Connection) -> dict[str, tuple[bool, str]]:
    """Who may call each function of ours, and whether it runs with its owner's rights."""
    rows = connection.execute(FUNCTIONS, (everybody(connection),)).fetchall()
    return {name: (definer, short(who)) for name, definer, who in rows}


def schemas(connection: Connection) -> dict[str, tuple[str, str]]:
    """Who may look into each schema, and who may make something in it."""
    rows = connection.execute(SCHEMAS, {"r": everybody(connection)}).fetchall()
    return {name: (short(usage), short(create)) for name, usage, create in rows}


def sequences(connection: Connection) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = defaultdict(dict)
    for name, role, verbs in connection.execute(SEQUENCES, (everybody(connection),)):
        made[name][role] = " ".join(verb.lower() for verb in verbs)
    return dict(made)


def members(connection: Connection) -> dict[str, str]:
    """Which roles each login may take; anything but a bare SET is a finding of its own."""
    made: dict[str, list[str]] = defaultdict(list)
    who = [*everybody(connection)]
    for role, login, admin, inherit, may_set in connection.execute(MEMBERS, (who,)):
        plain = (admin, inherit, may_set) == (False, False, True)
        made[login].append(role if plain else f"{role} (more than taking it)")
    return {login: short(roles) for login, roles in made.items()}


def powerful(connection: Connection) -> list[str]:
    """Roles with an attribute that goes past all grants."""
    return [row[0] for row in connection.execute(POWERS, (everybody(connection),))]


def closed(connection: Connection) -> dict[str, Any]:
    """What PostgreSQL's own catalogue tells none of our roles."""
    who = (everybody(connection),)
    return {
        "relations": [row[0] for row in connection.execute(CLOSED_RELATIONS, who)],
        "columns": {row[0]: row[1] for row in connection.execute(CLOSED_COLUMNS, who)},
        "functions": [row[0] for row in connection.execute(CLOSED_FUNCTIONS, who)],
    }


def short(roles: Iterable[str]) -> str:
    """Roles as decisions.toml names them, in one order."""
    order = (*ROLES, *LOGINS)
    ranked = sorted(roles, key=lambda role: (order.index(role) if role in order else 99, role))
    if set(order) <= set(ranked):
        ranked = ["everybody", *(role for role in ranked if role not in order)]
    return " ".join(role.removeprefix("as_") for role in ranked)


def _one_line(expression: str) -> str:
    return " ".join(expression.split())
