"""A bidder of a story, and the bundle that a story ends in."""

import io
from dataclasses import dataclass, field

from sunseal_crypto import (
    statement,
)
from sunseal_crypto.box import Link
from sunseal_crypto.bundle import About, CheckpointRow, EntryRow, Fact, Kind, TickRow, Writer
from sunseal_crypto.entry import LoggedEntry
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import BidStatement


@dataclass
class Bid:
    """A bidder with what it made; `chain` and `refused` as they end up in its leaf."""

    name: str
    organization: str
    key: SigningKey
    pseudonym: SigningKey
    price: str = "100"
    chain: list[Link] = field(default_factory=list)
    refused: list[Link] = field(default_factory=list)
    manifest: bytes = b""
    header: bytes = b""
    decision: LoggedEntry | None = None

    @property
    def head(self) -> BidStatement:
        return statement.parse(self.chain[-1].statement.statement)


@dataclass
class Parts:
    """A bundle in pieces, for tests to spoil; `evidence` by kind and name."""

    about: About
    roster: bytes
    checkpoint: bytes
    leaves: list[bytes]
    ticks: list[TickRow]
    entries: list[EntryRow]
    facts: list[Fact]
    evidence: dict[tuple[Kind, str], bytes]
    checkpoints: list[CheckpointRow] = field(default_factory=list)

    def file(self) -> io.BytesIO:
        made = io.BytesIO()
        with Writer(made, self.about, self.roster, self.checkpoint) as writer:
            writer.leaves(self.leaves)
            writer.checkpoints(self.checkpoints)
            writer.ticks(self.ticks)
            writer.entries(self.entries)
            writer.facts(self.facts)
            for (kind, name), body in self.evidence.items():
                writer.evidence("1", kind, name, body)
        made.seek(0)
        return made
