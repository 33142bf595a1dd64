"""The journal: all that a custodian remembers, and the only thing that keeps it from lying.

Whatever is about to leave the machine is first written here, once, under what it is about; the same
bytes leave again after a crash. So there is no second answer to a request, no second transcript of
a session, no second cosignature at a size, whatever the platform asks and whenever power fails.

Never restore an old copy of a journal: it has forgotten what the custodian signed since. Erased
secrets are overwritten in the file itself (`secure_delete`); what the disk keeps beneath the file
system is the operator's care, by encrypting the disk.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sunseal_parties.custodian.amendment_book import AmendmentBook
from sunseal_parties.custodian.ceremony_book import CeremonyBook
from sunseal_parties.custodian.log_book import LogBook
from sunseal_parties.custodian.release_book import ReleaseBook

Kind = Literal[
    "certify",
    "round1",
    "round2",
    "confirm",
    "complaint",
    "acknowledgement",
    "commitment",
    "answer",
    "refusal",
    "cosignature",
    "erasure",
]

SCHEMA = """
create table if not exists message (
    kind text not null,
    subject text not null,
    body blob not null,
    delivered integer not null default 0,
    primary key (kind, subject)
) strict;
"""


class JournalInUse(Exception):
    """Another process works with this journal."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was or will be sent about `subject`: a session, a log's size, the digest of an amendment
    or a request."""

    kind: Kind
    subject: str
    body: bytes
    delivered: bool


class Journal:
    """An open journal; `log`, `ceremonies`, `amendments` and `releases` are its books."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        """With `reading`, one snapshot beside a daemon that works with it. Raises JournalInUse."""
        self._lock = None if reading else _lock(path.with_suffix(".lock"))
        self._database = _read_only(path) if reading else _writable(path)
        self.log = LogBook(self._database)
        self.ceremonies = CeremonyBook(self._database)
        self.amendments = AmendmentBook(self._database)
        self.releases = ReleaseBook(self._database)

    def close(self) -> None:
        self._database.close()
        if self._lock is not None:
            os.close(self._lock)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing; durable when it ends."""
        self._database.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._database.execute("rollback")
            raise
        self._database.execute("commit")

    def say(self, kind: Kind, subject: str, body: bytes) -> Message:
        """Records what is to be said; if something was said already, that is what counts."""
        self._database.execute(
            "insert into message (kind, subject, body) values (?, ?, ?) on conflict do nothing",
            (kind, subject, body),
        )
        message = self.said(kind, subject)
        assert message is not None
        return message

    def said(self, kind: Kind, subject: str) -> Message | None:
        row = self._database.execute(
            "select body, delivered from message where kind = ? and subject = ?", (kind, subject)
        ).fetchone()
        return Message(kind, subject, row[0], bool(row[1])) if row else None

    def mark_delivered(self, message: Message) -> None:
        self._database.execute(
            "update message set delivered = 1 where kind = ? and subject = ?",
            (message.kind, message.subject),
        )

    def drop_cosignatures(self) -> None:
        """Forgets earlier lines: the log book alone says up to where the log was cosigned."""
        self._database.execute("delete from message where kind = 'cosignature'")


def _writable(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    database = sqlite3.connect(path, isolation_level=None)
    for setting in ("synchronous=FULL", "secure_delete=ON", "journal_mode=DELETE"):
        database.execute(f"pragma {setting}")
    database.executescript(SCHEMA)
    return database


def _read_only(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro"
    database = sqlite3.connect(uri, uri=True, isolation_level=None)
    database.execute("begin")
    return database


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        # Two daemons on one journal would each believe to be the only one that signs.
        raise JournalInUse(f"{path} is held by another process") from None
    return descriptor
