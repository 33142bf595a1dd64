"""What a worker process works with, made once and shared by its threads."""

import threading
from dataclasses import dataclass
from functools import cached_property

from sunseal.audit.service import log_refusal
from sunseal.database import Database
from sunseal.keys import Keys
from sunseal.opening.rules import Periods
from sunseal.opening.service import Tools
from sunseal.settings import Settings, Side
from sunseal.storage import Storage
from sunseal_crypto.age import X25519Recipient
from sunseal_crypto.roster import Roster
from sunseal_crypto.roster import parse as parse_roster


@dataclass(frozen=True)
class Workshop:
    settings: Settings
    work: Database
    storage: Storage
    keys: Keys

    @classmethod
    def of(cls, settings: Settings) -> "Workshop":
        return cls(
            settings=settings,
            work=Database(settings.work_url, pool_size=settings.pool_size, log_refusal=log_refusal),
            storage=Storage(settings.storage_url),
            keys=Keys(settings.keys, settings.origin),
        )

    @cached_property
    def roster(self) -> Roster:
        return parse_roster(self.settings.roster_bytes())

    @property
    def tools(self) -> Tools:
        periods = Periods.of(self.settings)
        return Tools(self.work, self.storage, self.keys, periods, self.supervisors)

    @cached_property
    def supervisors(self) -> list[X25519Recipient]:
        """Who can read the annexes."""
        named = self.settings.supervisors.split()
        return [X25519Recipient.from_string(name) for name in named]


_making = threading.Lock()
_made: list[Workshop] = []


def workshop() -> Workshop:
    """This process's workshop; made when the first task asks, because beat needs none."""
    with _making:
        if not _made:
            _made.append(Workshop.of(Settings.from_environment(side=Side.WORKER)))
        return _made[0]
