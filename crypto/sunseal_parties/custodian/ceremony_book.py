"""The ceremonies of this custodian: what it holds of each key, until it is erased."""

import sqlite3
from dataclasses import dataclass, field
from typing import Literal

from sunseal_crypto.terms import Terms

# live: running, or certified and not yet settled; complete: all custodians hold their parts.
# dead: it came to nothing; forgotten: the tender is over. The secrets of both are erased.
State = Literal["live", "complete", "dead", "forgotten"]

SCHEMA = """
create table if not exists ceremony (
    session blob primary key,
    origin text not null,
    tender text not null,
    envelope text not null,
    attempt integer not null,
    terms blob not null,
    state text not null,
    reason text not null default '',
    static_secret blob,
    statics blob,
    transcript blob,
    bundle blob,
    share blob,
    certificate blob,
    key blob unique,
    unique (origin, tender, envelope, attempt)
) strict;
"""

_COLUMNS = (
    "session, attempt, terms, state, static_secret, statics, transcript, bundle, share, certificate"
)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A row as it stands; what has not been reached, or was erased, is None."""

    session: bytes
    attempt: int
    terms: bytes
    state: State
    static_secret: bytes | None = field(repr=False)
    statics: bytes | None
    transcript: bytes | None
    bundle: bytes | None = field(repr=False)
    share: bytes | None = field(repr=False)
    certificate: bytes | None

    @property
    def erased(self) -> bool:
        return self.state in ("dead", "forgotten")


class CeremonyBook:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(SCHEMA)

    def of_session(self, session: bytes) -> Ceremony | None:
        return self._one("where session = ?", session)

    def of_key(self, key: bytes) -> Ceremony | None:
        return self._one("where key = ?", key)

    def of_envelope(self, origin: str, tender: str, envelope: str) -> list[Ceremony]:
        """Every attempt, first to last."""
        where = "where origin = ? and tender = ? and envelope = ? order by attempt"
        return self._all(where, origin, tender, envelope)

    def begin(self, session: bytes, terms: Terms, terms_bytes: bytes, static_secret: bytes) -> None:
        self._database.execute(
            "insert into ceremony (session, origin, tender, envelope, attempt, terms, state,"
            " static_secret) values (?, ?, ?, ?, ?, ?, 'live', ?)",
            (
                session,
                terms.origin,
                terms.tender,
                terms.envelope,
                terms.attempt,
                terms_bytes,
                static_secret,
            ),
        )

    def keep_statics(self, session: bytes, statics: bytes) -> None:
        self._database.execute(
            "update ceremony set statics = ? where session = ?", (statics, session)
        )

    def keep_transcript(
        self, session: bytes, transcript: bytes, bundle: bytes, share: bytes
    ) -> None:
        """The one transcript of this session, with what is needed to recover the share from it."""
        self._database.execute(
            "update ceremony set transcript = ?, bundle = ?, share = ?"
            " where session = ? and transcript is null",
            (transcript, bundle, share, session),
        )

    def keep_certificate(self, session: bytes, certificate: bytes, key: bytes) -> None:
        self._database.execute(
            "update ceremony set certificate = ?, key = ? where session = ?",
            (certificate, key, session),
        )

    def complete(self, session: bytes) -> None:
        self._database.execute(
            "update ceremony set state = 'complete' where session = ? and state = 'live'",
            (session,),
        )

    def erase(self, session: bytes, state: Literal["dead", "forgotten"], reason: str) -> None:
        """Ends this custodian's power over the key; terms and certificate remain."""
        self._database.execute(
            "update ceremony set state = ?, reason = ?, static_secret = null, share = null,"
            " bundle = null where session = ?",
            (state, reason, session),
        )

    def _one(self, where: str, *values: object) -> Ceremony | None:
        return next(iter(self._all(where, *values)), None)

    def _all(self, where: str, *values: object) -> list[Ceremony]:
        query = f"select {_COLUMNS} from ceremony {where}"  # noqa: S608 our own words only
        return [Ceremony(*row) for row in self._database.execute(query, values)]
