"""Tables, lists and codes for documents on paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from sunseal.kit.paper import MARGIN, TEXT, text
from sunseal.kit.typeface import Typeface

WIDTH = A4[0] - 2 * MARGIN
HEADING = ParagraphStyle("heading", parent=TEXT, fontSize=13, leading=30, keepWithNext=1)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=9, leading=13)
CODE_SIDE = 28 * mm
LINES = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Writes tables and lists in one typeface."""

    face: Typeface

    def table(
        self,
        heading: str,
        columns: Sequence[tuple[str, int]],
        rows: Iterable[Sequence[str]],
        none: str = "—",
        height: float | None = None,
    ) -> list[Flowable]:
        """A column is its label and its share of the width; a table without rows says `none`.

        `height` is that of every row but the first, in points, where it is not the words' own.
        """
        found = [self._row(values) for values in rows]
        title = text(heading, HEADING, self.face)
        if not found:
            return [title, text(none, TEXT, self.face)]
        whole = sum(share for _, share in columns)
        widths = [WIDTH * share / whole for _, share in columns]
        head = self._row([label for label, _ in columns])
        heights = [None, *[height] * len(found)] if height else None
        made = Table([head, *found], widths, heights, repeatRows=1, style=LINES)
        return [title, made]

    def paragraphs(self, heading: str, texts: Iterable[str], none: str = "—") -> list[Flowable]:
        found = [text(each, TEXT, self.face) for each in texts]
        return [text(heading, HEADING, self.face), *(found or [text(none, TEXT, self.face)])]

    def _row(self, values: Iterable[str]) -> list[Flowable]:
        return [text(value, CELL, self.face) for value in values]


def code(text: str) -> list[Flowable]:
    """A QR code (ISO/IEC 18004) of `text`."""
    made = QrCodeWidget(text, barWidth=CODE_SIDE, barHeight=CODE_SIDE, barLevel="M")
    drawing = Drawing(CODE_SIDE, CODE_SIDE)
    drawing.add(made)
    return [Spacer(1, 4 * mm), drawing]
