"""The bundle: everything about one tender that an auditor needs, in one file, offline.

A ZIP without compression. `log/` is a log as c2sp.org/tlog-tiles has it (checkpoint and entry
bundles), `ticks.jsonl` shows ticks to be complete, `entries.jsonl` opens the log's entries,
`facts.jsonl` says what the platform's tables say, and `envelopes/` holds what was signed about each
envelope. Nothing in it is believed for being there.
"""

from sunseal_crypto.bundle.forms import About, CheckpointRow, EntryRow, Fact, Taken, TickRow
from sunseal_crypto.bundle.layout import Kind, member
from sunseal_crypto.bundle.reader import Bundle
from sunseal_crypto.bundle.writer import Writer

__all__ = [
    "About",
    "Bundle",
    "CheckpointRow",
    "EntryRow",
    "Fact",
    "Kind",
    "Taken",
    "TickRow",
    "Writer",
    "member",
]
