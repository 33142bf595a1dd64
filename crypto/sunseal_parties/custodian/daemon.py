"""The daemon: one poll per interval, the same question each time, and steps that cannot stop it.

The poll looks alike whatever happens, so that a custodian's traffic tells nobody about bids.
"""

import logging
import resource
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from sunseal_crypto.errors import CryptoError
from sunseal_parties.custodian.amending import Amendments
from sunseal_parties.custodian.answering import Releases
from sunseal_parties.custodian.ceremony import Ceremonies
from sunseal_parties.custodian.http import (
    AmendmentWork,
    CeremonyWork,
    Platform,
    PlatformError,
    RequestWork,
    Work,
)
from sunseal_parties.custodian.journal import Journal, Message
from sunseal_parties.custodian.keys import Keys, Seat
from sunseal_parties.custodian.witness import Witness

log = logging.getLogger("sunseal.custodian")

Clock = Callable[[], datetime]
Stopped = Callable[[], bool]
Post = Callable[[UUID, str, int, bytes], None]


class Custodian:
    """One party at work; a witness is one without an identity key."""

    def __init__(
        self, platform: Platform, journal: Journal, keys: Keys, seat: Seat, clock: Clock
    ) -> None:
        self._platform = platform
        self._journal = journal
        self._clock = clock
        self._index = seat.index
        self._witness = Witness(journal, seat)
        self._ceremonies: Ceremonies | None = None
        self._amendments: Amendments | None = None
        self._releases: Releases | None = None
        if keys.identity is not None and seat.index is not None:
            self._ceremonies = Ceremonies(journal, seat, keys.identity)
            self._amendments = Amendments(journal, seat, keys.identity)
            self._releases = Releases(journal, seat, keys.identity)

    def poll(self) -> None:
        """One round. Whatever the platform does wrong costs its own step only."""
        self._guarded("poll at", str(self._witness.have), self._poll)

    def _poll(self) -> None:
        work = self._platform.work(self._witness.have)
        now = self._clock()
        # The log comes first: releases rest on what it says.
        trouble = self._follow(work, now)
        for ceremony in work.ceremonies:
            self._guarded("ceremony", ceremony.id, partial(self._hold, ceremony, now))
        for amendment in work.amendments:
            self._guarded("amendment", amendment.id, partial(self._amend, amendment, trouble, now))
        for request in work.requests:
            self._guarded("request", request.id, partial(self._release, request, trouble, now))

    def _follow(self, work: Work, now: datetime) -> str | None:
        """Why the log cannot be trusted at this moment, or None."""
        try:
            message = self._witness.follow(work.checkpoint.encode(), work.entries, now)
        except CryptoError as error:
            log.warning("log: %s", error)
            return str(error)
        if message is not None and not message.delivered:
            self._guarded("cosignature", message.subject, partial(self._cosign, message))
        return None

    def _cosign(self, message: Message) -> None:
        self._platform.post_cosignature(int(message.subject), message.body.decode())
        self._journal.mark_delivered(message)

    def _hold(self, work: CeremonyWork, now: datetime) -> None:
        if self._ceremonies is not None:
            message = self._ceremonies.advance(work, now)
            self._send(message, self._platform.post_ceremony, work.id)

    def _amend(self, work: AmendmentWork, trouble: str | None, now: datetime) -> None:
        if self._amendments is not None:
            message = self._amendments.advance(work, trouble, now)
            self._send(message, self._platform.post_amendment, work.id)

    def _release(self, work: RequestWork, trouble: str | None, now: datetime) -> None:
        if self._releases is not None:
            message = self._releases.advance(work, trouble, now)
            self._send(message, self._platform.post_request, work.id)

    def _send(self, message: Message | None, post: Post, id_: UUID) -> None:
        """Posts journalled bytes until the platform has taken them once."""
        if message is None or message.delivered:
            return
        assert self._index is not None
        post(id_, message.kind, self._index, message.body)
        self._journal.mark_delivered(message)
        log.info("%s posted for %s", message.kind, id_)

    def _guarded(self, what: str, id_: UUID | str, step: Callable[[], None]) -> None:
        try:
            step()
        except (CryptoError, PlatformError) as error:
            log.warning("%s %s: %s", what, id_, error)
        except Exception as error:
            # Only the type: what an unforeseen error says about itself could hold a secret.
            log.error("%s %s: unforeseen %s", what, id_, type(error).__name__)


def run(custodian: Custodian, interval: float, stopped: Stopped) -> None:
    """Polls once per `interval` seconds, at a constant rate, until `stopped`."""
    due = time.monotonic()
    while not stopped():
        custodian.poll()
        due = max(due + interval, time.monotonic())
        while not stopped() and (left := due - time.monotonic()) > 0:
            time.sleep(min(left, 0.5))


def harden() -> None:
    """No core dump of this process: it would hold shares and keys."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
