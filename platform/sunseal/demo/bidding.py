"""What the six firms do between publication and deadline, each in its own thread and folder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sunseal.demo import clock, tampering
from sunseal.demo.firms import PROFILES, BidderFailed, Firm
from sunseal.demo.line import BreakingLine
from sunseal.demo.narration import Narrator
from sunseal.demo.stack import Stack
from sunseal.demo.tendering import Missed, Tender

# Firms at work at the same time; each keeps about one processor busy.
AT_ONCE = 3


class NotAsTold(Exception):
    """Something went otherwise than the story says; the sentence tells what."""


class Firms:
    """All firms. Whoever ends early, by Ctrl-C or a fault, ends their programs as well."""

    def __init__(self, folder: Path, stack: Stack, narrator: Narrator) -> None:
        self.all = [
            Firm(profile, number, folder / profile.key)
            for number, profile in enumerate(PROFILES, 1)
        ]
        self._stack = stack
        self._narrator = narrator

    def __getitem__(self, key: str) -> Firm:
        return next(firm for firm in self.all if firm.profile.key == key)

    def register(self, size: int) -> None:
        roster, urls = self._stack.installation.roster, self._stack.urls

        def one(firm: Firm) -> None:
            firm.prepare(size, urls[firm.number % len(urls)], roster)
            megabytes = sum(path.stat().st_size for path in firm.documents) / 1e6
            self._narrator.say(f"{firm.name} — {len(firm.documents)} files, {megabytes:.1f} MB")

        self._each(one)

    def bid(self, tender: Tender) -> None:
        """Raises Missed when the deadline came first, else what went wrong."""

        def one(firm: Firm) -> None:
            firm.join(tender.id)
            sealed = firm.seal(tender.id)
            told = CONDUCTS[firm.profile.key](self, firm, tender, int(sealed["size"]))
            self._narrator.good(f"{firm.name}: {told}")

        try:
            self._each(one)
        except BidderFailed as error:
            if clock.now() >= tender.deadline:
                raise Missed(str(error)) from error
            raise

    def offer_anew(self) -> None:
        for firm in self.all:
            firm.offer_anew()

    def secrets(self) -> list[str]:
        """What stands in their sealed files and must be nowhere else."""
        offers = [firm.profile for firm in self.all]
        prices = [price for each in offers for price in (each.price, each.lower) if price]
        return [*prices, *(f"我方愿以人民币 {each.price}" for each in offers)]

    def stop(self) -> None:
        for firm in self.all:
            firm.stop()

    def _each(self, act: Callable[[Firm], None]) -> None:
        # The large bid first: the others fit beside it.
        order = sorted(self.all, key=lambda firm: not firm.profile.large)
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            for done in [pool.submit(act, firm) for firm in order]:
                done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            self.stop()
            raise
        pool.shutdown()

    def _straight(self, firm: Firm, tender: Tender, _: int) -> str:
        return _stage(firm.submit(tender.id))

    def _resumed(self, firm: Firm, tender: Tender, size: int) -> str:
        first, other = self._stack.urls
        with BreakingLine(first, size // 2) as line:
            facts = firm.submit(tender.id, urls=[line.url, other])
            if not line.broken:
                raise NotAsTold(f"{firm.name} was never cut off")
        return f"{size / 1e6:.0f} MB, cut off after {line.carried / 1e6:.0f} MB on web-1, " + (
            f"went on at web-2; {_stage(facts)}"
        )

    def _replaced(self, firm: Firm, tender: Tender, _: int) -> str:
        firm.submit(tender.id)
        return f"submitted, then replaced; {_stage(firm.replace(tender.id))}"

    def _withdrawn(self, firm: Firm, tender: Tender, _: int) -> str:
        firm.submit(tender.id)
        return f"submitted, then withdrew; {_stage(firm.withdraw(tender.id))}"

    def _tampered(self, firm: Firm, tender: Tender, _: int) -> str:
        tampering.promise_another_price(firm, tender.id)
        return f"sealed one price and promised another; {_stage(firm.submit(tender.id))}"


def _stage(facts: dict[str, object]) -> str:
    return "receipt complete" if facts["stage"] == "complete" else str(facts["stage"])


CONDUCTS: dict[str, Callable[[Firms, Firm, Tender, int], str]] = {
    "straight": Firms._straight,
    "resumed": Firms._resumed,
    "replaced": Firms._replaced,
    "withdrawn": Firms._withdrawn,
    "tampered": Firms._tampered,
    "barred": Firms._straight,
}
