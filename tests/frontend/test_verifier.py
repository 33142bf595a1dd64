"""The page that verifies a bundle, beside `sunseal-audit`: both find the same, in the same place.

By default each check fails at least once; the other stories are behind `slow`.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from sunseal_crypto.bundle import Kind, Taken
from tests.auditor import (
    story,
    test_amendments,
    test_bundle,
    test_clocks,
    test_erasures,
)
from tests.auditor.lies import STORIES, opening
from tests.auditor.story import Parts, Story
from tests.auditor.story.late import barred_late
from tests.auditor.test_rows import ENTRY_CHANGES, TICK_CHANGES, flip
from tests.frontend.audits import NAMES, both
from tests.frontend.library import Library, RefusedByBrowser

Spoil = Callable[[], Parts]


def told(tell: Callable[[], Story]) -> Spoil:
    return lambda: tell().bundle()


def spoilt(change: Callable[[Parts], Parts]) -> Spoil:
    return lambda: change(story.told().bundle())


def an_entry(change: str) -> Spoil:
    def made(parts: Parts) -> Parts:
        rows = parts.entries
        return story.spoil(parts, entries=[*rows[:2], *ENTRY_CHANGES[change](rows[2]), *rows[3:]])

    return spoilt(made)


def a_tick(change: str) -> Spoil:
    def made(parts: Parts) -> Parts:
        rows = parts.ticks
        return story.spoil(parts, ticks=[*rows[:2], *TICK_CHANGES[change](rows[2]), *rows[3:]])

    return spoilt(made)


def without_seeds(*, beside: bool) -> Spoil:
    def made() -> Parts:
        told = story.told(beside=beside)
        parts = told.bundle()
        paths = [b"".join(told.placed[row.detail].path) for row in parts.entries]
        rows = [replace(row, path=path) for row, path in zip(parts.entries, paths, strict=True)]
        return story.spoil(parts, ticks=[], entries=rows)

    return made


def a_byte(kind: Kind, name: str, part: int) -> Spoil:
    def made(parts: Parts) -> Parts:
        body = parts.evidence[kind, name]
        spoilt = flip(body, len(body) * part // 8)
        return story.spoil(parts, evidence=parts.evidence | {(kind, name): spoilt})

    return spoilt(made)


def a_fact(parts: Parts) -> Parts:
    first, *rest = parts.facts
    return story.spoil(parts, facts=[replace(first, value="moved by hand"), *rest])


def a_role(parts: Parts) -> Parts:
    facts = [fact for fact in parts.facts if fact.field != "name"]
    return story.spoil(parts, facts=facts)


def an_unregistered_firm() -> Story:
    told = story.begun()
    told.bids[0].name = "somebody else"
    told.close()
    told.request()
    return story.finish(told)


def erased(*, shown: bool) -> Story:
    told = story.told()
    test_erasures._erases(told, 1)
    test_erasures._erases(told, 2, by=3)
    if not shown:
        del told.evidence[Kind.ERASURE, "1/1"]
    return told


def much_at_once() -> Parts:
    """What fails eight checks together costs one bundle."""
    told = story.begun()
    told.bids[1].name = "somebody else"
    digest = told.amends(people=("clerk", "clerk"))
    for custodian in (1, 3):
        told.acknowledges(custodian, digest)
    told.postpones(digest)
    told.close(at=told.shut_by[0])
    told.request(at=told.shut_by[1])
    told.answer(1)
    told.answer(3, lie=True)
    told.bars(told.bids[0])
    told.publish()
    test_erasures._erases(told, 1)
    del told.evidence[Kind.ERASURE, "1/1"]
    parts = a_fact(told.bundle())
    spoil = ENTRY_CHANGES["another detail"]
    rows = [spoil(row) if b"session.sign-in" in row.detail else [row] for row in parts.entries]
    return story.spoil(parts, entries=[row for made in rows for row in made])


def an_unreadable_leaf(parts: Parts) -> Parts:
    return story.spoil(parts, leaves=[*parts.leaves[:3], b"no tick\n", *parts.leaves[4:]])


def a_slot_moved(parts: Parts) -> Parts:
    rows = list(parts.ticks)
    at = next(n for n, row in enumerate(rows) if row.taken)
    first, *rest = rows[at].taken
    moved = sorted([Taken(first.slot ^ 1, first.commitment), *rest], key=lambda each: each.slot)
    rows[at] = replace(rows[at], taken=moved)
    return story.spoil(parts, ticks=rows)


AMENDED = test_amendments.STORIES
# For each check, a bundle that fails it.
FAILING: dict[str, tuple[str, Spoil]] = {
    "ceremonies": ("another notice", told(STORIES["another notice"][0])),
    "log": ("an unreadable leaf", spoilt(an_unreadable_leaf)),
    "entries": ("a detail changed", an_entry("another detail")),
    "boxes": ("an accepted bid lost", told(STORIES["an accepted bid is not in the box"][0])),
    "requests": ("asked early", told(STORIES["asked before not-before"][0])),
    "records": ("an answer exchanged", told(STORIES["an answer exchanged"][0])),
    "answers": ("a custodian lies", told(STORIES["a custodian lies"][0])),
    "bids": ("a price swapped", told(STORIES["a price swapped in the record"][0])),
    "decisions": ("barred afterwards", told(STORIES["barred after the prices"][0])),
    "timeline": ("a late bid", told(STORIES["a bid after the deadline"][0])),
    "clocks": (
        "a clock held back",
        told(lambda: test_clocks.late(ahead=test_clocks.HOUR)),
    ),
    "erasures": ("an erasure that vanished", told(lambda: erased(shown=False))),
    "tables": ("a row moved", spoilt(a_fact)),
    "actors": ("another name", told(an_unregistered_firm)),
    "amendments": ("one person", told(AMENDED["one person in both seats"][0])),
}
# Those that `much_at_once` fails, which by default are tried in it alone.
TOGETHER = {
    *("entries", "answers", "bids", "decisions"),
    *("erasures", "tables", "actors", "amendments"),
}
OTHERS: dict[str, Spoil] = {
    **{f"story: {name}": told(tell) for name, (tell, _) in STORIES.items()},
    **{f"amended: {name}": told(tell) for name, (tell, _) in AMENDED.items()},
    **{f"entry: {name}": an_entry(name) for name in ENTRY_CHANGES},
    **{f"tick: {name}": a_tick(name) for name in TICK_CHANGES},
    **{
        f"byte {part} of {kind} {name}": a_byte(kind, name, part)
        for kind, name in [
            (Kind.NOTICE, ""),
            (Kind.CERTIFICATE, ""),
            (Kind.REQUEST, "1"),
            (Kind.ANSWER, "1/1"),
            (Kind.REFUSAL, "1/2"),
            (Kind.RECORD, "1"),
        ]
        for part in (1, 5)
    },
    "a slot moved": spoilt(a_slot_moved),
    "rows of firms gone": spoilt(a_role),
    "no evidence": spoilt(lambda parts: story.spoil(parts, evidence={})),
    "no checkpoints": spoilt(lambda parts: story.spoil(parts, checkpoints=[])),
    "too few cosignatures": lambda: story.told().bundle(cosigners=2),
    "shut for another tender": without_seeds(beside=True),
    "shut for nobody": without_seeds(beside=False),
    "a lie that nobody relied on": told(opening.lie_that_the_record_tells),
    "an amended tender": told(lambda: test_amendments.opened(test_amendments.in_force())),
    "slow clocks": told(lambda: test_clocks.late(ahead=test_clocks.HOUR / 120)),
    "clocks ahead": told(lambda: test_clocks.late(ahead=-test_clocks.HOUR)),
    "erased": told(lambda: erased(shown=True)),
    "barred late": told(lambda: barred_late()[0]),
}


def test_the_page_has_every_check_of_the_auditor(browser: Library) -> None:
    assert browser.ask("checks") == NAMES


def test_both_find_an_honest_tender_honest(browser: Library, tmp_path: Path) -> None:
    found = both(browser, story.told().bundle().file(), story.made().roster, {}, tmp_path)
    assert found.agree, found.differences()
    assert not found.faults
    assert found.told["entries"] > 20


def test_both_find_much_at_once(browser: Library, tmp_path: Path) -> None:
    parts = much_at_once()
    parts = story.spoil(parts, checkpoints=parts.checkpoints[:1])
    found = both(browser, parts.file(), story.made().roster, {}, tmp_path)
    assert found.agree, found.differences()
    assert {name for name, _ in found.page_faults} == TOGETHER


@pytest.mark.parametrize(
    ("check", "spoil"),
    [
        pytest.param(
            name,
            spoil,
            id=f"{name}: {what}",
            marks=[pytest.mark.slow] if name in TOGETHER else [],
        )
        for name, (what, spoil) in FAILING.items()
    ],
)
def test_both_fail_the_same_check_in_the_same_place(
    check: str, spoil: Spoil, browser: Library, tmp_path: Path
) -> None:
    parts = spoil()
    if check != "clocks":
        # Checking their many cosignatures takes most of the time.
        parts = story.spoil(parts, checkpoints=parts.checkpoints[:1])
    found = both(browser, parts.file(), story.made().roster, {}, tmp_path)
    assert found.agree, found.differences()
    assert check in {name for name, _ in found.page_faults}


def test_both_compare_what_others_kept(browser: Library, tmp_path: Path) -> None:
    told = story.told()
    parts = story.spoil(told.bundle(), checkpoints=[])
    forked, longer = Story(), Story()
    forked.leaves = [*told.leaves[:4], told.leaves[0]]
    longer.leaves = [*told.leaves, told.leaves[0]]
    papers = {
        name: by.cosigned(size, told.now).note.encode()
        for name, by, size in (
            ("a beginning", told, 5),
            ("another log", forked, 5),
            ("a longer log", longer, len(longer.leaves)),
        )
    }
    found = both(browser, parts.file(), story.made().roster, papers | {"no paper": b"?"}, tmp_path)
    assert found.agree, found.differences()
    assert {where for _, where in found.page_faults} == {"another log", "a longer log", "no paper"}


@pytest.mark.slow
@pytest.mark.parametrize("spoil", OTHERS.values(), ids=OTHERS.keys())
def test_both_say_the_same_of(spoil: Spoil, browser: Library, tmp_path: Path) -> None:
    found = both(browser, spoil().file(), story.made().roster, {}, tmp_path)
    assert found.agree, found.differences()


NO_BUNDLES = {name: data for name, (data, _) in test_bundle.BAD.items()}


@pytest.mark.parametrize("data", NO_BUNDLES.values(), ids=NO_BUNDLES.keys())
def test_what_is_no_bundle_is_refused(data: bytes, browser: Library, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    with pytest.raises(RefusedByBrowser):
        browser.ask("audit", path=path, roster=story.made().roster, papers={})


def test_a_byte_changed_in_the_file_itself_is_seen(browser: Library, tmp_path: Path) -> None:
    """What a ZIP's own sums tell, the page reads; whoever mends them meets the checks."""
    file = story.told().bundle().file()
    with zipfile.ZipFile(file) as held:
        facts = held.read("facts.jsonl")
    at = file.getvalue().index(facts) + facts.index(b"bidder")
    path = tmp_path / "bundle.zip"
    path.write_bytes(flip(file.getvalue(), at))
    told = browser.ask("audit", path=path, roster=story.made().roster, papers={})
    said = [f"{fault['check']}: {fault['what']['en']}" for fault in told["faults"]]
    assert "tables: bundle: facts.jsonl: Bad CRC-32" in said
