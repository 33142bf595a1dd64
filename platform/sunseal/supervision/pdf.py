"""A rectification notice on paper.

The font is one of those that every reader of Chinese PDF files brings along, so neither a font file
nor anything of this machine goes into it, and the same notice gives the same bytes.
"""

import io
from datetime import datetime
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from sunseal.supervision.order import Order, Position
from sunseal.supervision.rules.base import BEIJING

FONT = "STSong-Light"
# Paper has an end; the log has all of them.
SHOWN = 40

pdfmetrics.registerFont(UnicodeCIDFont(FONT))
TITLE = ParagraphStyle("title", fontName=FONT, fontSize=20, leading=30, alignment=1)
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=11, leading=18, wordWrap="CJK")
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=8, leading=12)


def write(order: Order, position: Position) -> bytes:
    """The whole document."""
    file = io.BytesIO()
    margin = 25 * mm
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        title=order.reference,
        author=order.authority,
        invariant=1,
    )
    parts = [Paragraph("责令改正通知书", TITLE), Spacer(1, 6 * mm)]
    parts += [_line(name, value, TEXT) for name, value in _said(order)]
    parts.append(Spacer(1, 8 * mm))
    parts += [_line(name, value, SMALL) for name, value in _logged(order, position)]
    document.build(parts)
    return file.getvalue()


def _said(order: Order) -> list[tuple[str, str]]:
    return [
        ("文号", order.reference),
        ("致", order.addressee),
        ("项目编号", order.tender or "—"),
        ("事项", order.rule),
        ("事实", order.facts),
        ("要求", order.demand),
        ("限期", _time(order.deadline)),
        ("发文机关", order.authority),
        ("日期", _time(order.ordered_at)),
    ]


def _logged(order: Order, position: Position) -> list[tuple[str, str]]:
    return [
        ("日志位置", f"tick {position.tick}, slot {position.slot}, leaf {position.index}"),
        ("承诺值", position.commitment.hex()),
        ("通知 SHA-256", position.digest.hex()),
        ("问题编号", order.finding),
        ("证据条目", _some(order.entries)),
        ("证据时刻 (tick)", _some([str(tick) for tick in order.ticks])),
    ]


def _some(values: list[str]) -> str:
    more = f" … (+{len(values) - SHOWN})" if len(values) > SHOWN else ""
    return (", ".join(values[:SHOWN]) or "—") + more


def _line(name: str, value: str, style: ParagraphStyle) -> Paragraph:
    """Escaped: the library reads markup, and a demand is anybody's words."""
    return Paragraph(f"{escape(name)}：{escape(value)}", style)


def _time(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M} (UTC+8)"
