"""What the user sees: bars on a terminal, plain lines elsewhere, JSON for machines."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from sunseal_parties.bidder.errors import BidderError
from sunseal_parties.bidder.progress import Progress

QUARTER = 4


class Output:
    """In JSON mode standard output carries one object, and sentences go to standard error."""

    def __init__(self, *, json: bool) -> None:
        self._json = json
        self._said = ""

    def say(self, sentence: str) -> None:
        """The same sentence twice in a row is said once."""
        if sentence != self._said:
            print(sentence, file=sys.stderr if self._json else sys.stdout, flush=True)
        self._said = sentence

    def result(self, sentence: str, **facts: object) -> None:
        """How the command ended well."""
        if self._json:
            print(msgspec.json.encode(facts).decode(), flush=True)
        else:
            self.say(sentence)

    def failed(self, error: BidderError) -> None:
        if self._json:
            facts = {"error": type(error).__name__, "sentence": str(error)}
            facts |= {"safe": error.safe, "next": error.next}
            print(msgspec.json.encode(facts).decode(), flush=True)
        else:
            said = f"{error}\nYour bid: {error.safe}\nNext: {error.next}"
            print(said, file=sys.stderr, flush=True)

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        """A bar where somebody watches, a line for each quarter where a file does."""
        if not self._json and sys.stdout.isatty():
            with _bars() as bars:
                task = bars.add_task(title, total=None)
                yield lambda done, total: bars.update(task, completed=done, total=total)
        else:
            yield self._quarters(title)

    def _quarters(self, title: str) -> Progress:
        told = -1

        def tell(done: int, total: int) -> None:
            nonlocal told
            quarter = QUARTER * done // total if total else QUARTER
            if quarter > told:
                told = quarter
                self.say(f"{title}: {quarter * 100 // QUARTER} %")

        return tell


def _bars() -> Bars:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    return Bars(*columns, TimeRemainingColumn(), console=Console())
