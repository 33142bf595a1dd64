"""The decisions as auditors read them.

`python -m tests.isolation.matrix` writes docs/isolation.md.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.isolation.catalogue import LOGINS, ROLES

ROOT = Path(__file__).parents[2]
DECISIONS = Path(__file__).with_name("decisions.toml")
PHASES_SEEN = Path(__file__).with_name("phases.toml")
ALWAYS = "draft published closed opened failed cancelled"
DOCUMENT = ROOT / "docs" / "isolation.md"
SHORT_ROLES = tuple(role.removeprefix("as_") for role in ROLES)
LETTERS = {"read": "r", "add": "a", "change": "c", "remove": "d"}
INTRODUCTION = """\
# Who may do what in the database

Written from `tests/isolation/decisions.toml` by `python -m tests.isolation.matrix`; do not edit.
`tests/isolation/test_matrix.py` compares every cell with a live database, so that a table, column,
function or policy that nobody decided about fails the tests.

Three logins have no right of their own. Each takes the roles of its side for one transaction:

| login | may take |
|---|---|
"""
PHASES = """
Grants never change at run time. What changes with a tender's life is which rows there are: each
table says what stands in it **before** the tender's opening and **after**. A table that is marked
*empty* has no row of a tender until then, whatever was bid. *Rows* says who sees any in which phase
of the only tender of an installation that lived through it (`tests/isolation/test_phases.py`):
before its publication (draft), while it takes bids (published), when the box is shut (closed), and
after it was opened, has failed or was cancelled.

In the tables: **r** read, **a** add, **c** change, **d** remove; in brackets where it is for some
columns only, which are named below the table; **R** is reading with PostgreSQL's row marks (`xmin`,
`xmax`, `ctid`), which tell of writes and locks and which no role has but the worker. Row-level
security further restricts every row of a table that has policies.
"""
CATALOGUE = """
## PostgreSQL's own catalogue

It would tell any role row counts, sizes, activity, locks and transaction numbers. None of the roles
and logins above may read:

"""


def decisions() -> dict[str, Any]:
    return tomllib.loads(DECISIONS.read_text())


@cache
def phases() -> dict[str, dict[str, str]]:
    """Who sees rows of a table, and in which phases."""
    return tomllib.loads(PHASES_SEEN.read_text())


def grants(table: dict[str, Any]) -> dict[str, str]:
    """A table's rights by short role name."""
    found = table.get("grants", {}).items()
    return {role: rights for rights, roles in found for role in roles.split()}


def document(decided: dict[str, Any]) -> str:
    return "\n".join(_lines(decided)) + "\n"


def _lines(decided: dict[str, Any]) -> Iterator[str]:
    yield INTRODUCTION.rstrip()
    for login in LOGINS:
        yield f"| `{login}` | {_listed(decided['logins'][login])} |"
    yield PHASES
    for name, schema in decided["schemas"].items():
        tables = {
            table: decided["tables"][table]
            for table in decided["tables"]
            if table.startswith(f"{name}.")
        }
        yield from _schema(name, schema, tables)
    yield from _functions(decided)
    yield from _catalogue(decided["catalogue"])


def _schema(name: str, schema: dict[str, Any], tables: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}\n\n{schema['what']}\n"
    yield f"May look into it: {_listed(schema['usage'])}."
    yield f"May make something in it: {_listed(schema['create'])}.\n"
    yield f"| table | {' | '.join(role.replace('_', ' ') for role in SHORT_ROLES)} |"
    yield "|---" * (len(SHORT_ROLES) + 1) + "|"
    for table, decision in tables.items():
        rights = grants(decision)
        cells = (_letters(rights.get(role, "")) for role in SHORT_ROLES)
        yield f"| `{table.partition('.')[2]}` | {' | '.join(cells)} |"
    yield ""
    for table, decision in tables.items():
        yield from _table(table, decision)


def _table(name: str, decision: dict[str, Any]) -> Iterator[str]:
    yield f"**{name}**: {decision['what']}"
    empty = " (*empty*)" if decision.get("empty_before") else ""
    yield f"Before{empty}: {decision['before']}. After: {decision['after']}.\n"
    for rights, roles in decision.get("grants", {}).items():
        if "(" in rights:
            yield f"- {_listed(roles)}: {rights}"
    for policy in decision.get("policies", []):
        yield f"- policy `{policy}`"
    yield f"- rows: {_rows(name)}"
    yield ""


def _rows(table: str) -> str:
    found = phases().get(table, {})
    said = [
        f"{_listed(roles)} {'always' if when == ALWAYS else when.replace(' ', ', ')}"
        for roles, when in found.items()
    ]
    return "; ".join(said) or "nobody sees any in any phase"


def _functions(decided: dict[str, Any]) -> Iterator[str]:
    yield "## Functions and sequences\n"
    yield "| function | what it does | may be called by | with its owner's rights |"
    yield "|---|---|---|---|"
    for name, function in decided["functions"].items():
        owners = "yes" if function["owners_rights"] else "no"
        yield f"| `{name}` | {function['what']} | {_listed(function['may_call'])} | {owners} |"
    yield ""
    for name, roles in decided["sequences"].items():
        for role, rights in roles.items():
            yield f"Sequence `{name}`: {role} ({rights}). Nobody else.\n"


def _catalogue(closed: dict[str, Any]) -> Iterator[str]:
    yield CATALOGUE.strip() + "\n"
    for table, columns in closed["columns"].items():
        yield f"- of `{table}` the columns {_code(columns)};"
    yield f"- {len(closed['relations'])} tables and views: {_code(closed['relations'])};"
    yield f"- {len(closed['functions'])} functions: {_code(closed['functions'])}."


def _letters(rights: str) -> str:
    made = ""
    for right in filter(None, re.split(r"; ", rights)):
        if right == "read with row marks":
            made += "R"
            continue
        verb, some, _ = right.partition(" (")
        letter = LETTERS.get(verb, verb)
        made += f"({letter})" if some else letter
    return made or "–"


def _listed(roles: str) -> str:
    return ", ".join(role if "_" not in role else f"`{role}`" for role in roles.split()) or "nobody"


def _code(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    DOCUMENT.write_text(document(decisions()))
