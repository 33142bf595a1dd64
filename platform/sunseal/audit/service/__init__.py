"""What can be done with the log, in the caller's unit of work."""

from sunseal.audit.service.bundle import bundle, list_digest
from sunseal.audit.service.cosign import cosign
from sunseal.audit.service.desk import Query, activity, entries, people
from sunseal.audit.service.prove import (
    checkpoint_note,
    latest_checkpoint,
    leaves,
    logged_entry,
    receipt,
    tile,
)
from sunseal.audit.service.record import (
    Entry,
    log_firms_refusal,
    log_refusal,
    record,
    record_sealed,
)
from sunseal.audit.service.reveal import reveal_seeds
from sunseal.audit.service.tick import current_tick, tick

__all__ = [
    "Entry",
    "Query",
    "activity",
    "bundle",
    "checkpoint_note",
    "cosign",
    "current_tick",
    "entries",
    "latest_checkpoint",
    "leaves",
    "list_digest",
    "log_firms_refusal",
    "log_refusal",
    "logged_entry",
    "people",
    "receipt",
    "record",
    "record_sealed",
    "reveal_seeds",
    "tick",
    "tile",
]
