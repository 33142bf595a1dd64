"""Translations: Chinese is what the code says, English is what the catalogues say.

Each room has a catalogue of its own, locale/en/<room>.po, read once at start. What a catalogue does
not know is shown in Chinese; tests/web/test_catalogues.py leaves nothing unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LOCALE = Path(__file__).with_name("locale")
ENGLISH = LOCALE / "en"
# The catalogue of what all pages say.
SHARED = "web"


def msg(text: str) -> str:
    """Marks a text that is written here and translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Translation:
    """One language. Chinese has one form for any number, and so have its keys."""

    language: str
    one: dict[str, str]
    many: dict[str, str]

    def gettext(self, text: str) -> str:
        return self.one.get(text, text)

    def ngettext(self, text: str, same_text: str, number: int) -> str:
        """Chinese says one thing of any number; the template gives it twice."""
        return self.one.get(text, text) if number == 1 else self.many.get(same_text, same_text)

    def options(self, labels: Mapping[str, str]) -> list[tuple[str, str]]:
        """The choices of a field: what is sent, and what is shown."""
        return [(name, self.gettext(text)) for name, text in labels.items()]


@cache
def translation(language: str, room: str = SHARED) -> Translation:
    """As a room speaks: two rooms may mean different things by one Chinese word.

    Its own catalogue comes first, then the shared one, then the others', whose macros it may use.
    Chinese needs no catalogue: it is what the pages are written in.
    """
    if language == "zh":
        return Translation("zh", {}, {})
    one: dict[str, str] = {}
    many: dict[str, str] = {}
    last = (SHARED, room)
    paths = sorted(ENGLISH.glob("*.po"), key=lambda path: (path.stem == room, path.stem in last))
    for path in paths:
        for message in read(path):
            name, forms = all_of(message.id)[0], all_of(message.string)
            if name and forms[0]:
                one[name], many[name] = forms[0], forms[-1]
    return Translation(language, one, many)


def all_of(text: str | Sequence[str] | None) -> Sequence[str]:
    """The forms of a text, or of its translation: one, or one and many."""
    return (text or "",) if isinstance(text, str | None) else text


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)
