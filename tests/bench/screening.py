"""Names: how many are judged right, and how long a check, an opening and a new list take.

The peer is RapidFuzz over every name of the list, with the cut-off that leaves it fastest.
"""

import csv
import os
import random
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

from rapidfuzz import fuzz, process

from sunseal.screening import evaluate, names
from sunseal.screening.names import match
from sunseal.screening.names.index import Index
from sunseal.screening.names.match import Party
from sunseal.screening.names.normalise import Kind
from tests.bench import lists
from tests.bench.row import Row, seconds
from tests.screening import chinese_pairs
from tests.screening.names_at_random import mutated, people_and_firms

SHARED = Path(os.environ.get("SUNSEAL_SCREENING", Path(__file__).parents[3] / "shared/screening"))
PEER = "RapidFuzz brute force"
CUTOFF = names.REVIEW * 100
TOP = 10


def measure(
    entries: int = 1_000_000, subjects: int = 300, changed: int = 1000, firms: int = 50_000
) -> Iterator[Row]:
    if SHARED.is_dir():
        yield from quality()
    yield from chinese()
    yield from speed(entries, subjects)
    yield from delta(changed, firms)
    yield from lists.measure(entries)


def quality() -> Iterator[Row]:
    pairs = list(evaluate.read(SHARED / "name_pairs.csv"))
    own, peer = evaluate.evaluate(pairs), evaluate.evaluate(pairs, _ratio)
    for figure in ("f1", "precision", "recall"):
        yield Row.beside(f"names_{figure}", own[figure], "share", PEER, peer[figure])
    yield from nomenklatura(pairs)
    if evaluate.has_extra():
        extra = evaluate.evaluate(pairs, evaluate.with_extra())["f1"]
        yield Row.beside("names_f1_with_extra", extra, "share", "without", own["f1"])
    primary = [row for row in _rows("ofac_sdn.csv") if len(row) > 3]
    index = Index((_kind(row), row[1]) for row in primary)
    yield _false_alarms(index)
    yield _aliases(primary, index)
    yield _other_aliases(primary)


def _false_alarms(index: Index) -> Row:
    with (SHARED / "negatives.csv").open(encoding="utf-8", newline="") as file:
        strangers = [row["full_name"] for row in csv.DictReader(file)]
    folded = [name.casefold() for name in index.names]
    own = sum(bool(match.check(Party("person", name), index)) for name in strangers)
    peer = sum(bool(_best(name.casefold(), folded)) for name in strangers)
    thousand = 1000 / len(strangers)
    return Row.beside("false_alarms", own * thousand, "per 1000", PEER, peer * thousand)


def _aliases(primary: list[list[str]], index: Index, most: int = 2000) -> Row:
    """How often an alias finds its entry among the first ten primary names."""
    kinds = {row[0]: _kind(row) for row in primary}
    aliases = [row for row in _rows("ofac_alt.csv") if row[0] in kinds]
    aliases = random.Random(1).sample(aliases, min(most, len(aliases)))
    folded = [name.casefold() for name in index.names]
    own = peer = 0
    for reference, alias in ((row[0], row[3]) for row in aliases):
        found = match.ranked(kinds[reference], alias, index, TOP)
        own += any(primary[each.number][0] == reference for each in found)
        by_ratio = process.extract(alias.casefold(), folded, scorer=fuzz.token_set_ratio, limit=TOP)
        peer += any(primary[number][0] == reference for _, _, number in by_ratio)
    share = 1 / len(aliases)
    return Row.beside("alias_recall_top10", own * share, "share", PEER, peer * share)


def _other_aliases(primary: list[list[str]], most: int = 1000) -> Row:
    """As lists are held: every alias is a row, and each in turn is taken out and asked for.

    The peer is the same question to primary names alone.
    """
    kinds = {row[0]: _kind(row) for row in primary}
    aliases = [row for row in _rows("ofac_alt.csv") if row[0] in kinds]
    held = [(row[0], row[1]) for row in primary] + [(row[0], row[3]) for row in aliases]
    index = Index((kinds[reference], name) for reference, name in held)
    own = peer = 0
    asked = random.Random(4).sample(range(len(primary), len(held)), min(most, len(aliases)))
    for number in asked:
        reference, alias = held[number]
        found = match.ranked(kinds[reference], alias, index, 3 * TOP)
        others = [each.number for each in found if each.number != number]
        own += reference in [held[each][0] for each in others][:TOP]
        peer += reference in [held[each][0] for each in others if each < len(primary)][:TOP]
    values = own / len(asked), peer / len(asked)
    return Row.beside("alias_recall_other_aliases", values[0], "share", "names alone", values[1])


