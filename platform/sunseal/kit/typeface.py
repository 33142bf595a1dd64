"""With what letters a document is written: those that it carries, or those that its reader has."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

# One that every reader of Chinese PDF files brings along, and one that the library brings.
READERS = "STSong-Light"
LATIN = "Vera"
CHINESE = "chinese"

pdfmetrics.registerFont(UnicodeCIDFont(READERS))


@dataclass(frozen=True, slots=True)
class Typeface:
    """Fonts in the order in which a letter is looked for, each with the letters that it has."""

    carried: tuple[tuple[str, frozenset[int]], ...] = ()

    @property
    def font(self) -> str:
        """Which one numbers and words in Latin letters are in."""
        return next((font for font, _ in self.carried), READERS)

    def markup(self, text: str) -> str:
        """Escaped, because what is printed is anybody's words. A rare character of a name that no
        carried font has is written with the reader's: a box instead of it would be another name.
        """
        return "".join(_run(font, letters) for font, letters in groupby(text, key=self._font_of))

    def _font_of(self, letter: str) -> str:
        return next((font for font, has in self.carried if ord(letter) in has), READERS)


OF_READERS = Typeface()


@cache
def carried(file: Path) -> Typeface:
    """The typeface of a TrueType `file`, of which a document carries the letters that it uses.

    That of readers where there is no such file, or none that may be read so.
    """
    try:
        fonts = TTFont(LATIN, f"{LATIN}.ttf"), TTFont(CHINESE, file)
    except (TTFError, OSError):
        return OF_READERS
    for font in fonts:
        pdfmetrics.registerFont(font)
    return Typeface(tuple((font.fontName, frozenset(font.face.charToGlyph)) for font in fonts))


def _run(font: str, letters: Iterable[str]) -> str:
    return f'<font name="{font}">{escape("".join(letters))}</font>'
