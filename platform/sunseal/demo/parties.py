"""The institutions outside the platform: their folders, their cards, and the roster of them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sunseal.demo.accounts import Office


@dataclass(frozen=True, slots=True)
class Party:
    """A custodian, or a witness that only watches the log."""

    key: str
    name: str
    authority: str
    witness: bool = False

    @property
    def office(self) -> Office:
        # The platform tells by an organization's name which seat of the roster it has.
        return Office(self.key, "custodian", self.name, "值班员")

    def folder(self, installation: Path) -> Path:
        return installation / "parties" / self.key

    def init_arguments(self, folder: Path) -> list[str]:
        names = ["--name", self.name, "--authority", self.authority]
        return ["init", "--dir", str(folder), *names, *(["--witness"] if self.witness else [])]

    def run_arguments(self, folder: Path, roster: Path, url: str, poll: float) -> list[str]:
        files = ["--dir", str(folder), "--roster", str(roster)]
        where = ["--url", url, "--token-file", str(folder / "token"), "--poll", str(poll)]
        return ["run", *files, *where, *(["--witness"] if self.witness else [])]


CUSTODIANS = (
    Party("custodian-1", "江湾区公证处", "江湾区司法局"),
    Party("custodian-2", "江湾区档案馆", "江湾区档案局"),
    Party("custodian-3", "江湾大学", "市教育局"),
)
WITNESSES = (Party("witness", "江湾区审计局", "江湾区政府", witness=True),)
PARTIES = CUSTODIANS + WITNESSES


def forget_unfinished(folder: Path) -> None:
    """Keys without their card were never in a roster; a party that has one is left alone."""
    if folder.exists() and not (folder / "card.json").exists():
        shutil.rmtree(folder)
