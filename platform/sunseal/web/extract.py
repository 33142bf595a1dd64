"""Which texts a room's pages say, and the upkeep of its English catalogue.

    python -m sunseal.web.extract            every room: adds what is new, drops what is gone
    python -m sunseal.web.extract tenders    one room

A new text comes without a translation; write one, or tests/web/test_catalogues.py fails.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from sunseal.web import catalogue, sentences
from sunseal.web.templates import TEMPLATES

SUNSEAL = Path(__file__).parent.parent
OWN = "web"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "msg": None}
TRANSLATED = ("safe", "next")
Text = str | tuple[str, str]


def rooms() -> list[str]:
    """Every room that says anything: with templates, or pages, or sentences of its own."""
    with_templates = {path.name for path in TEMPLATES.iterdir() if path.is_dir()} - {"kit"}
    with_pages = {path.parent.name for path in SUNSEAL.glob("*/pages.py")}
    with_sentences = {path.stem for path in sentences.files()}
    return sorted(with_templates | with_pages | with_sentences)


def said_in(room: str) -> set[Text]:
    """Every text of a room: a plural is a pair of the same Chinese text."""
    found: set[Text] = set()
    for path in sources(room):
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        options = {"trimmed": "true", "newstyle_gettext": "true"}
        with path.open("rb") as file:
            for _, text, _, _ in extract(method, file, KEYWORDS, (), options):
                found.add(text if isinstance(text, str) else (text[0], text[1]))
    return found | set(_advice(room))


def sources(room: str) -> Iterator[Path]:
    """The shared kit belongs to the web itself."""
    yield from sorted((SUNSEAL / room).rglob("*.py"))
    for folder in (room, "kit") if room == OWN else (room,):
        yield from sorted((TEMPLATES / folder).rglob("*.html"))
    if room == OWN:
        yield from sorted(TEMPLATES.glob("*.html"))


def file_of(room: str) -> Path:
    return catalogue.ENGLISH / f"{room}.po"


def update(room: str) -> int:
    """Rewrites a catalogue; how many texts have no translation."""
    path, known, said = file_of(room), Catalog(), said_in(room)
    if not said:
        path.unlink(missing_ok=True)
        return 0
    if path.exists():
        known = catalogue.read(path)
    made = Catalog(locale="en", fuzzy=False)
    for text in sorted(said, key=str):
        before = known.get(text if isinstance(text, str) else text[0])
        made.add(text, before.string if before else "")
    buffer = BytesIO()
    write_po(buffer, made, omit_header=True, width=0, sort_output=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    path.write_text(header + plural + buffer.getvalue().decode(), encoding="utf-8")
    return sum(not any(catalogue.all_of(each.string)) for each in made if each.id)


def _advice(room: str) -> Iterator[str]:
    path = sentences.SENTENCES / f"{room}.toml"
    if path.exists():
        for own in sentences.load(path).values():
            yield from (own[key] for key in TRANSLATED if key in own)


def main(names: list[str]) -> None:
    for room in names or rooms():
        print(f"{room}: {update(room)} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
