"""How well the names' rules do on labelled pairs: precision, recall, F1, and every confusion.

The pairs are a CSV of schema, name1, name2, is_match. With the optional nomenklatura, its logic-v2
gives a second opinion on names in letters; Chinese names it never sees.
"""

import csv
import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sunseal.screening import names
from sunseal.screening.names.normalise import HAN, Kind

Judge = Callable[[str, str, str], names.Score]


@dataclass(frozen=True, slots=True)
class Pair:
    schema: str
    one: str
    other: str
    match: bool


class BadPairs(ValueError):
    """The file is not in the form of labelled pairs; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line} of the pairs: {reason}.")


def read(path: Path) -> Iterator[Pair]:
    """Raises BadPairs."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = {"schema", "name1", "name2", "is_match"} - set(rows.fieldnames or ())
        if missing:
            raise BadPairs(1, f"columns are missing: {', '.join(sorted(missing))}")
        for row in rows:
            label = (row["is_match"] or "").strip().lower()
            if label not in ("true", "false"):
                raise BadPairs(rows.line_num, f"is_match {label!r} is neither true nor false")
            yield Pair(row["schema"], row["name1"], row["name2"], label == "true")


def kind_of(schema: str) -> Kind:
    return "person" if schema.casefold() == "person" else "company"


def own(schema: str, one: str, other: str) -> names.Score:
    return names.score(kind_of(schema), one, other)


def evaluate(pairs: Iterable[Pair], judge: Judge = own) -> dict[str, Any]:
    """A pair counts as matched from the threshold of review on."""
    counts = {(label, said): 0 for label in (True, False) for said in (True, False)}
    confusions = []
    for pair in pairs:
        score = judge(pair.schema, pair.one, pair.other)
        counts[pair.match, score.needs_review] += 1
        if score.needs_review is not pair.match:
            confusions.append(_confusion(pair, score))
    return {**_figures(counts), "threshold": names.REVIEW, "confusions": confusions}


def _confusion(pair: Pair, score: names.Score) -> dict[str, Any]:
    return {
        "schema": pair.schema,
        "name1": pair.one,
        "name2": pair.other,
        "is_match": pair.match,
        "score": round(score.value, 3),
        "sentence": score.sentence,
    }


def _figures(counts: dict[tuple[bool, bool], int]) -> dict[str, Any]:
    hits, missed, false = counts[True, True], counts[True, False], counts[False, True]
    return {
        "pairs": sum(counts.values()),
        "precision": _share(hits, hits + false),
        "recall": _share(hits, hits + missed),
        "f1": _share(2 * hits, 2 * hits + false + missed),
        "true_positives": hits,
        "false_positives": false,
        "false_negatives": missed,
        "true_negatives": counts[False, False],
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def has_extra() -> bool:
    return importlib.util.find_spec("nomenklatura") is not None


def with_extra() -> Judge:
    """Our rules and, for names in letters, the mean of ours and logic-v2's."""
    logic: Any = importlib.import_module("nomenklatura.matching").get_algorithm("logic-v2")
    proxy: Any = importlib.import_module("followthemoney").EntityProxy
    config = logic.default_config()

    def entity(schema: str, name: str) -> Any:
        # It caches by id alone: a second query of one id would get the first one's verdict.
        data = {"id": uuid4().hex, "schema": schema, "properties": {"name": [name]}}
        return proxy.from_dict(data)

    def judge(schema: str, one: str, other: str) -> names.Score:
        score = own(schema, one, other)
        if HAN.search(one + other):
            return score
        said = logic.compare(entity(schema, one), entity(schema, other), config).score
        value = (score.value + float(said)) / 2
        return names.Score(value, "logic-v2", f"{score.sentence}; logic-v2 says {said:.2f}")

    return judge
