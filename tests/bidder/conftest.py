"""A bidder at its machine, and a platform on the other end of a socket."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sunseal_crypto.joining import SignedJoining
from sunseal_parties.bidder import cli
from sunseal_parties.bidder.attempts import Attempts
from sunseal_parties.bidder.home import EnvelopeHome, Home
from tests.bidder.stand_in import TOKEN, Platform, serving
from tests.bidder.world import World

# By tender: the home of a bidder who has joined, and what the platform knows of him. Doing it anew
# for each test would take most of the time of all of them.
ENTERED: dict[str, tuple[Path, bytes | None, SignedJoining | None]] = {}


@dataclass
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


@dataclass
class Desk:
    """Types commands as a bidder would, in one home."""

    folder: Path
    platform: Platform
    url: str
    capsys: pytest.CaptureFixture[str]
    patience: str = "5"

    @property
    def tender(self) -> str:
        return str(self.platform.world.tender)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def envelope(self) -> EnvelopeHome:
        return Home(self.home).envelope(self.platform.world.tender, "1")

    @property
    def attempts(self) -> Attempts:
        return Attempts(self.envelope.folder)

    def arguments(self, *words: str) -> list[str]:
        where = ["--home", str(self.home), "--url", self.url, "--patience", self.patience]
        return [*where, *words]

    def run(self, *words: str) -> Ended:
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(self.arguments(*words))
        said = self.capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, said.out, said.err)

    def done(self, *words: str) -> Ended:
        ended = self.run(*words)
        assert ended.code == 0, ended
        return ended

    def roster_file(self, data: bytes | None = None) -> str:
        path = self.folder / "roster.json"
        path.write_bytes(data or self.platform.world.roster)
        return str(path)

    def document(self, name: str = "offer.pdf", data: bytes = b"We build it well.") -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def enter(self) -> None:
        """Signed in, enrolled, the key checked, joined; copied where it was done before."""
        before = ENTERED.get(self.tender)
        if before is not None and not self.home.exists():
            folder, self.platform.signing_key, self.platform.joined = before
            shutil.copytree(folder, self.home)
            self.roster_file()
            return
        token = self.folder / "token"
        token.write_text(TOKEN + "\n")
        self.done("login", "--token-file", str(token))
        self.done("enrol-key", "--roster", self.roster_file())
        self.done("check", self.tender)
        self.done("join", self.tender)
        if before is None:
            kept = self.folder / "entered"
            shutil.copytree(self.home, kept)
            ENTERED[self.tender] = (kept, self.platform.signing_key, self.platform.joined)

    def seal(self, *words: str, price: str = "1234567.89") -> Ended:
        return self.done("seal", self.tender, self.document(), "--price", price, *words)


@pytest.fixture(scope="session")
def shared_world() -> World:
    return World()


@pytest.fixture
def platform(shared_world: World) -> Platform:
    return Platform(shared_world)


@pytest.fixture
def desk(tmp_path: Path, platform: Platform, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with serving(platform) as url:
        yield Desk(tmp_path, platform, url, capsys)
