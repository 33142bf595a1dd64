"""What happens by itself, and how often. The database knows what is due; beat only asks.

So beat may drift, stop, or run twice: a deadline is a column. Ticks are the worker's own (`heart`).
"""

from typing import Any

from celery.schedules import crontab

from sunseal.screening.service.imports import CHECK_ALL
from sunseal_tasks.audit import REFUSALS, REVEAL
from sunseal_tasks.clarifications import RELEASE
from sunseal_tasks.conduct import COLLECT
from sunseal_tasks.custody import WATCH as CALL
from sunseal_tasks.outbox import SWEEP, TIDY
from sunseal_tasks.screening import REFRESH
from sunseal_tasks.supervision import SWEEP as WATCH
from sunseal_tasks.webhooks import TELL

SWEEP_SECONDS = 1.0
TIDY_SECONDS = 10.0
# How often we look whether a list is due; when it is, its row says.
REFRESH_SECONDS = 30.0
WATCH_SECONDS = 30.0
# How late a batch of questions may be.
RELEASE_SECONDS = 30.0
TELL_SECONDS = 5.0
# It looks at every firm's newest screening, so not each moment.
COLLECT_SECONDS = 300.0


def beat_schedule(tick_seconds: float) -> dict[str, dict[str, Any]]:
    """Entries for Celery; a message that waited for its next one is dropped."""
    return {
        "sweep": _every(SWEEP, min(SWEEP_SECONDS, tick_seconds)),
        "tidy": _every(TIDY, TIDY_SECONDS),
        "reveal": _every(REVEAL, TIDY_SECONDS),
        "refusals": _every(REFUSALS, TIDY_SECONDS),
        "lists": _every(REFRESH, REFRESH_SECONDS),
        "watch": _every(WATCH, WATCH_SECONDS),
        "calls": _every(CALL, WATCH_SECONDS),
        "questions": _every(RELEASE, RELEASE_SECONDS),
        "webhooks": _every(TELL, TELL_SECONDS),
        "conduct": _every(COLLECT, COLLECT_SECONDS),
        # Three in the morning where the tenders are.
        "screening": {"task": CHECK_ALL, "schedule": crontab(hour="19", minute="0")},
    }


def _every(task: str, seconds: float) -> dict[str, Any]:
    expires = max(seconds, SWEEP_SECONDS) * 5
    return {"task": task, "schedule": seconds, "options": {"expires": expires}}
