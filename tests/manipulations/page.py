"""docs/manipulations.md, out of the catalogue: `python -m tests.manipulations.page` writes it."""

import re
import string
from pathlib import Path

from tests.manipulations import boxes, entries, meetings, records, tenders, ticks
from tests.manipulations.catalogue import ALL, Manipulation

PAGE = Path(__file__).parents[2] / "docs/manipulations.md"
HEAD = """\
# Manipulations that the audit finds

Each row was done to a live installation by a test of `tests/manipulations`, after which a
supervisor's bundle was fetched and `sunseal-audit verify` had to say the sentence on the right,
word for word. *Italics* stand for the entry (commitment, tick and slot), the tick, the leaf or the
value in question. Rows that name a paper need `--kept`: a promise or a checkpoint that somebody
else has kept. Written by `python -m tests.manipulations.page`; do not edit.

{count} manipulations: {who}.

What no audit can find is in [the threat model](threat-model.md#what-the-audit-cannot-find).
"""
TITLES = {
    entries: "Entries of the log",
    ticks: "The log, its checkpoints and its cosigners",
    tenders: "Tenders, people and firms",
    boxes: "Bids and requests",
    records: "Answers, records, lists and verdicts",
    meetings: "What people did in the hall after the opening",
}


def text() -> str:
    """The whole page."""
    who = ", ".join(
        f"{sum(row.who == name for row in ALL)} by a {name}".replace("by a t", "by t")
        for name in dict.fromkeys(row.who for row in ALL)
    )
    parts = [HEAD.format(count=len(ALL), who=who)]
    for room, title in TITLES.items():
        rows = [_row(row) for row in ALL if row.do.__module__ == room.__name__]
        table = "| | who | what | what the audit says |\n|---|---|---|---|\n" + "\n".join(rows)
        parts.append(f"## {title}\n\n{table}\n")
    return "\n".join(parts)


def _row(row: Manipulation) -> str:
    return f"| {row.id} | {row.who} | {row.what} | {_says(row.says)} |"


def _says(sentence: str) -> str:
    """The sentence with its names in italics."""
    parts = string.Formatter().parse(sentence)
    said = "".join(f"{words}*{name}*" if name else words for words, name, _, _ in parts)
    return re.sub(r"\|", r"\\|", said)


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
