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


def own(room: str) -> set[Text]:
    """What the room's catalogue holds: without what every page says anyway."""
    return said_in(room) if room == catalogue.SHARED else said_in(room) - said_in(catalogue.SHARED)


def sources(room: str) -> Iterator[Path]:
    """The shared kit belongs to the web itself."""
    yield from sorted((SUNSEAL / room).rglob("*.py"))
    for folder in (room, "kit") if room == catalogue.SHARED else (room,):
        yield from sorted((TEMPLATES / folder).rglob("*.html"))
    if room == catalogue.SHARED:
        yield from sorted(TEMPLATES.glob("*.html"))


def file_of(room: str) -> Path:
    return catalogue.ENGLISH / f"{room}.po"


def update(room: str) -> int:
    """Rewrites a catalogue; how many texts have no translation."""
    path, said = file_of(room), own(room)
    if not said:
        path.unlink(missing_ok=True)
        return 0
    known = catalogue.read(path) if path.exists() else Catalog()
    made = Catalog(locale="en", fuzzy=False)
    for text in sorted(said, key=str):
        name = text if isinstance(text, str) else text[0]
        before = known.get(name)
        # Another room may have said the same; then English says the same, too.
        elsewhere = catalogue.translation("en").one.get(name, "")
        made.add(
            text, before.string if before and any(catalogue.all_of(before.string)) else elsewhere
        )
    buffer = BytesIO()
    write_po(buffer, made, omit_header=True, width=0, sort_output=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    path.write_text(header + plural + buffer.getvalue().decode(), encoding="utf-8")
    return sum(not any(catalogue.all_of(each.string)) for each in made if each.id)


def _advice(room: str) -> Iterator[str]:
    path = sentences.SENTENCES / f"{room}.toml"
    if path.exists():
        for slug, said in sentences.load(path).items():
            if slug != sentences.WORDS:
                yield from (said[key] for key in TRANSLATED if key in said)


def main(names: list[str]) -> None:
    for room in names or rooms():
        print(f"{room}: {update(room)} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
