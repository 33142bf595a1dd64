"""An installation as an image would hold it: the wheel and its locked packages, no checkout."""

import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sunseal.embedded import Embedded
from tests.support.database import TestDatabase
from tests.support.service import guards, roster_of

ROOT = Path(__file__).parent.parent.parent
UV = [str(ROOT / ".tools/bin/python"), str(ROOT / "requirements/uv.py")]
ORIGIN = "image.example/log"


@dataclass
class Image:
    """The programs of one Python environment."""

    programs: Path
    elsewhere: Path

    def command(self, name: str, *arguments: str) -> list[str]:
        return [str(self.programs / name), *arguments]

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(name, *arguments),
            env={"PATH": str(self.programs), "HOME": str(self.elsewhere)},
            cwd=self.elsewhere,
            capture_output=True,
            text=True,
            timeout=120,
        )


def uv(*arguments: object) -> None:
    subprocess.run([*UV, *map(str, arguments)], cwd=ROOT, check=True)


def holds_pages(wheel: Path) -> None:
    """git does not know what was built, so a wheel leaves it out unless it is told."""
    static = ROOT / "platform/sunseal/web/static"
    held = set(zipfile.ZipFile(wheel).namelist())
    for file in filter(Path.is_file, static.rglob("*")):
        assert f"sunseal/web/static/{file.relative_to(static)}" in held


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it and what run.lock names, each by its hash."""
    folder = tmp_path_factory.mktemp("image")
    subprocess.run(["sh", "requirements/assets"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    holds_pages(wheel)
    made = folder / "venv"
    if Path(UV[0]).exists():
        uv("venv", "--quiet", "--python", sys.executable, made)
        python = ["--quiet", "--python", made / "bin/python"]
        uv("pip", "sync", *python, "--require-hashes", "requirements/run.lock")
        uv("pip", "install", *python, "--no-deps", wheel)
    else:
        venv.create(made, with_pip=True)
        pip = [made / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps"]
        lock = ["--require-hashes", "-r", "requirements/run.lock"]
        subprocess.run([*pip, *lock], cwd=ROOT, check=True)
        subprocess.run([*pip, wheel], cwd=ROOT, check=True)
    return made / "bin"


@pytest.fixture(params=["checkout", pytest.param("wheel", marks=pytest.mark.slow)])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Image:
    """The programs of this checkout; in the slow tests those of the built wheel too."""
    if request.param == "checkout":
        return Image(Path(sys.executable).parent, tmp_path)
    programs: Path = request.getfixturevalue("built")
    return Image(programs, tmp_path)


@dataclass
class Machine:
    """Servers, keys and a roster for the roles, and the roles that run."""

    image: Image
    environment: dict[str, str]
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, names: tuple[str, ...], *command: str) -> subprocess.Popen[bytes]:
        """A role with the settings of these names and no others."""
        environment = {name: self.environment[name] for name in names}
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                self.image.command(*command),
                env=environment | {"PATH": str(self.image.programs)},
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )
        self.running.append(process)
        return process

    def said(self) -> str:
        return (self.folder / "output").read_text("utf-8", errors="replace")


@pytest.fixture
def machine(
    image: Image, embedded: Embedded, database: TestDatabase, tmp_path: Path
) -> Iterator[Machine]:
    keys, roster = tmp_path / "keys", tmp_path / "roster.json"
    roster.write_bytes(roster_of(ORIGIN, keys, guards(3), guards(1, first=4)))
    made = Machine(
        image,
        {
            "DATABASE_URL_DESK": database.urls["desk"],
            "DATABASE_URL_BOX": database.urls["box"],
            "DATABASE_URL_WORK": database.urls["work"],
            "REDIS_URL": embedded.redis_url,
            "STORAGE_URL": f"file://{tmp_path}/objects",
            "SUNSEAL_ORIGIN": ORIGIN,
            "SUNSEAL_KEYS": str(keys),
            "SUNSEAL_ROSTER": str(roster),
            "SUNSEAL_TICK_SECONDS": "0.5",
            "SUNSEAL_DATABASE_LOG": str(embedded.postgres_log),
        },
        tmp_path,
    )
    yield made
    for process in made.running:
        process.terminate()
    for process in made.running:
        process.wait(20)
    shutil.rmtree(tmp_path / "objects", ignore_errors=True)
