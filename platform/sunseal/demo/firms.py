"""Six firms, each with the bidder's own program in a folder of its own, as on six machines."""

import secrets
import subprocess
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from stdnum.cn import uscc

from sunseal.demo import files
from sunseal.demo.children import base_environment, program
from sunseal.embedded import processes
from sunseal.embedded.owner import Owner

PASSWORD_BYTES = 12
# Registered in Shenzhen, department 9, kind 1: then an organization code, which counts up.
CODE_PREFIX = "91440300"


class BidderFailed(Exception):
    """`sunseal-bid` ended with an error; the sentence is its own."""

    def __init__(self, firm: str, command: str, kind: str, sentence: str) -> None:
        self.kind = kind
        self.sentence = sentence
        super().__init__(f"{firm}, {command}: {sentence}")


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a firm is and what it will do; `lower` is the price it replaces its bid by."""

    key: str
    name: str
    price: str
    conduct: str
    lower: str = ""
    large: bool = False


PROFILES = (
    Profile("straight", "恒远建设工程有限公司", "12480000.00", "submits straight"),
    Profile("resumed", "长河水利工程有限公司", "11960000.00", "is cut off, goes on", large=True),
    Profile("replaced", "正阳市政建设有限公司", "13150000.00", "replaces its bid", "11735500.50"),
    Profile("withdrawn", "宏基土木工程有限公司", "12020000.00", "withdraws its bid"),
    Profile(
        "tampered", "通达路桥建设有限公司", "12890000.00", "lies about its price", "9990000.00"
    ),
    Profile("barred", "金鼎建筑安装有限公司", "11500000.00", "is on the bribery register"),
)


@dataclass
class Firm:
    """A firm at its own machine: `folder` is all that it has."""

    profile: Profile
    number: int
    folder: Path
    documents: list[Path] = field(default_factory=list)
    organization: str = ""
    pseudonym: str = ""
    _running: "subprocess.Popen[bytes] | None" = None
    _stopped: bool = False

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def uscc(self) -> str:
        body = f"{CODE_PREFIX}{self.number:08}X"
        return body + uscc.calc_check_digit(body)

    def prepare(self, size: int, url: str, roster: Path) -> None:
        """Its documents, its account and its enrolled key. `size` is that of the large file."""
        self.documents = files.write_documents(
            self.folder / "documents", self.name, self.profile.price
        )
        if self.profile.large:
            drawings = self.folder / "documents" / "图纸.pack"
            self.documents.append(files.write_incompressible(drawings, size))
        password = self.folder / "password"
        password.write_text(secrets.token_urlsafe(PASSWORD_BYTES))
        who = ["--name", self.name, "--uscc", self.uscc, "--legal-representative", "李强"]
        person = ["--person", "王芳", "--email", f"bids@{self.profile.key}.example.cn"]
        signed_in = self.bid(
            "register", *who, *person, "--password-file", str(password), urls=[url]
        )
        self.organization = signed_in["organization"]
        self.bid("enrol-key", "--roster", str(roster))

    def offer_anew(self) -> None:
        """Other prices and letters, by a fen: what was offered before may be open by now."""
        profile = self.profile
        lower = _dearer(profile.lower) if profile.lower else ""
        self.profile = replace(profile, price=_dearer(profile.price), lower=lower)
        files.write_documents(self.folder / "documents", self.name, self.profile.price)

    def join(self, tender: UUID) -> None:
        """Checks the key by the firm's own roster, then joins."""
        self.bid("check", str(tender))
        self.pseudonym = self.bid("join", str(tender))["pseudonym"]

    def seal(self, tender: UUID) -> dict[str, Any]:
        return self.bid("seal", str(tender), *self._offer(self.profile.price))

    def submit(self, tender: UUID, *, urls: list[str] | None = None) -> dict[str, Any]:
        return self.bid("submit", str(tender), urls=urls or [])

    def replace(self, tender: UUID) -> dict[str, Any]:
        return self.bid("replace", str(tender), *self._offer(self.profile.lower))

    def withdraw(self, tender: UUID) -> dict[str, Any]:
        return self.bid("withdraw", str(tender), "--yes")

    def bid(self, command: str, *arguments: str, urls: list[str] | None = None) -> dict[str, Any]:
        """One run of `sunseal-bid`; what it answered. Raises BidderFailed."""
        if self._stopped:
            raise BidderFailed(self.name, command, "", "broken off")
        self.folder.mkdir(parents=True, exist_ok=True)
        named = [part for url in urls or [] for part in ("--url", url)]
        line = [*program("sunseal-bid"), "--home", str(self.home), "--json", *named, command]
        leashed = processes.leashed(Owner.ourselves(), [*line, *arguments])
        with (self.folder / "bid.log").open("ab") as log:
            log.write(f"$ sunseal-bid {command}\n".encode())
            log.flush()
            self._running = subprocess.Popen(
                leashed,
                env=base_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        said, _ = self._running.communicate()
        return self._answer(command, self._running.returncode, said)

    def stop(self) -> None:
        """Ends what is running, as a power cut would; nothing is begun any more."""
        self._stopped = True
        if self._running is not None:
            self._running.kill()

    def log(self) -> str:
        return (self.folder / "bid.log").read_text(errors="replace")

    def _answer(self, command: str, code: int, said: bytes) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = msgspec.json.decode(said.strip().rpartition(b"\n")[2])
        except msgspec.DecodeError:
            facts = {}
        if code != 0:
            sentence = facts.get("sentence") or self.log()[-500:]
            raise BidderFailed(self.name, command, str(facts.get("error", "")), sentence)
        return facts

    def _offer(self, price: str) -> list[str]:
        return [*(str(path) for path in self.documents), "--price", price]


def _dearer(price: str) -> str:
    return str(Decimal(price) + Decimal("0.01"))
