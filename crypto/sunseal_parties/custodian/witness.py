"""Following the log: every leaf, every root, and a cosignature for what is consistent.

A cosignature says "I have seen no other history". It leaves only after the leaves behind it are
journalled, and after a fork has been proved no cosignature ever leaves again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sunseal_crypto import checkpoint, handover, merkle
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.tick import TickLeaf
from sunseal_parties.custodian.journal import Journal, Message
from sunseal_parties.custodian.keys import Seat

# A tick from further ahead than this was not made by a right clock, or ours is wrong.
MAX_AHEAD = timedelta(seconds=60)


class ForkProved(Unverified):
    """The log's own key signed what cannot both be true, or a leaf that cannot be one."""


class Witness:
    """Follows one log. Leaves wait in memory until a signed root covers them."""

    def __init__(self, journal: Journal, seat: Seat) -> None:
        self._journal = journal
        self._seat = seat
        self._size = journal.log.size
        self._waiting: list[bytes] = []

    @property
    def have(self) -> int:
        """How many leaves need not be sent again."""
        return self._size + len(self._waiting)

    def follow(self, note: bytes, entries: Sequence[bytes], now: datetime) -> Message | None:
        """The cosignature to send, if any. Raises CryptoError with the reason for none."""
        try:
            return self._follow(note, entries, now)
        except ForkProved as proof:
            self._journal.log.record_fork(str(proof), note)
            raise
        except CryptoError:
            # Leaves are not signed one by one: whoever spoilt them may send the right ones next.
            self._waiting = []
            raise

    def _follow(self, note: bytes, entries: Sequence[bytes], now: datetime) -> Message | None:
        # W1. Nothing follows a fork: a cosignature would hide that there was one.
        if (fork := self._journal.log.fork()) is not None:
            raise Unverified(f"forked: {fork}")
        # W2. The checkpoint is signed by the log of our own roster file, which is the log that this
        # journal is about.
        self._check_origin()
        shown = checkpoint.open_checkpoint(note, self._seat.log)
        # W3. What it says about the past is what we saw.
        if shown.size <= self._size:
            self._check_past(shown)
            return self._journal.said("cosignature", str(shown.size))
        # W4. Every leaf is here; not one is taken on trust.
        self._take(entries, shown.size)
        if self.have < shown.size:
            return None
        # W5. The leaves, and nothing else, give the signed root; a log that follows another one
        # begins with the words that we agreed to.
        self._check_root(shown)
        self._check_first()
        # W6. Tick numbers rise, and no tick comes from the future.
        ticks = self._check_ticks(now)
        # W7. Journal first; only then may the cosignature leave.
        return self._cosign(note, shown, ticks, now)

    def _check_origin(self) -> None:
        origin = self._seat.log.name
        followed = self._journal.log.origin()
        if followed not in (None, origin):
            raise Unverified(f"this journal followed {followed}; `adopt` the hand-over to {origin}")
        if handover.follows_another(origin) and self._journal.log.first_of(origin) is None:
            raise Unverified(f"{origin} follows another log; `adopt` the hand-over first")

    def _check_first(self) -> None:
        agreed = self._journal.log.first_of(self._seat.log.name)
        if self._size == 0 and agreed is not None and self._waiting[:1] != [agreed]:
            raise Unverified("the log does not begin with the hand-over that was adopted")

    def _check_past(self, shown: Checkpoint) -> None:
        try:
            self._journal.log.check_prefix(shown)
        except Unverified as error:
            raise ForkProved(str(error)) from None

    def _take(self, entries: Sequence[bytes], size: int) -> None:
        if self.have + len(entries) > size:
            raise Unverified(f"{len(entries)} leaves after {self.have} for a log of {size}")
        self._waiting += entries

    def _check_root(self, shown: Checkpoint) -> None:
        frontier = self._journal.log.frontier()
        frontier.extend(merkle.leaf_hash(entry) for entry in self._waiting)
        if frontier.root() != shown.root:
            raise Unverified(f"the leaves sent do not give the signed root of {shown.size}")

    def _check_ticks(self, now: datetime) -> list[TickLeaf]:
        """The waiting leaves, which are under a signed root: what is wrong here stays wrong."""
        ticks: list[TickLeaf] = []
        last = self._journal.log.last_tick()
        for entry in self._waiting:
            try:
                tick = TickLeaf.parse(entry)
            except CryptoError as error:
                raise ForkProved(f"the log signed a leaf that is no tick: {error}") from None
            if tick.number <= last:
                raise ForkProved(f"the log signed tick {tick.number} after tick {last}")
            last = tick.number
            ticks.append(tick)
        for tick in ticks:
            if tick.time > now + MAX_AHEAD:
                raise Unverified(f"tick {tick.number} is of {tick.time}, ahead of our clock")
        return ticks

    def _cosign(
        self, note: bytes, shown: Checkpoint, ticks: Sequence[TickLeaf], now: datetime
    ) -> Message:
        line = checkpoint.cosign(shown.encode(), self._seat.cosigner, now)
        with self._journal.transaction():
            self._journal.log.append(self._waiting, ticks, note, now - ticks[-1].time)
            self._journal.drop_cosignatures()
            message = self._journal.say("cosignature", str(shown.size), line)
        self._size, self._waiting = shown.size, []
        return message
