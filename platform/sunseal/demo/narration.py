"""What the audience sees: chapters, sentences, marks, and a bar while something takes its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

TICK = 0.2


class Narrator:
    """Bars on a terminal; elsewhere the same story in plain lines."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def chapter(self, title: str) -> None:
        self.console.print(
            f"\n[bold]{escape(title)}[/]  [dim]{self.seconds:.0f} s[/]", soft_wrap=True
        )

    def say(self, sentence: str) -> None:
        self.console.print(f"  {escape(sentence)}", soft_wrap=True)

    def good(self, sentence: str) -> None:
        self.console.print(f"  [green]✓[/] {escape(sentence)}", soft_wrap=True)

    def refused(self, sentence: str) -> None:
        """Somebody tried what he must not, and could not."""
        self.console.print(f"  [yellow]⛔[/] {escape(sentence)}", soft_wrap=True)

    def bad(self, sentence: str) -> None:
        self.console.print(f"  [bold red]✗[/] {escape(sentence)}", soft_wrap=True)

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        with self._bars() as bars:
            bars.add_task(what, total=None)
            if not self.console.is_terminal:
                self.say(f"{what} …")
            yield

    def countdown(self, what: str, seconds: float) -> None:
        """Waits, and shows how long still."""
        with self._bars() as bars:
            task = bars.add_task(what, total=seconds)
            if not self.console.is_terminal:
                self.say(f"{what}: {seconds:.0f} s …")
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                time.sleep(min(TICK, left))
                bars.update(task, completed=seconds - max(0.0, end - time.monotonic()))

    def _bars(self) -> Progress:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
        return Progress(
            *columns,
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
