"""Handing in a sealed bid: commit, upload, finalise, promise; then the receipt.

Each step is written down before the next, and each may be repeated. A bid counts from the promise
on and is called received; before it has the receipt nothing is called complete.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sunseal_parties.bidder import receipts, rehearse, routes, upload
from sunseal_parties.bidder.attempts import Attempt, Attempts
from sunseal_parties.bidder.client import Client, Patience
from sunseal_parties.bidder.errors import OutOfOrder, PlatformRefused
from sunseal_parties.bidder.progress import Progress, none
from sunseal_parties.bidder.routes import SubmissionView
from sunseal_parties.bidder.trust import Trusted

COMMITTED = "committed"
FINALISED = "finalised"
VOID = "void"
REFUSED = "refused"
UPLOADS_PER_CALL = 3
FIRST_POLL_SECONDS = 0.1
POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Desk:
    """Where statements of one envelope are handed in."""

    client: Client
    attempts: Attempts
    trusted: Trusted

    def submit(self, attempt: Attempt, progress: Progress = none) -> Attempt:
        """Takes the attempt to `received`, from wherever it stands. Raises BidderError."""
        if attempt.stage == "sealed" and attempt.said.action != "withdraw":
            raise OutOfOrder("This bid has not been rehearsed: run `sunseal-bid rehearse`.")
        # 1. The file is still the one in the statement.
        if attempt.said.size:
            rehearse.check_unchanged(self.attempts.sealed_file(attempt.number), attempt.said)
        # 2. Commit: the platform has the statement, and from here on there is only this one.
        attempt, view = self._commit(attempt)
        if view.promise is None and attempt.said.size:
            # 3. Upload, from where it stopped.
            attempt = self._upload(attempt, view, progress)
        # 4. Finalise: the moment that counts is its arrival with all bytes stored.
        note = view.promise or routes.finalise(self.client, attempt.submission)
        receipts.check_promise(note, attempt.signed, self.trusted.roster)
        return self.attempts.move(attempt, "received", promise=note)

    def refresh(self, attempt: Attempt) -> Attempt:
        """What has become of a received statement: still so, complete, or refused."""
        if attempt.stage != "received":
            return attempt
        view = routes.submission(self.client, attempt.submission)
        if view.refusal:
            roster = self.trusted.roster
            reason = receipts.check_refusal(view.refusal, attempt.signed, roster)
            return self.attempts.move(attempt, "refused", reason=reason)
        # While the platform still reads the file, it could yet refuse it, receipt or no receipt.
        if not view.receipt or view.state == FINALISED:
            return attempt
        receipts.check_receipt(view.receipt, attempt.signed, attempt.promise, self.trusted)
        return self.attempts.move(attempt, "complete", receipt=view.receipt)

    def wait(self, attempt: Attempt, seconds: float, tell: Callable[[str], None]) -> Attempt:
        """Asks until the receipt is complete or the bid refused, for about `seconds`."""
        attempt = self.refresh(attempt)
        for pause in Patience(seconds, FIRST_POLL_SECONDS, POLL_SECONDS).pauses():
            if attempt.stage != "received":
                break
            tell("Received. Waiting for the receipt, which proves it.")
            time.sleep(pause)
            attempt = self.refresh(attempt)
        return attempt

    def abandon(self, attempt: Attempt) -> None:
        """Gives up what was not received. Raises OutOfOrder when the platform has it after all."""
        if attempt.stage == "committed":
            state = routes.submission(self.client, attempt.submission).state
            if state not in (COMMITTED, VOID, REFUSED):
                raise OutOfOrder(
                    "The platform already has this bid: run `sunseal-bid submit` to fetch its "
                    "promise, then `sunseal-bid replace`."
                )
        self.attempts.move(attempt, "abandoned", reason="given up before it was received")
        self.attempts.sealed_file(attempt.number).unlink(missing_ok=True)

    def _commit(self, attempt: Attempt) -> tuple[Attempt, SubmissionView]:
        said = attempt.said
        if attempt.stage == "committed":
            return attempt, self._still_committed(attempt)
        view = routes.commit(self.client, self.trusted.tender, said.envelope, attempt.signed)
        place = upload.place(view.upload) if view.upload else ""
        facts = {"submission": str(view.id), "upload": place}
        return self.attempts.move(attempt, "committed", **facts), view

    def _still_committed(self, attempt: Attempt) -> SubmissionView:
        view = routes.submission(self.client, attempt.submission)
        if view.refusal:
            roster = self.trusted.roster
            reason = receipts.check_refusal(view.refusal, attempt.signed, roster)
            self.attempts.move(attempt, "refused", reason=reason)
            raise OutOfOrder(f"The platform has refused this bid ({reason}): seal it again.")
        if view.state == VOID:
            self.attempts.move(attempt, "abandoned", reason="void")
            raise OutOfOrder("The platform has given this statement up: seal the bid again.")
        return view

    def _upload(self, attempt: Attempt, view: SubmissionView, progress: Progress) -> Attempt:
        if view.state != COMMITTED:
            return attempt
        file, size = self.attempts.sealed_file(attempt.number), attempt.said.size
        for _ in range(UPLOADS_PER_CALL):
            if not attempt.upload:
                place = upload.create(self.client, attempt.submission, size)
                attempt = self.attempts.move(attempt, "committed", upload=place)
            try:
                upload.send(self.client, attempt.upload, file, size, progress)
            except upload.UploadGone:
                attempt = self.attempts.move(attempt, "committed", upload="")
            else:
                return attempt
        raise PlatformRefused(410, "upload-expired", "each upload ended before the file was there.")
