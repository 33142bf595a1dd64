"""Following a new log after the last one lost ticks: only if it owns up to all of them.

An operator may have lost ticks by a fire, or to be rid of what stood in them. A cosigner cannot
tell which; so it sees to it that the loss is named as far as its own journal reaches, and that the
new log's first leaf says so to everybody, for ever. The keys of tenders under the old roster are no
part of this: what was sealed under them is not opened any more.
"""

from sunseal_crypto import canonical, handover, merkle
from sunseal_crypto.handover import Handover, HandoverFile
from sunseal_crypto.tick import TickLeaf
from sunseal_parties.custodian.journal import Journal
from sunseal_parties.custodian.keys import Seat
from sunseal_parties.custodian.refusals import HandoverRefused


def check(journal: Journal, seat: Seat, previous_roster: bytes, data: bytes) -> Handover:
    """The hand-over to the log of `seat`, if it may be followed. Raises CryptoError."""
    # H1. It leads to the log of our own new roster file, and stands in that log's first leaf.
    file = _parse(data)
    said = handover.verify_entry_of(file, seat.log.name)

    # H2. The other log ended as it says: its own key signed that checkpoint of these leaves.
    ended = handover.verify_previous(said, previous_roster)

    # H3. It is the log that we followed, and nothing of what we cosigned is hidden.
    book = journal.log
    followed = book.origin()
    if followed is None:
        return said
    if followed != said.previous:
        raise HandoverRefused(f"this journal followed {followed}, not {said.previous}")
    if book.size > ended.size:
        hidden = [TickLeaf.parse(leaf).number for leaf in _own_leaves(journal, ended.size)]
        raise HandoverRefused(
            f"it hides {len(hidden)} ticks that were cosigned here: {handover.ranges(hidden)}"
        )
    if book.size < said.start:
        raise HandoverRefused(
            f"it shows the log from leaf {said.start} on, and {book.size} were followed here: "
            "ask for one made with this cosigner's state"
        )
    if book.root_at(book.size) != _root_at(said, book.size):
        raise HandoverRefused("it shows other ticks than were cosigned here: a fork")
    return said


def adopt(journal: Journal, said: Handover, data: bytes) -> None:
    """Follows the new log from now on; the old book is kept, and never continued."""
    with journal.transaction():
        journal.log.adopt(said.origin, _parse(data).entry.leaf, data)
        journal.drop_cosignatures()


def _parse(data: bytes) -> HandoverFile:
    return canonical.decode(HandoverFile, data, limit=2 * handover.MAX_BYTES)


def _own_leaves(journal: Journal, start: int) -> list[bytes]:
    before, leaves = journal.log.from_leaf(start)
    return leaves[start - before.size :]


def _root_at(said: Handover, size: int) -> bytes:
    frontier = merkle.Frontier.decode(said.frontier)
    frontier.extend(merkle.leaf_hash(leaf) for leaf in said.leaves[: size - said.start])
    return frontier.root()
