"""A worker that dies at the n-th call of the opening's own code, or at none for 0."""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType
from uuid import UUID

from sunseal.database import Database
from sunseal.keys import Keys
from sunseal.opening import service
from sunseal.opening.rules import Periods
from sunseal.opening.service import Tools
from sunseal.storage import Storage


def main(work: str, storage: str, keys: str, origin: str, gate: str, calls: str) -> None:
    left = int(calls)

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal left
        if event != "return" or "/sunseal/opening/" not in frame.f_code.co_filename:
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    day = timedelta(days=1)
    made = (Database(work, pool_size=4), Storage(storage), Keys(Path(keys), origin))
    tools = Tools(*made, Periods(validity=90 * day, appeal=day, unopened=day))
    if left:
        sys.setprofile(count)
    service.advance(tools, UUID(gate))


if __name__ == "__main__":
    main(*sys.argv[1:])
