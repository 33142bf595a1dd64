"""A custodian's machine, and the clock that all machines share."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sunseal_parties.custodian import keys
from sunseal_parties.custodian.daemon import Custodian
from sunseal_parties.custodian.journal import Journal
from tests.custodian.standin import View


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Party:
    """A custodian with its machine; `skew` is how wrong its clock is."""

    folder: Path
    own: keys.Keys
    seat: keys.Seat
    view: View
    clock: Clock
    skew: timedelta = timedelta(0)
    journal: Journal = field(init=False)
    daemon: Custodian = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.journal = Journal(self.folder / "journal.db")
        self.daemon = Custodian(
            self.view, self.journal, self.own, self.seat, lambda: self.clock.now + self.skew
        )

    def cosignatures(self) -> int:
        return len(self.view.said("cosignature"))

    def restart(self) -> None:
        """Nothing of the process survives, only what it journalled."""
        self.journal.close()
        self.start()
