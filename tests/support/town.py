"""A whole installation as real processes, with firms that bid by their own program.

It takes a while to start, so one serves a whole run; its tests are one group of pytest-xdist.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import psycopg
import pytest

from sunseal.demo import accounts, clock, lists
from sunseal.demo.desk import Desk, Refused
from sunseal.demo.firms import Firm, Profile
from sunseal.demo.stack import Stack, TooSlow
from tests.support.servers import scratch_folder

T = TypeVar("T")

TICK = 0.5
ENVELOPE = "1"
BOX_SIZE = 16
THRESHOLD = 2
FIRMS = 4
DOCUMENT_BYTES = 1 << 20
READY_WITHIN = 120.0
PACES = 2
PATIENCE = 10.0
UNAVAILABLE = 503
TRIES = 10
AUTHORITIES = ("tendering-party", "agent", "clerk", "supervisor")
# Longer than any patience of the platform's with a message or a worker that is lost.
SOON = timedelta(minutes=5)
NOBODY = "91440300100000001W"
PRICES = ("12480000.01", "11960000.02", "13150000.03", "12020000.04")


@dataclass(frozen=True, slots=True)
class Tender:
    id: UUID
    deadline: datetime
    not_before: datetime


class NotOpened(AssertionError):
    def __init__(self, seconds: float, where: str) -> None:
        super().__init__(f"not opened within {seconds:.0f} seconds:\n{where}")


class Bidder(Firm):
    """A firm with one document; what it wants to hide stands in that document and in its price."""

    def settle(self, url: str, roster: Path) -> None:
        """Registers and enrols a signing key."""
        self.folder.mkdir(parents=True)
        self.write_document(secrets.token_bytes(DOCUMENT_BYTES))
        password = self.folder / "password"
        password.write_text(secrets.token_urlsafe(12))
        who = ("--name", self.name, "--uscc", self.uscc, "--legal-representative", "李强")
        person = ("--person", "王芳", "--email", f"{self.profile.key}@firms.example.cn")
        register = ("register", *who, *person, "--password-file", str(password))
        self.organization = self.bid(*register, urls=[url])["organization"]
        self.bid("enrol-key", "--roster", str(roster))

    def write_document(self, data: bytes) -> None:
        path = self.folder / "offer.bin"
        path.write_bytes(data)
        self.documents = [path]

    def offer(self, tender: UUID) -> dict[str, Any]:
        """Everything from the check of the key to the receipt."""
        self.join(tender)
        self.seal(tender)
        return self.submit(tender)

    def statements(self, tender: UUID) -> list[dict[str, Any]]:
        """How far each of this tender's statements came, as the firm's own folder knows it."""
        of_all = self.bid("status")["statements"]
        return [each for each in of_all if each["tender"] == str(tender)]

    def attempts(self, tender: UUID) -> list[dict[str, Any]]:
        folder = self.home / "tenders" / f"{tender}-{ENVELOPE}" / "attempts"
        return [
            msgspec.json.decode(path.read_bytes()) for path in sorted(folder.glob("*/attempt.json"))
        ]

    def sealed_file(self, tender: UUID, number: int = 1) -> Path:
        folder = self.home / "tenders" / f"{tender}-{ENVELOPE}" / "attempts"
        return folder / f"{number:04}" / "sealed.age"


@dataclass
class Town:
    """The stack with everybody in it. `folder` is the tests' own."""

    stack: Stack
    folder: Path
    preparation: float = 20.0  # seconds that a ceremony takes here, as the last one did
    pace: float = 0.0  # seconds in which all firms at once registered
    bidders: list[Bidder] = field(default_factory=list)
    _desks: dict[str, Desk] = field(default_factory=dict)

    def settle(self) -> None:
        """Without the lists no bidder could be found clear, and every bid would be pending."""
        for key in AUTHORITIES:
            self.desk(key)
        self.desk("clerk").send("/screening/lists/blacklist", lists.blacklist())
        self.desk("clerk").send("/screening/lists/bribery", lists.bribery("无此公司", NOBODY))
        for number in range(1, FIRMS + 1):
            profile = Profile(
                f"firm-{number}", f"第{number}水利工程有限公司", PRICES[number - 1], ""
            )
            self.bidders.append(Bidder(profile, number, self.folder / profile.key))
        roster = self.stack.installation.roster
        began = time.monotonic()
        together([partial(firm.settle, self.url, roster) for firm in self.bidders])
        self.pace = time.monotonic() - began

    @property
    def url(self) -> str:
        return self.stack.urls[0]

    def desk(self, key: str) -> Desk:
        """An authority's person, signed in once."""
        if key not in self._desks:
            account = self.stack.accounts[key]
            token = accounts.sign_in(self.url, account.email, account.password)
            self._desks[key] = Desk(self.url, token)
        return self._desks[key]

    def publish(self, window: float, *, pause: float = 3.0, like: Tender | None = None) -> Tender:
        """A tender with about `window` seconds for bids, opened `pause` seconds after them.

        With another one's timetable, if it is to be `like` that.
        """
        party = self.desk("tendering-party")
        began = clock.now()
        deadline = began + timedelta(seconds=self.preparation + window)
        not_before = deadline + timedelta(seconds=pause)
        if like is not None:
            deadline, not_before = like.deadline, like.not_before
        form = {
            "reference": f"T-{secrets.token_hex(4)}",
            "title": "江湾区东支河整治工程施工",
            "summary": "清淤、护岸与泵站改造",
            "deadline": deadline.isoformat(),
            "not_before": not_before.isoformat(),
            "minimum_bids": 1,
            "threshold": THRESHOLD,
            "box_size": BOX_SIZE,
            "currency": "CNY",
            "agent_id": str(self.desk("agent").get("/me")["organization"]["id"]),
        }
        tender = UUID(party.post("/tenders", form)["id"])
        party.post(f"/tenders/{tender}/ceremony")
        self.wait(lambda: self._key_is_made(tender), "the key ceremony")
        party.post(f"/tenders/{tender}/publish")
        self.wait(lambda: self.status(tender) == "published", "publication")
        self.preparation = (clock.now() - began).total_seconds()
        return Tender(tender, deadline, not_before)

    def cancel(self, tender: Tender) -> None:
        """Of a tender whose deadline is far: the log's seeds are not revealed before it is over."""
        reason = {"reason": "The test is over."}
        self.desk("tendering-party").post(f"/tenders/{tender.id}/cancel", reason)

    def _key_is_made(self, tender: UUID) -> bool:
        states = [
            each["state"]
            for each in self.desk("tendering-party").get(f"/tenders/{tender}/ceremonies")
        ]
        assert "failed" not in states
        return bool(states) and set(states) == {"complete"}

    def status(self, tender: UUID) -> str:
        found = patiently(lambda: self.desk("tendering-party").get(f"/tenders/{tender}"))
        return str(found["status"])

    def opening(self, tender: UUID) -> dict[str, Any] | None:
        """The envelope as its record has it; None before there is one."""
        try:
            envelopes = self.desk("supervisor").get(f"/tenders/{tender}/opening")["envelopes"]
        except Refused as refusal:
            # 503 is what a server says whose database is being started again.
            if refusal.kind != "not-opened-yet" and refusal.status != UNAVAILABLE:
                raise
            return None
        return dict(envelopes[0])

    def is_over(self, tender: UUID) -> bool:
        opening = self.opening(tender)
        return opening is not None and bool(opening["record"]["final"])

    def wait_until_over(self, tender: UUID, seconds: float) -> None:
        """Returns when the record is final. What was lost on the way is sent again early."""
        end = time.monotonic() + seconds
        while True:
            self.end_patience(tender)
            try:
                self.wait(lambda: self.is_over(tender), "the opening", PATIENCE)
            except TooSlow:
                if time.monotonic() > end:
                    raise AssertionError(
                        f"not opened in {seconds} s: {self.where(tender)}"
                    ) from None
            else:
                return

    def where(self, tender: UUID) -> str:
        """Where an opening stands, for whoever has to find out why it stands there."""
        questions = (
            "select state, note, next_check_at, fence, kit.now() from sealed.gate"
            " where tender_id = %(tender)s",
            "select task, due_at, created_at from kit.outbox"
            " where relayed_at is null and due_at < kit.now() + interval '10 min'",
            "select action, s.sequence, state, header_object from sealed.submission s"
            " join sealed.joining j on j.id = joining_id where tender_id = %(tender)s",
            "select number, custodian, commitment_entry, answer is not null, refused_rule"
            " from custody.release_request left join custody.release_answer on request_id = id"
            " where tender_id = %(tender)s",
            "select position, outcome, reason from opened.bid where tender_id = %(tender)s",
            "select size, at from audit.checkpoint order by size desc limit 1",
        )
        with self.admin() as connection:
            rows = [
                [str(row) for row in connection.execute(each, {"tender": tender}).fetchall()]
                for each in questions
            ]
        return "\n".join(line for lines in rows for line in lines)

    def wait(self, met: Callable[[], bool], what: str, seconds: float = READY_WITHIN) -> None:
        self.stack.wait_until(met, what, seconds)

    def window(self, seconds: float) -> float:
        """`seconds` for bids, or more on a machine that is busy with something else."""
        return max(seconds, PACES * self.pace)

    def pid(self, name: str) -> int:
        return self.stack._children[name].pid

    def sleep_until(self, moment: datetime) -> None:
        time.sleep(max(0.0, clock.seconds_until(moment)))

    def admin(self) -> psycopg.Connection[Any]:
        """The superuser's own connection."""
        return psycopg.connect(self.stack.installation.admin_url, autocommit=True)

    def end_patience(self, tender: UUID) -> None:
        """As if the minutes were over in which a lost errand or a dead worker is waited for."""
        with self.admin() as connection:
            connection.execute(
                "update kit.outbox set due_at = kit.now()"
                " where relayed_at is null and due_at < kit.now() + %s",
                [SOON],
            )
            connection.execute(
                "update sealed.gate set next_check_at = kit.now() where tender_id = %s"
                " and next_check_at < kit.now() + %s and kit.now() > deadline",
                [tender, SOON],
            )

    def kill(self, name: str) -> None:
        """As a power cut would end the process, or the server, of that name."""
        servers = self.stack.servers
        if name == "postgres":
            servers.kill_postgres()
        elif name == "valkey":
            servers.kill_valkey()
        else:
            self.stack.kill(name)

    def revive(self, name: str) -> None:
        servers = self.stack.servers
        if name == "postgres":
            servers.restart_postgres()
        elif name == "valkey":
            servers.restart_valkey()
        else:
            self.stack.restart(name)

    def close(self) -> None:
        for desk in self._desks.values():
            desk.close()
        for bidder in self.bidders:
            bidder.stop()


def patiently(ask: Callable[[], T]) -> T:
    """Asks again while the platform says 503, as its sentence asks for after a restart."""
    for _ in range(TRIES):
        try:
            return ask()
        except Refused as refusal:
            if refusal.status != UNAVAILABLE:
                raise
            time.sleep(1)
    return ask()


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """All at the same time; the first failure is raised when all have ended."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(act) for act in acts]]


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    """Everything is up and everybody registered."""
    with scratch_folder() as folder:
        stack = Stack(folder / "servers", tick_seconds=TICK)
        with stack:
            made = Town(stack, folder / "firms")
            try:
                made.settle()
                yield made
            finally:
                made.close()


__all__ = ["Bidder", "Tender", "TooSlow", "Town", "town"]