def nomenklatura(pairs: list[evaluate.Pair]) -> Iterator[Row]:
    """How long one comparison takes, beside the optional extra where it is installed."""
    some = pairs[:200]

    def each(judge: evaluate.Judge) -> float:
        return seconds(lambda: [judge(pair.schema, pair.one, pair.other) for pair in some]) / len(
            some
        )

    extra = each(evaluate.with_extra()) * 1e6 if evaluate.has_extra() else None
    yield Row.beside("score_pair", each(evaluate.own) * 1e6, "us", "nomenklatura", extra)


def chinese() -> Iterator[Row]:
    with chinese_pairs.OUT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [
        evaluate.Pair(row["kind"], row["name_a"], row["name_b"], row["label"] == "true")
        for row in rows
    ]
    own, peer = evaluate.evaluate(pairs), evaluate.evaluate(pairs, _ratio)
    for figure in ("precision", "recall"):
        yield Row.beside(f"chinese_{figure}", own[figure], "share", PEER, peer[figure])


def speed(size: int, subjects: int) -> Iterator[Row]:
    """A list of names alone, and subjects of whom each name has lost a character."""
    chance = random.Random(2)
    held = list(people_and_firms(chance, size))
    indexes: list[Index] = []
    elapsed = seconds(lambda: indexes.append(Index(held)))
    [index] = indexes
    folded = [name.casefold() for _, name in held]
    peer = statistics.median(
        seconds(lambda name=name: _best(name.casefold(), folded))  # type: ignore[misc]
        for _, name in chance.sample(held, 5)
    )
    asked = [(kind, mutated(chance, name)) for kind, name in chance.sample(held, subjects)]
    exact = _p99([lambda each=each: index.exact(*each) for each in asked * 4])  # type: ignore[misc]
    yield Row.beside(f"index_{size}", elapsed, "s", "one " + PEER, peer)
    yield Row.beside(f"exact_p99_{size}", exact * 1000, "ms", PEER, peer * 1000)
    works = [
        lambda each=each: match.check(Party(*each), index)  # type: ignore[misc]
        for each in asked
    ]
    times = [seconds(work) for work in works]
    slowest = sorted(times)[int(len(times) * 0.99)]
    yield Row.beside(f"check_p99_{size}", slowest * 1000, "ms", PEER, peer * 1000)
    yield Row.beside(f"subjects_{subjects}", sum(times), "s", PEER, peer * subjects)


def delta(changed: int, firms: int) -> Iterator[Row]:
    """New entries against all firms; the peer is measured on some and multiplied."""
    chance = random.Random(3)
    subjects = list(people_and_firms(chance, firms))
    entries = list(people_and_firms(chance, changed))
    elapsed = seconds(lambda: match.delta(Index(subjects), entries))
    folded = [name.casefold() for _, name in subjects]
    sample = entries[:20]
    once = seconds(lambda: [_best(name.casefold(), folded) for _, name in sample]) / len(sample)
    yield Row.beside(f"delta_{changed}x{firms}", elapsed, "s", PEER, once * changed)


def _p99(works: list[Callable[[], object]]) -> float:
    return sorted(seconds(work) for work in works)[int(len(works) * 0.99)]


def _best(name: str, folded: list[str]) -> list[tuple[str, float, int]]:
    return process.extract(name, folded, scorer=fuzz.ratio, score_cutoff=CUTOFF, limit=TOP)


def _ratio(_schema: str, one: str, other: str) -> names.Score:
    value = fuzz.ratio(one.casefold(), other.casefold()) / 100
    return names.Score(value, "ratio", "by letters alone")


def _rows(name: str) -> list[list[str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row]


def _kind(row: list[str]) -> Kind:
    return "person" if "individual" in row[2] else "company"
