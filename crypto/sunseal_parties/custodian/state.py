"""Saying what was seen: this cosigner's last checkpoint with the leaves that lead to it.

The file is for whoever restores the platform from a backup, and for auditors. It says nothing that
the public log did not, so it may be handed to anybody.
"""

from sunseal_crypto import canonical, checkpoint, log_state, notes
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.log_state import LogState
from sunseal_parties.custodian.journal import Journal
from sunseal_parties.custodian.keys import Seat

# A day of ticks, if they take 5 seconds.
TICKS = 17_280


class NothingSeen(CryptoError):
    """This journal has cosigned nothing yet."""


def state(journal: Journal, seat: Seat, ticks: int = TICKS) -> bytes:
    """The file, with the last `ticks` leaves or a few more. Raises NothingSeen, CryptoError."""
    book = journal.log
    size = book.size
    said = journal.said("cosignature", str(size))
    if said is None:
        raise NothingSeen("this journal has cosigned nothing yet")
    start, leaves = book.from_leaf(max(0, size - ticks))
    made = LogState(
        version="sunseal/log-state/v1",
        cosigner=seat.cosigner.name,
        checkpoint=_own_note(book.note(), said.body, seat),
        start=start.size,
        frontier=start.encode(),
        leaves=leaves,
    )
    # What was put together here must convince a stranger.
    log_state.verify(made, seat.roster)
    return canonical.encode(made)


def _own_note(note: bytes, line: bytes, seat: Seat) -> bytes:
    """The log's signature and our own: what others signed is theirs to show."""
    checkpoint.open_checkpoint(note, seat.log)
    parsed = notes.parse(note)
    signature = parsed.signature_of(seat.log)
    assert signature is not None
    log_line = notes.NoteSignature(seat.log.name, seat.log.key_id, signature).line()
    return parsed.text + b"\n" + log_line + line
