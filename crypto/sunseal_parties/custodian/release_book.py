"""The releases: which box belongs to a key, and which requests were answered."""

import sqlite3

import msgspec

from sunseal_crypto.box import State

SCHEMA = """
create table if not exists box (
    key blob primary key,
    root blob not null
) strict;
create table if not exists release (
    key blob not null,
    number integer not null,
    request blob not null unique,
    states blob not null,
    primary key (key, number)
) strict;
"""


class ReleaseBook:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(SCHEMA)

    def bind_box(self, key: bytes, root: bytes) -> bytes:
        """The root of the one box of this key: the first that was ever shown for it."""
        self._database.execute("insert into box values (?, ?) on conflict do nothing", (key, root))
        row = self._database.execute("select root from box where key = ?", (key,)).fetchone()
        return bytes(row[0])

    def record(self, key: bytes, number: int, request: bytes, states: list[State]) -> None:
        """That `request` is answered, and in which state it showed each leaf."""
        self._database.execute(
            "insert into release values (?, ?, ?, ?)",
            (key, number, request, msgspec.json.encode(states)),
        )

    def answered(self, key: bytes, number: int) -> bytes | None:
        """The digest of the request with this number that was answered."""
        row = self._database.execute(
            "select request from release where key = ? and number = ?", (key, number)
        ).fetchone()
        return bytes(row[0]) if row else None

    def first_states(self, key: bytes) -> list[State] | None:
        """Each leaf's state in request 1 for this key, if that one was answered."""
        row = self._database.execute(
            "select states from release where key = ? and number = 1", (key,)
        ).fetchone()
        return msgspec.json.decode(row[0], type=list[State]) if row else None
