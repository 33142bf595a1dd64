"""The story, chapter by chapter. Each sentence that is told was first answered by a process."""

import re
import time
from pathlib import Path
from typing import Any

from sunseal.demo import accounts, clock, evidence, insiders, lists, superuser
from sunseal.demo.bidding import Firms
from sunseal.demo.cast import DEMO
from sunseal.demo.desk import Desk, Refused
from sunseal.demo.facts import Facts, OpenedBid
from sunseal.demo.insiders import Attempt
from sunseal.demo.narration import Narrator
from sunseal.demo.parties import CUSTODIANS
from sunseal.demo.stack import Stack
from sunseal.demo.superuser import Loot
from sunseal.demo.tendering import MINIMUM_BIDS, THRESHOLD, Missed, Tender, Tendering
from sunseal.keys import Keys
from sunseal_crypto import box, record

SHORTEST_WINDOW = 60.0
TIMES_PREPARATION = 3
TIMETABLES = 3
OPENED_WITHIN = 180.0
LOGGED_WITHIN = 60.0
STOLEN_FROM, STOPPED = CUSTODIANS[0], CUSTODIANS[2]
OPENED = ("opened", "needs_review")
LOG_PAGE = "500"
LONG_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
WIDTH = 64


class Story:
    """One run in `folder`, on a stack that is up."""

    def __init__(self, stack: Stack, narrator: Narrator, folder: Path, big_bytes: int) -> None:
        self._stack = stack
        self._narrator = narrator
        self._folder = folder
        self._big_bytes = big_bytes
        self.facts = Facts()
        self.firms = Firms(folder / "firms", stack, narrator)
        self._desks: dict[str, Desk] = {}

    def tell(self) -> None:
        preparation = self._register()
        tender = self._run_until_deadline(preparation)
        self._opening(tender)
        self._audit(tender)

    def close(self) -> None:
        self.firms.stop()
        for desk in self._desks.values():
            desk.close()

    def _register(self) -> float:
        self._narrator.chapter("Six firms register, each with a signing key of its own")
        clerk = self._desk("clerk")
        barred = self.firms["barred"]
        clerk.send("/screening/lists/blacklist", lists.blacklist())
        clerk.send("/screening/lists/bribery", lists.bribery(barred.name, barred.uscc))
        began = time.monotonic()
        self.firms.register(self._big_bytes)
        return time.monotonic() - began

    def _run_until_deadline(self, preparation: float) -> Tender:
        """Publishes, takes bids, lets insiders try; again with twice the time if too slow."""
        window = max(SHORTEST_WINDOW, TIMES_PREPARATION * preparation)
        for number in range(1, TIMETABLES + 1):
            try:
                return self._attempt(number, window)
            except Missed as missed:
                self._narrator.bad(f"This machine was too slow: {missed}. Again, with more time.")
                self._stack.restart(STOPPED.key)
                self.firms.offer_anew()
                window *= 2
        raise Missed(f"{TIMETABLES} timetables were too short, the last of {window / 2:.0f} s")

    def _attempt(self, number: int, window: float) -> Tender:
        tender = self._publish(number, window)
        self._narrator.chapter(f"Bids, until {tender.deadline.astimezone():%H:%M:%S}")
        self.firms.bid(tender)
        attempts = self._look_early(tender)
        broken_in = self._open_early(tender)
        self._stack.stop_child(STOPPED.key)
        if clock.now() >= tender.deadline:
            raise Missed("the deadline passed before everybody was done")
        self._narrator.good(f"{STOPPED.name} ({STOPPED.key}) is stopped: two custodians are left")
        self._judge(attempts, broken_in)
        return tender

    def _publish(self, number: int, window: float) -> Tender:
        self._narrator.chapter("A tender, and a key that nobody holds")
        agent = str(self._desk("agent").get("/me")["organization"]["id"])
        tendering = Tendering(self._stack, self._desk("tendering-party"), agent)
        with self._narrator.working("Three custodians make the envelope's key"):
            tender = tendering.publish(f"JW-2026-{number:03}", window)
        self._narrator.good(
            f"Published; the ceremony took {tender.ceremony_seconds:.1f} s. {THRESHOLD} of "
            f"{len(CUSTODIANS)} custodians must agree to open, at least {MINIMUM_BIDS} bids."
        )
        return tender

    def _look_early(self, tender: Tender) -> list[Attempt]:
        self._narrator.chapter("Insiders try to look before the time")
        attempts: list[Attempt] = []
        url = self._stack.installation.url_for("desk")
        for key, role in (("agent", "as_agent"), ("clerk", "as_centre")):
            attempts += insiders.by_api(key, self._desk(key), tender.id)
            attempts += insiders.by_sql(key, url, role)
        self._tell_attempts(attempts)
        self._check_logged()
        return attempts

    def _tell_attempts(self, attempts: list[Attempt]) -> None:
        for who in dict.fromkeys(attempt.who for attempt in attempts):
            own = [attempt for attempt in attempts if attempt.who == who and attempt.refused]
            self._narrator.refused(f"{who}: {len(own)} attempts, each refused, such as")
            for attempt in own[:3]:
                self._narrator.say(f"    {_short(attempt.what)} → {_short(attempt.refused)}")
        for attempt in insiders.answered(attempts):
            self._narrator.bad(f"{attempt.who} was ANSWERED: {attempt.what}")

    def _check_logged(self) -> None:
        """The supervisor finds who tried, and that raw SQL was refused, in the access log."""
        supervisor = self._desk("supervisor")
        people = {str(self._desk(key).get("/me")["person"]["id"]) for key in ("agent", "clerk")}

        def logged() -> bool:
            found = supervisor.get("/audit/entries", outcome="refused", limit=LOG_PAGE)["entries"]
            by_people = {entry["actor"] for entry in found if entry["action"] == "access.refused"}
            return people <= by_people and any(e["action"] == "database.refused" for e in found)

        self._stack.wait_until(logged, "the refusals' entries", LOGGED_WITHIN)
        self._narrator.good("The supervisor finds both by name in the access log, and the SQL too")

    def _open_early(self, tender: Tender) -> superuser.Outcome:
        self._narrator.chapter("The operator tries, with everything it has and one custodian's key")
        installation = self._stack.installation
        keys = Keys(installation.keys, DEMO.origin)
        loot = Loot(
            admin_url=installation.admin_url,
            objects=installation.objects,
            keys=keys,
            platform_seeds=(keys.promise.seed(), installation.log_seed()),
            roster=installation.roster.read_bytes(),
            tender=str(tender.id),
            custodians={1: STOLEN_FROM.folder(installation.folder)},
        )
        with self._narrator.working("Dump, store, settings, and a custodian's journal"):
            outcome = superuser.attack(loot, self.firms.secrets(), self._folder)
        self._narrator.refused(
            f"{outcome.dump_bytes / 1e6:.1f} MB of database, {outcome.object_bytes / 1e6:.0f} MB "
            f"of objects, {outcome.keys} keys, {outcome.shares} share of {len(CUSTODIANS)}: "
            f"{outcome.headers} sealed headers tried, {outcome.opened} opened, "
            f"{len(outcome.readable)} prices found"
        )
        return outcome

    def _judge(self, attempts: list[Attempt], outcome: superuser.Outcome) -> None:
        answered = insiders.answered(attempts)
        self.facts.refused = [f"{a.who}: {a.what}: {a.refused}" for a in attempts if a.refused]
        self.facts.faults += [f"{a.who} was answered: {a.what}" for a in answered]
        self.facts.early_open_failed = bool(
            outcome.shares == 1
            and outcome.headers
            and not outcome.opened
            and not outcome.readable
            and not answered
        )

    def _opening(self, tender: Tender) -> None:
        self._narrator.chapter("The opening, by itself")
        left = clock.seconds_until(tender.not_before)
        self._narrator.countdown("Until the opening time", max(left, 0.0))
        visitor = Desk(self._stack.urls[0])
        with visitor, self._narrator.working("Two custodians answer, and the worker combines"):
            self._stack.wait_until(lambda: _is_over(visitor, tender), "opening", OPENED_WITHIN)
            late = -clock.seconds_until(tender.not_before)
            [envelope] = visitor.get(f"/tenders/{tender.id}/opening")["envelopes"]
            firms = self._firms_by_place(visitor.read(f"/tenders/{tender.id}/opening/records/1"))
        for said in envelope["custodians"]:
            self._narrator.say(f"{said['name']}: {said['said']} {said['reason']}".rstrip())
        self._tell_opened(envelope["bids"], firms)
        self._narrator.good(
            f"{envelope['record']['leaves']} bidders and {envelope['record']['pads']} pads "
            f"accounted for, {late:.0f} s after the opening time"
        )

    def _firms_by_place(self, body: bytes) -> dict[int, str]:
        """Each firm knows its own pseudonym; of bids not opened the record tells nothing more."""
        own = {firm.pseudonym: firm.name for firm in self.firms.all}
        leaves = record.parse(body).leaves
        return {
            leaf.position: own[box.parse_leaf(leaf.leaf.detail).pseudonym.hex()] for leaf in leaves
        }

    def _tell_opened(self, bids: list[dict[str, Any]], firms: dict[int, str]) -> None:
        for bid in bids:
            firm, outcome = firms[bid["position"]], bid["outcome"]
            if outcome in OPENED:
                if bid["organization"] != firm:
                    self.facts.faults.append(f"{firm}'s bid was opened as {bid['organization']}'s")
                self.facts.opened.append(OpenedBid(firm, bid["price"], bid["currency"]))
                self._narrator.good(f"{firm}: {bid['price']} {bid['currency']}")
            else:
                self.facts.accounted[firm] = f"{outcome}: {bid['reason']}"
                self._narrator.say(f"{firm}: not opened, {outcome} — {bid['reason']}")

    def _audit(self, tender: Tender) -> None:
        self._narrator.chapter("The supervisor checks everything, without the platform")
        bundle = self._folder / "bundle.zip"
        supervisor = self._desk("supervisor")

        def complete() -> bool:
            supervisor.save(f"/audit/tenders/{tender.id}/bundle", bundle)
            return evidence.is_complete(bundle)

        with self._narrator.working("The log shows what it hid while bids were sealed"):
            self._stack.wait_until(complete, "record and seeds in the bundle", LOGGED_WITHIN)
        roster = self._stack.installation.roster
        with self._narrator.working("sunseal-audit verify"):
            verdict = evidence.verify(bundle, roster)
        self.facts.audit_ok = verdict.code == 0
        mark = self._narrator.good if self.facts.audit_ok else self._narrator.bad
        mark(f"The bundle: exit {verdict.code}. {_last_line(verdict.said)}")
        self._audit_copy(bundle, roster)

    def _audit_copy(self, bundle: Path, roster: Path) -> None:
        copy = self._folder / "changed.zip"
        row = evidence.change_one_row(bundle, copy)
        with self._narrator.working("sunseal-audit verify, on a copy with one row changed"):
            verdict = evidence.verify(copy, roster)
        named = str(row.tick) in verdict.said and str(row.slot) in verdict.said
        self.facts.tampered_audit_failed = verdict.code == 1 and named
        mark = self._narrator.good if self.facts.tampered_audit_failed else self._narrator.bad
        mark(f"The copy (tick {row.tick}, slot {row.slot} changed): exit {verdict.code}.")
        for line in verdict.said.splitlines():
            if str(row.tick) in line and str(row.slot) in line:
                self._narrator.say(f"    {' '.join(line.split())}")

    def _desk(self, key: str) -> Desk:
        """The person's connection, signed in once."""
        if key not in self._desks:
            account = self._stack.accounts[key]
            token = accounts.sign_in(self._stack.urls[0], account.email, account.password)
            self._desks[key] = Desk(self._stack.urls[0], token)
        return self._desks[key]


def _is_over(visitor: Desk, tender: Tender) -> bool:
    try:
        envelopes = visitor.get(f"/tenders/{tender.id}/opening")["envelopes"]
    except Refused:
        return False
    return all(envelope["record"]["final"] for envelope in envelopes)


def _short(text: str) -> str:
    """Without the ids, which tell the audience nothing."""
    text = LONG_ID.sub("…", text)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _last_line(text: str) -> str:
    return text.splitlines()[-1] if text else ""
