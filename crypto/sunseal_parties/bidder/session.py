"""What every command needs: the home, the platform, and a way to speak to the user."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sunseal_parties.bidder import clock, trust
from sunseal_parties.bidder.attempts import Attempts
from sunseal_parties.bidder.client import Client, Patience
from sunseal_parties.bidder.home import EnvelopeHome, Home
from sunseal_parties.bidder.output import Output
from sunseal_parties.bidder.prepare import Workshop
from sunseal_parties.bidder.submit import Desk

# Less than this is nobody's fault, and does not matter to anybody.
CLOCK_SKEW_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program. `urls` are what was typed now, if anything was."""

    home: Home
    urls: list[str]
    output: Output
    patience: Patience

    @contextmanager
    def client(self, *, signed_in: bool = True, token: str | None = None) -> Iterator[Client]:
        """A connection; addresses typed now are kept for the next command."""
        urls = self.urls or self.home.urls()
        if signed_in:
            token = token or self.home.token()
        client = Client(urls, token, patience=self.patience, tell=self.output.say)
        if self.urls:
            self.home.keep_urls(self.urls)
        try:
            yield client
        finally:
            client.close()
            self._compare_clocks(client)

    def workshop(self, envelope: EnvelopeHome) -> Workshop:
        """Raises OutOfOrder when a step before is missing."""
        return Workshop(
            envelope,
            trust.pinned(envelope),
            self.home.membership().organization,
            self.home.organization_key(),
        )

    @contextmanager
    def desk(self, envelope: EnvelopeHome) -> Iterator[Desk]:
        with self.client() as client:
            yield Desk(client, Attempts(envelope.folder), trust.pinned(envelope))

    def envelope(self, tender: UUID, name: str) -> EnvelopeHome:
        return self.home.envelope(tender, name)

    def _compare_clocks(self, client: Client) -> None:
        if client.answered_at is None:
            return
        skew = abs((clock.now() - client.answered_at).total_seconds())
        if skew > CLOCK_SKEW_SECONDS:
            self.output.say(
                f"This machine's clock differs from the platform's by {skew:.0f} seconds. The "
                "platform's clock decides what is in time: set yours right."
            )
