"""Times as people type them into a form: a minute of Beijing's clock."""

import re
from datetime import datetime

from sunseal.web.words import ZONE

TYPED = "%Y-%m-%dT%H:%M"
MINUTE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?")


def in_beijing(text: str) -> datetime | None:
    """As browsers send it and as people write it, 2026-12-20 09:30; None for anything else."""
    found = MINUTE.fullmatch(text)
    try:
        return (
            datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=ZONE) if found else None
        )
    except ValueError:
        return None


def typed(moment: datetime) -> str:
    """The value of a field of type datetime-local."""
    return moment.astimezone(ZONE).strftime(TYPED)
