"""How far each statement has come, written down before and after every step that leaves here.

One folder per statement, numbered: the sealed file and `attempt.json`. The statement in it is made
once; whatever is killed and repeated afterwards, it is this one that goes out.
"""

import shutil
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from sunseal_crypto import canonical, statement
from sunseal_crypto.bid import Practitioner
from sunseal_crypto.statement import BidStatement, SignedStatement
from sunseal_parties.bidder.errors import OutOfOrder
from sunseal_parties.bidder.home import make_folder, write

MAX_ATTEMPT_BYTES = 8 << 20

# sealed: on this machine only. rehearsed: and it opens. committed: the platform has the statement.
# received: the promise is here, the bid counts. complete: the log proves it. refused, abandoned:
# it is no part of the chain.
Stage = Literal["sealed", "rehearsed", "committed", "received", "complete", "refused", "abandoned"]
UNFINISHED = ("sealed", "rehearsed", "committed")
JOINED = ("received", "complete")


class Original(Struct, frozen=True, forbid_unknown_fields=True):
    """A document as it was when it was sealed. `path` is where it was read from."""

    name: str
    path: str
    size: int
    sha256: bytes


class Attempt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`submission` and `upload` are the platform's names; `reason` says why it was refused."""

    number: int
    signed: SignedStatement
    stage: Stage
    price: str = ""
    currency: str = ""
    practitioners: list[Practitioner] = []
    validity_days: int | None = None
    originals: list[Original] = []
    submission: str = ""
    upload: str = ""
    promise: str = ""
    receipt: str = ""
    reason: str = ""

    @property
    def said(self) -> BidStatement:
        return statement.parse(self.signed.statement)


class Attempts:
    """The attempts for one envelope, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "attempts"

    def all(self) -> list[Attempt]:
        files = sorted(self._folder.glob("*/attempt.json"))
        return [canonical.decode(Attempt, f.read_bytes(), limit=MAX_ATTEMPT_BYTES) for f in files]

    def save(self, attempt: Attempt) -> Attempt:
        write(self._of(attempt.number) / "attempt.json", canonical.encode(attempt))
        return attempt

    def move(self, attempt: Attempt, stage: Stage, **facts: str) -> Attempt:
        """The attempt in its next stage, durable before anything rests on it."""
        return self.save(structs.replace(attempt, stage=stage, **facts))

    def sealed_file(self, number: int) -> Path:
        return self._of(number) / "sealed.age"

    def begin(self) -> int:
        """The number of the next attempt; what a killed one left in its folder is removed."""
        number = max((attempt.number for attempt in self.all()), default=0) + 1
        shutil.rmtree(self._of(number), ignore_errors=True)
        make_folder(self._of(number))
        return number

    def unfinished(self) -> Attempt | None:
        """The one that was sealed and has not been received."""
        return next((a for a in reversed(self.all()) if a.stage in UNFINISHED), None)

    def head(self) -> Attempt | None:
        """The last that joined the chain."""
        return next((a for a in reversed(self.all()) if a.stage in JOINED), None)

    def required_head(self) -> Attempt:
        """Raises OutOfOrder when nothing has been handed in."""
        head = self.head()
        if head is None:
            raise OutOfOrder("Nothing has been sealed for this envelope: run `sunseal-bid seal`.")
        return head

    def _of(self, number: int) -> Path:
        return self._folder / f"{number:04}"
