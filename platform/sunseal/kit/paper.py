"""Documents on paper, in Chinese.

The same words give the same bytes. Nothing is packed, and no font is carried along unless it is
asked for: so words of one length give documents of one length, and a length tells nothing.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFStream,
    PDFString,
)
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from sunseal.kit import practice
from sunseal.kit.typeface import OF_READERS, READERS, Typeface

MARGIN = 25 * mm
# What is printed on paper in China says China's time.
BEIJING = timezone(timedelta(hours=8))

TITLE = ParagraphStyle("title", fontName=READERS, fontSize=20, leading=30, alignment=1)
TEXT = ParagraphStyle("text", fontName=READERS, fontSize=11, leading=18, wordWrap="CJK")
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=8, leading=12)
FOOT = ParagraphStyle("foot", parent=SMALL, alignment=1)

Lines = Iterable[tuple[str, str]]


def write(
    heading: str,
    said: Lines,
    fine_print: Lines,
    *,
    title: str,
    author: str,
    origin: str,
    attachment: tuple[str, bytes] | None = None,
    more: Sequence[Flowable] = (),
    footer: str = "",
    face: Typeface = OF_READERS,
) -> bytes:
    """The whole document, marked where `origin` is a practice instance's.

    `more`, tables and the like, stands before the fine print; `footer` on each page, with its
    number. An attachment has a plain name, and lies in the file as it is.
    """
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=practice.marked(origin, title),
        author=author,
        invariant=1,
        pageCompression=0,
    )
    heading = practice.marked(origin, heading)
    parts: list[Any] = [text(heading, TITLE, face), Spacer(1, 6 * mm)]
    parts += [text(f"{name}：{value}", TEXT, face) for name, value in said]
    parts += [Spacer(1, 8 * mm), *more]
    parts += [text(f"{name}：{value}", SMALL, face) for name, value in fine_print]

    def each_page(canvas: Any, _: Any) -> None:
        if footer:
            foot = text(f"{footer} · {canvas.getPageNumber()}", FOOT, face)
            foot.wrapOn(canvas, A4[0] - 2 * MARGIN, MARGIN)
            foot.drawOn(canvas, MARGIN, MARGIN / 2)

    def first_page(canvas: Any, page: Any) -> None:
        if attachment is not None:
            _attach(canvas._doc, *attachment)
        each_page(canvas, page)

    document.build(parts, onFirstPage=first_page, onLaterPages=each_page)
    return file.getvalue()


def text(words: str, style: ParagraphStyle, face: Typeface = OF_READERS) -> Paragraph:
    return Paragraph(face.markup(words), ParagraphStyle("", parent=style, fontName=face.font))


def some(values: Sequence[str], most: int) -> str:
    """Paper has an end; what the values come from has all of them."""
    more = f" … (+{len(values) - most})" if len(values) > most else ""
    return (", ".join(values[:most]) or "—") + more


def time(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M} (UTC+8)"


def _attach(document: Any, name: str, data: bytes) -> None:
    """An embedded file (ISO 32000-1, 7.11.4), uncompressed, so that it can be cut out."""
    stream = PDFStream(PDFDictionary({"Type": PDFName("EmbeddedFile")}), data, filters=[])
    file = PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": PDFString(name),
            "UF": PDFString(name),
            "EF": PDFDictionary({"F": document.Reference(stream)}),
        }
    )
    names = PDFArray([PDFString(name), document.Reference(file)])
    files = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": names})})
    document.Catalog.Names = files
