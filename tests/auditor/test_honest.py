"""Honest stories hold, whatever came of the tender; what cannot be checked yet is remarked."""

from datetime import timedelta

from msgspec.structs import replace

from sunseal_crypto import canonical
from sunseal_crypto.annex import Annex, RevokedHeader
from sunseal_crypto.bundle import EntryRow
from sunseal_parties.auditor.verify import Verdict, verify
from tests.auditor import story
from tests.auditor.story import Parts, Story
from tests.auditor.story.late import asked_without_one, barred_late
from tests.crypto.rosters import DEADLINE


def audited(parts: Parts, annex: bytes | None = None) -> Verdict:
    return verify(parts.file(), story.made().roster, annex)


def remarks(verdict: Verdict) -> str:
    return "\n".join(map(str, verdict.findings.remarks))


def test_the_whole_story_holds() -> None:
    told = story.told()
    verdict = audited(told.bundle())
    assert verdict.findings.faults == []
    assert (verdict.tender, verdict.envelopes) == (story.TENDER, 1)
    assert (verdict.ticks, verdict.entries) == (len(told.leaves), len(told.rows))
    assert "c1 refused (clock-off): the clocks differ" in remarks(verdict)


def test_a_sealed_tender_holds_as_far_as_it_is_told() -> None:
    begun = story.begun()
    parts = begun.bundle()
    sealed = (b'"bid.', b'"screening.')
    own = [row for row in parts.entries if not any(word in row.detail for word in sealed)]
    assert audited(_without_seeds(begun, parts, own)).findings.faults == []


def _without_seeds(told: Story, parts: Parts, rows: list[EntryRow]) -> Parts:
    """Another tender is still sealed, so the ticks are shut and each entry shows its path."""
    paths = {row.detail: b"".join(told.placed[row.detail].path) for row in rows}
    return story.spoil(
        parts, ticks=[], entries=[replace(row, path=paths[row.detail]) for row in rows]
    )


def test_ticks_that_are_still_shut_are_remarked() -> None:
    told = story.told(beside=True)
    parts = told.bundle()
    verdict = audited(_without_seeds(told, parts, parts.entries))
    assert verdict.findings.faults == []
    assert f"{len(parts.leaves)} ticks from" in remarks(verdict)
    assert "seeds are not shown yet" in remarks(verdict)


def test_ticks_that_nothing_keeps_shut_are_faults() -> None:
    told = story.told()
    parts = told.bundle()
    verdict = audited(_without_seeds(told, parts, parts.entries))
    first = parts.ticks[0].number
    kept_back = "its seed is kept back, though nothing was sealed in it"
    assert f"tick {first}: {kept_back}" in map(str, verdict.findings.faults)


def test_gaps_are_remarked() -> None:
    told = Story()
    told.tick()
    told.now += timedelta(seconds=9)
    told.tick()
    told.tick()
    verdict = audited(story.spoil(told.bundle(), evidence={}))
    assert verdict.findings.faults == []
    first = int(DEADLINE.timestamp()) - 3600 + 2
    assert f"ticks {first} to {first + 8}: not made" in remarks(verdict)


def test_a_tender_with_too_few_bids_is_returned_unread() -> None:
    told = Story()
    told.certify()
    only = told.joins("only")
    told.submits(only)
    told.close()
    told.now = max(told.now, story.NOT_BEFORE)
    record = told.record(result="failed", requests=[])
    leaves = [
        replace(leaf, outcome="returned", bidder=None, price="", currency="", manifest=b"")
        for leaf in record.leaves
    ]
    told.publish(replace(record, leaves=leaves))
    assert audited(told.bundle()).findings.faults == []


def test_a_pending_bid_is_opened_by_a_supplementary_request() -> None:
    told, late = asked_without_one()
    told.request(answer=[late])
    told.answer(2)
    told.answer(3)
    told.publish(told.record(number=2))
    assert audited(told.bundle()).findings.faults == []


def test_whoever_audits_a_late_bar_asks_the_people_who_decided() -> None:
    told, late = barred_late()
    verdict = audited(told.bundle())
    assert verdict.findings.faults == []
    assert f"leaf {late}: barred after the opening began: ask who decided it" in remarks(verdict)
    # Of a bar that the opening began with nothing is said.
    assert "barred after" not in remarks(audited(story.told().bundle()))


def _revoked() -> tuple[Story, int]:
    """A bid whose header does not open, though custodians answered truly."""
    told = story.begun()
    told.close()
    bad = next(n for n, by in told.positions.items() if by.name == "plain")
    told.request()
    told.answer(1)
    told.answer(3)
    record = told.record()
    leaves = [
        replace(leaf, outcome="revoked", price="", currency="", manifest=b"")
        if leaf.position == bad
        else leaf
        for leaf in record.leaves
    ]
    told.publish(replace(record, leaves=leaves))
    return told, bad


def test_why_a_bid_was_revoked_is_checked_with_the_annex() -> None:
    told, bad = _revoked()
    parts = told.bundle()
    assert f"leaf {bad}: cause not checked" in remarks(audited(parts))

    header = told.positions[bad].header
    # Another letter of base64 in the MAC, so that it can be read and does not hold.
    spoilt = header[:-3] + (b"B" if header[-3:-2] == b"A" else b"A") + header[-2:]
    for shown, said in ((header, "its header opens"), (spoilt, "confirmed: its header does not")):
        annex = canonical.encode(Annex("sunseal/annex/v1", [RevokedHeader("1", bad, shown)]))
        verdict = audited(parts, annex)
        assert verdict.findings.faults == []
        assert f"leaf {bad}: {said}" in remarks(verdict)


def test_an_annex_with_the_header_of_another_bid_is_a_fault() -> None:
    told, bad = _revoked()
    other = next(by for n, by in told.positions.items() if by.header and n != bad)
    annex = canonical.encode(Annex("sunseal/annex/v1", [RevokedHeader("1", bad, other.header)]))
    (fault,) = audited(told.bundle(), annex).findings.faults
    assert "another header than the statement names" in str(fault)
