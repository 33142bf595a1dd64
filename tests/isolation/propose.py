"""Writes decisions.toml anew from a fresh installation, for somebody to read what changed.

`python -m tests.isolation.propose` keeps every sentence, and leaves an empty one where nobody has
said yet what a thing is for; the tests fail until somebody does.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg

from tests.bench.database import installation
from tests.isolation import catalogue, matrix

HEAD = """\
# What each role may do with each table, decided by people and compared with the live database.
# A table, a column right, a function or a policy that is not decided here fails the tests.
# `python -m tests.isolation.propose` writes the rights as they are, to be read before they are
# committed; `python -m tests.isolation.matrix` writes docs/isolation.md from this file.
#
# `empty_before`: no row of a tender stands here before its opening, which a test looks at.
# Rights are in one spelling: `read; change (these, columns)`; `read with row marks` includes
# PostgreSQL's own xmin, xmax and ctid, which tell of writes and locks.
"""
SCHEMAS = (
    "notice",
    "sealed",
    "opened",
    "custody",
    "registry",
    "audit",
    "supervision",
    "help",
    "kit",
    "public",
)


def proposal(connection: psycopg.Connection[Any], said: dict[str, Any]) -> str:
    """The whole file; `said` is the one before, whose sentences stay."""
    return HEAD + "\n" + "\n".join(_lines(connection, said)) + "\n"


def _lines(connection: psycopg.Connection[Any], said: dict[str, Any]) -> Iterator[str]:
    cells, policies = catalogue.cells(connection), catalogue.policies(connection)
    found = catalogue.schemas(connection)
    for name in sorted(found, key=_rank):
        usage, create = found[name]
        words = said["schemas"].get(name, {})
        yield f"[schemas.{name}]\nwhat = {_text(words.get('what', ''))}"
        yield f"usage = {_text(usage)}\ncreate = {_text(create)}\n"
        for table in sorted(table for table in cells if table.startswith(f"{name}.")):
            words = said["tables"].get(table, {})
            yield from _table(table, words, cells[table], policies.get(table))
    for function, (owners, callers) in sorted(catalogue.functions(connection).items()):
        words = said["functions"].get(function, {})
        yield f"[functions.{_text(function)}]\nwhat = {_text(words.get('what', ''))}"
        yield f"may_call = {_text(callers)}\nowners_rights = {_text(owners)}\n"
    yield from _rest(connection)


def _table(
    name: str, words: dict[str, Any], rights: dict[str, str], policies: list[str] | None
) -> Iterator[str]:
    yield f"[tables.{_text(name)}]"
    for key in ("what", "before", "after"):
        yield f"{key} = {_text(words.get(key, ''))}"
    if words.get("empty_before"):
        yield "empty_before = true"
    if policies is not None:
        yield from _list("policies", policies)
    by_rights: dict[str, list[str]] = defaultdict(list)
    for role, right in rights.items():
        by_rights[right].append(role)
    if by_rights:
        yield f"[tables.{_text(name)}.grants]"
    for right, roles in sorted(by_rights.items(), key=lambda one: (-len(one[1]), one[0])):
        yield f"{_text(right)} = {_text(catalogue.short(roles))}"
    yield ""


def _rest(connection: psycopg.Connection[Any]) -> Iterator[str]:
    yield "[sequences]"
    for name, roles in sorted(catalogue.sequences(connection).items()):
        who = ", ".join(f"{catalogue.short([role])} = {_text(can)}" for role, can in roles.items())
        yield f"{_text(name)} = {{ {who} }}"
    yield "\n[logins]"
    for login, roles_of in catalogue.members(connection).items():
        yield f"{login} = {_text(roles_of)}"
    closed = catalogue.closed(connection)
    yield "\n# What PostgreSQL's own catalogue tells none of these roles.\n[catalogue]"
    yield from _list("relations", closed["relations"])
    yield from _list("functions", closed["functions"])
    yield "\n[catalogue.columns]"
    for table, columns in closed["columns"].items():
        yield f"{table} = {_text(columns)}"


def _list(name: str, values: Iterable[str]) -> Iterator[str]:
    yield f"{name} = ["
    for value in values:
        yield f"    {_text(value)},"
    yield "]"


def _rank(schema: str) -> tuple[int, str]:
    return (SCHEMAS.index(schema) if schema in SCHEMAS else len(SCHEMAS), schema)


def _text(value: object) -> str:
    """TOML writes strings, lists of them and truth values as JSON does."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    with installation() as make, psycopg.connect(make().admin_url) as admin:
        matrix.DECISIONS.write_text(proposal(admin, matrix.decisions()))
