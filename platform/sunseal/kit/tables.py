"""Tables, lists and codes for documents on paper."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from sunseal.kit.paper import FONT, MARGIN, TEXT

WIDTH = A4[0] - 2 * MARGIN
HEADING = ParagraphStyle("heading", parent=TEXT, fontSize=13, leading=22, spaceBefore=8)
CELL = ParagraphStyle("cell", fontName=FONT, fontSize=9, leading=13, wordWrap="CJK")
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


def table(
    heading: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    none: str = "—",
    height: float | None = None,
) -> list[Flowable]:
    """A column is its label and its share of the width; a table without rows says `none`.

    `height` is that of every row but the first, in points, where it is not the words' own.
    """
    found = [[_cell(value) for value in row] for row in rows]
    title = Paragraph(escape(heading), HEADING)
    if not found:
        return [title, Paragraph(escape(none), TEXT)]
    whole = sum(share for _, share in columns)
    widths = [WIDTH * share / whole for _, share in columns]
    head = [_cell(label) for label, _ in columns]
    heights = [None, *[height] * len(found)] if height else None
    return [
        title,
        Table([head, *found], colWidths=widths, rowHeights=heights, repeatRows=1, style=LINES),
    ]


def paragraphs(heading: str, texts: Iterable[str], none: str = "—") -> list[Flowable]:
    found = [Paragraph(escape(text), TEXT) for text in texts]
    return [Paragraph(escape(heading), HEADING), *(found or [Paragraph(escape(none), TEXT)])]


def code(text: str) -> list[Flowable]:
    """A QR code (ISO/IEC 18004) of `text`."""
    made = QrCodeWidget(text, barWidth=CODE_SIDE, barHeight=CODE_SIDE, barLevel="M")
    drawing = Drawing(CODE_SIDE, CODE_SIDE)
    drawing.add(made)
    return [Spacer(1, 4 * mm), drawing]


def _cell(value: str) -> Paragraph:
    """Escaped: the library reads markup, and what is printed is anybody's words."""
    return Paragraph(escape(value), CELL)
