"""The amendments that this custodian acknowledged: until when it has bound itself to wait."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

SCHEMA = """
create table if not exists amendment (
    session blob not null,
    number integer not null,
    digest blob not null,
    not_before text not null,
    primary key (session, number)
) strict;
"""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Amendment `number` of a key's timetable, by its digest."""

    number: int
    digest: bytes
    not_before: datetime


class AmendmentBook:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(SCHEMA)

    def record(self, session: bytes, said: Acknowledged) -> Acknowledged:
        """What is acknowledged under this number of the key of `session`: the first ever."""
        self._database.execute(
            "insert into amendment values (?, ?, ?, ?) on conflict do nothing",
            (session, said.number, said.digest, said.not_before.isoformat()),
        )
        return next(each for each in self.of_session(session) if each.number == said.number)

    def of_session(self, session: bytes) -> list[Acknowledged]:
        """By number."""
        rows = self._database.execute(
            "select number, digest, not_before from amendment where session = ? order by number",
            (session,),
        )
        return [
            Acknowledged(number, bytes(digest), datetime.fromisoformat(not_before))
            for number, digest, not_before in rows
        ]
