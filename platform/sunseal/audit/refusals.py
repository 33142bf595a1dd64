"""Raw SQL that PostgreSQL refused: its own log tells of it, so the access log can.

A refused statement takes its transaction with it and cannot log itself. Requests of ours have their
refusal logged by `sunseal.database`; whoever comes to a login with `psql` leaves one line in the
server's JSON log, and nothing else. Here those lines become entries, once each. What else stands in
such a line (the statement, a DETAIL with a row in it) is left where it is.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from sunseal.audit import server_log
from sunseal.audit.server_log import Place
from sunseal.audit.service.record import record
from sunseal.database import Role, UnitOfWork

ACTION = "database.refused"
# insufficient_privilege, and restrict_violation: what our own triggers raise for a fixed notice.
REFUSED = ("42501", "23001")

# A quotation mark inside a JSON string has a backslash before it, so nobody can write a field of
# his own into a message or a statement, and a line may be cut off anywhere behind these fields.
FIELD = re.compile(rb'[{,]"(\w+)":("(?:[^"\\]|\\.)*")')
TIMESTAMP = "%Y-%m-%d %H:%M:%S.%f UTC"
NAME = re.compile(r"[\w.-]{1,63}", re.ASCII)
KIND_OF_STATEMENT = re.compile(r"[A-Z][A-Z ]{1,40}")
# The server's own sentences name tables, functions and roles of ours. `raise` puts anything into a
# message, and that anything does not come into the access log.
SENTENCE = re.compile(
    r"(permission denied|must be |only roles |new row violates row-level security policy)"
    r'[\w "().,$-]{0,150}'
    r"|The (notice of a tender is|documents of a tender are) fixed once its key ceremony has "
    r"started\.",
    re.ASCII,
)
UNTOLD = "-"

# Locked: two sweeps at once would enter each refusal twice.
PLACE = text("select file, position, mark from audit.collector for update")
MOVE = text("update audit.collector set file = :file, position = :position, mark = :mark")
HERE = text("select current_database()")


@dataclass(frozen=True, slots=True)
class Refusal:
    """`statement` is the kind of a statement (SELECT, SET), never its text.

    `at` is None when the server does not log in UTC.
    """

    at: datetime | None
    login: str
    database: str
    statement: str
    message: str


def refusals(lines: Iterable[bytes]) -> Iterator[Refusal]:
    """The refusals among lines of PostgreSQL's JSON log, each of which may be cut off."""
    for line in lines:
        fields = {name.decode(): value for name, value in FIELD.findall(line)}
        if _text(fields, "state_code") in REFUSED:
            yield Refusal(
                at=_time(_text(fields, "timestamp")),
                login=_if_whole(NAME, _text(fields, "user")),
                database=_if_whole(NAME, _text(fields, "dbname")),
                statement=_if_whole(KIND_OF_STATEMENT, _text(fields, "ps")),
                message=_if_whole(SENTENCE, _text(fields, "message")),
            )


def collect(uow: UnitOfWork, folder: Path) -> int:
    """Makes an entry of each new refusal in the log files of `folder`; returns how many.

    How far the files were read is kept in the same transaction as the entries.
    """
    uow.require(Role.WORKER)
    place = before = _place(uow.session)
    here = uow.session.execute(HERE).scalar_one()
    found = 0
    for file in server_log.waiting(folder, place):
        batch = server_log.read_on(file, place)
        place = batch.place
        # Other databases of the same server are not ours to tell of.
        for refusal in refusals(batch.lines):
            if refusal.database == here:
                _record(uow, refusal)
                found += 1
        if batch.full:
            break
    if place != before:
        row = {"file": place.file, "position": place.position, "mark": place.mark}
        uow.session.execute(MOVE, row)
    return found


def _place(session: Session) -> Place:
    row = session.execute(PLACE).one()
    return Place(row.file, row.position, bytes(row.mark))


def _record(uow: UnitOfWork, refusal: Refusal) -> None:
    record(
        uow,
        ACTION,
        f"login/{refusal.login}",
        outcome="refused",
        reason=refusal.message,
        data={
            "at": refusal.at.isoformat() if refusal.at else UNTOLD,
            "statement": refusal.statement,
        },
    )


def _text(fields: dict[str, bytes], name: str) -> str:
    try:
        return str(json.loads(fields.get(name, b'""')))
    except ValueError:
        return ""


def _if_whole(pattern: re.Pattern[str], value: str) -> str:
    return value if pattern.fullmatch(value) else UNTOLD


def _time(value: str) -> datetime | None:
    try:
        return datetime.strptime(value, TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
