"""The whole installation as processes of this machine: web servers, a worker, four parties.

Each is a real program with its own log file and can be stopped, killed and started again by name,
which is what the demo, the fault tests and the benchmarks do.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from sunseal.demo import accounts, ports
from sunseal.demo.accounts import Account
from sunseal.demo.cast import DEMO, Cast
from sunseal.demo.children import Child, program
from sunseal.demo.installation import Installation
from sunseal.demo.parties import Party
from sunseal.embedded import Embedded, folders
from sunseal.settings import Side

WEBS = 2
READY_WITHIN = 120.0
ANSWER_WITHIN = 10.0
PAUSE = 0.1


class TooSlow(Exception):
    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(f"{what}: not within {seconds:.0f} seconds.")


class Stack:
    """In `root`, or where this checkout's servers are; what was there before is there again."""

    def __init__(
        self,
        root: Path | None = None,
        *,
        tick_seconds: float = 1.0,
        durable: bool = True,
        first_port: int | None = None,
        cast: Cast = DEMO,
        webs: int = WEBS,
        host: str = ports.LOOPBACK,
    ) -> None:
        self.servers = Embedded(root, durable=durable)
        self.tick_seconds = tick_seconds
        self.installation = Installation(
            self.servers.root / "installation", self.servers, tick_seconds, cast
        )
        self.logs = self.installation.folder / "logs"
        self.accounts: dict[str, Account] = {}
        self.urls: list[str] = []
        self._first_port = first_port
        self._cast = cast
        self._webs = webs
        self._host = host
        self._children: dict[str, Child] = {}

    def start(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Returns when the log ticks under enough cosignatures. `tell` hears each step."""
        self.start_serving(tell)
        self.start_others(tell)

    def start_serving(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """The servers, and the web servers on them; returns when these answer."""
        with self._undone_if_broken_off():
            tell("PostgreSQL and Valkey")
            self.servers.start()
            tell("schema, keys, roster, accounts")
            self.accounts = self.installation.prepare()
            self.logs.mkdir(exist_ok=True)
            tell("web servers")
            listening = ports.free(self._webs, self._first_port)
            self.urls = [f"http://{ports.LOOPBACK}:{port}" for port in listening]
            for number, port in enumerate(listening, 1):
                where = ("--host", self._host, "--port", str(port))
                # A practice may stand behind a public name, which its operator says.
                url = os.environ.get("SUNSEAL_URL", f"http://localhost:{port}")
                self._add(f"web-{number}", Side.WEB, "web", *where, SUNSEAL_URL=url)
            self._wait_for_web(self.urls)

    def start_others(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Worker, custodians and witness; returns when the log has grown."""
        with self._undone_if_broken_off():
            tell("worker, custodians, witness")
            before = self._log_size()
            self._add("worker", Side.WORKER, "worker", "--beat")
            for number, party in enumerate(self._cast.parties):
                self._add_party(party, self.urls[number % self._webs])
            self.wait_until(
                lambda: self._log_size() > before, "the log's next cosigned tick", READY_WITHIN
            )

    def stop(self) -> None:
        """Ends the parties and the platform before the servers that they use."""
        for child in self._children.values():
            child.ask_to_stop()
        for child in self._children.values():
            child.stop()
        self._children.clear()
        self.servers.stop()

    def restart(self, name: str) -> None:
        """Starts a child that was stopped or killed; a web server serves when this returns."""
        self._children[name].start()
        if name.startswith("web-"):
            self._wait_for_web([self._url_of(name)])

    def stop_child(self, name: str) -> None:
        self._children[name].stop()

    def kill(self, name: str) -> None:
        """As a power cut would."""
        self._children[name].kill()

    @property
    def names(self) -> list[str]:
        return list(self._children)

    def check(self) -> None:
        """Raises ChildDied when one has ended that nobody stopped."""
        for child in self._children.values():
            child.check()

    def wait_until(self, met: Callable[[], bool], what: str, seconds: float) -> None:
        """Raises TooSlow, and ChildDied as soon as one has."""
        end = time.monotonic() + seconds
        while not met():
            self.check()
            if time.monotonic() > end:
                raise TooSlow(what, seconds)
            time.sleep(PAUSE)

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @contextmanager
    def _undone_if_broken_off(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def _add(self, name: str, side: Side, *arguments: str, **more: str) -> None:
        environment = self.installation.environment(side) | more
        self._begin(name, (*program("sunseal"), *arguments), environment)

    def _add_party(self, party: Party, url: str) -> None:
        if not self.installation.token_file(party).exists():
            token = accounts.issue_token(url, self.accounts[party.key])
            self.installation.keep_token(party, token)
        folder = party.folder(self.installation.folder)
        roster = self.installation.roster
        arguments = party.run_arguments(folder, roster, url, self.tick_seconds)
        self._begin(party.key, (*program("sunseal-custodian"), *arguments), {})

    def _begin(self, name: str, command: tuple[str, ...], environment: dict[str, str]) -> None:
        child = Child(name, command, environment, self.log_of(name))
        self._children[name] = child
        child.start()

    def _url_of(self, name: str) -> str:
        return self.urls[int(name.removeprefix("web-")) - 1]

    def _wait_for_web(self, urls: list[str]) -> None:
        for url in urls:
            self.wait_until(lambda url=url: _answers(f"{url}/health"), url, READY_WITHIN)  # type: ignore[misc]

    def _log_size(self) -> int:
        """Ticks under the newest checkpoint with enough cosignatures; 0 when there is none."""
        answer = httpx.get(f"{self.urls[0]}/api/v1/log/checkpoint", timeout=ANSWER_WITHIN)
        return int(answer.text.splitlines()[1]) if answer.is_success else 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def state_of_demo(checkout: Path) -> Path:
    """Beside the state of `make serve`, which a demo must not touch."""
    state = folders.state_of(checkout)
    return state.with_name(f"{state.name}-demo")


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=ANSWER_WITHIN).is_success
    except httpx.TransportError:
        return False
