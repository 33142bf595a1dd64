"""What must be true after any fault: every promise is kept, every bid is opened exactly once."""

import hashlib
from functools import partial
from pathlib import Path

from sunseal.demo import evidence
from sunseal.demo.desk import Desk
from sunseal_crypto import box, record
from sunseal_crypto.statement import SignedStatement
from sunseal_parties.bidder import receipts, trust
from sunseal_parties.bidder.attempts import Attempt, Attempts
from sunseal_parties.bidder.home import Home
from tests.support.town import ENVELOPE, Bidder, Tender, Town, patiently

OUTCOMES = {"submit": "opened", "replace": "opened", "withdraw": "withdrawn"}


def check_honoured(town: Town, tender: Tender, bidders: list[Bidder]) -> None:
    """Of a tender whose opening is over. What each firm holds is believed, and nothing else."""
    heads = [_last(promised(bidder, tender))[0] for bidder in bidders]
    assert "opened" in heads, "this machine was too slow: no bid was received in time"
    for bidder in bidders:
        _check_promises(town, tender, bidder)
    _check_record(town, tender, bidders)
    _check_once(town, tender)
    assert town.status(tender.id) == "opened"


def promised(bidder: Bidder, tender: Tender) -> list[Attempt]:
    """The statements for which the firm holds the platform's signed word."""
    folder = Home(bidder.home).envelope(tender.id, ENVELOPE).folder
    return [attempt for attempt in Attempts(folder).all() if attempt.promise]


def record_of(town: Town, tender: Tender) -> bytes:
    path = f"/tenders/{tender.id}/opening/records/{ENVELOPE}"
    return patiently(partial(town.desk("supervisor").read, path))


def _check_promises(town: Town, tender: Tender, bidder: Bidder) -> None:
    """The log holds what was promised, by the tick that the promise names."""
    trusted = trust.pinned(Home(bidder.home).envelope(tender.id, ENVELOPE))
    with Desk(town.url, Home(bidder.home).token()) as desk:
        for attempt in promised(bidder, tender):
            view = patiently(partial(desk.get, f"/submissions/{attempt.submission}"))
            assert view["promise"] == attempt.promise
            assert view["refusal"] is None
            signed: SignedStatement = attempt.signed
            receipts.check_receipt(view["receipt"], signed, attempt.promise, trusted)


def _check_record(town: Town, tender: Tender, bidders: list[Bidder]) -> None:
    """Each firm is in the record once, with what it was last promised."""
    body = record_of(town, tender)
    leaves = {
        box.parse_leaf(leaf.leaf.detail).pseudonym.hex(): leaf for leaf in record.parse(body).leaves
    }
    found = {
        pseudonym: (leaf.outcome, leaf.price, leaf.bidder.name if leaf.bidder else "")
        for pseudonym, leaf in leaves.items()
    }
    expected = {}
    for bidder in bidders:
        place = Home(bidder.home).envelope(tender.id, ENVELOPE)
        if place.has_pseudonym():
            pseudonym = place.pseudonym().public.hex()
            outcome, price = _last(promised(bidder, tender))
            # Joined at the last moment, it may have heard no answer.
            if place.pinned("joining") or pseudonym in found:
                name = bidder.name if outcome == "opened" else ""
                expected[pseudonym] = (outcome, price, name)
    assert found == expected


def _last(attempts: list[Attempt]) -> tuple[str, str]:
    if not attempts:
        return "empty", ""
    return OUTCOMES[attempts[-1].said.action], attempts[-1].price


def _check_once(town: Town, tender: Tender) -> None:
    """One box, one request, one record a number, whatever was begun again how often."""
    envelope = f"tender/{tender.id}/envelope/{ENVELOPE}"
    said: set[bytes] = set()
    with town.admin() as connection:
        for table in ("audit.entry", "sealed.event"):
            rows = connection.execute(
                f"select detail from {table} where tender_id = %s", [tender.id]
            ).fetchall()
            said |= {bytes(row[0]) for row in rows}
        documents = connection.execute(
            "select position, name, count(*) from opened.document where tender_id = %s"
            " group by 1, 2 having count(*) > 1",
            [tender.id],
        ).fetchall()
    counts = {
        action: sum(f'"action":"{action}"'.encode() in d and envelope.encode() in d for d in said)
        for action in ("box.closed", "release.request", "opening.record")
    }
    body = record_of(town, tender)
    assert counts == {
        "box.closed": 1,
        "release.request": 1,
        "opening.record": record.parse(body).number,
    }
    assert documents == []


def check_bundle(town: Town, tender: Tender, folder: Path) -> None:
    """An auditor with the roster alone finds no fault in what the supervisor exports."""
    bundle = folder / f"{hashlib.sha256(tender.id.bytes).hexdigest()[:8]}.zip"
    supervisor = town.desk("supervisor")

    def recorded() -> bool:
        patiently(partial(supervisor.save, f"/audit/tenders/{tender.id}/bundle", bundle))
        return evidence.is_complete(bundle)

    town.wait(recorded, "the record and the seeds of its ticks")
    verdict = evidence.verify(bundle, town.stack.installation.roster)
    assert verdict.code == 0, verdict.said
