"""Real files of several kinds, as firms hand them in; each opens in the program of its kind."""

import os
import struct
import zipfile
import zlib
from pathlib import Path

BLOCK = 8 << 20
WORD = "http://schemas.openxmlformats.org"
CONTENT_TYPES = f"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="{WORD}/package/2006/content-types"><Default Extension="rels"
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override
PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.\
wordprocessingml.document.main+xml"/></Types>"""
RELATIONSHIPS = f"""<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="{WORD}/package/2006/relationships"><Relationship Id="rId1"
Type="{WORD}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""


def write_documents(folder: Path, firm: str, price: str) -> list[Path]:
    """A letter, a price list, a plan, a method statement and a scan."""
    folder.mkdir(parents=True, exist_ok=True)
    letter = folder / "投标函.txt"
    letter.write_text(f"{firm}\n\n我方愿以人民币 {price} 元承担本项目。\n", encoding="utf-8")
    prices = folder / "报价明细.csv"
    prices.write_text(f"项目,金额（元）\n合计,{price}\n", encoding="utf-8-sig")
    return [
        letter,
        prices,
        _write(folder / "plan.pdf", _pdf("Construction plan")),
        _word(folder / "施工组织设计.docx", f"{firm}施工组织设计"),
        _write(folder / "scan.png", _png(256, 256)),
    ]


def write_incompressible(path: Path, size: int) -> Path:
    """`size` random bytes, as drawings packed by another program are."""
    with path.open("wb") as file:
        for left in range(size, 0, -BLOCK):
            file.write(os.urandom(min(BLOCK, left)))
    return path


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _pdf(title: str) -> bytes:
    """One page with one line (ISO 32000-1)."""
    drawing = f"BT /F1 18 Tf 72 720 Td ({title}) Tj ET".encode("ascii")
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(bodies) + 1)
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % table)


def _png(width: int, height: int) -> bytes:
    """Grey noise, so that it does not compress (ISO/IEC 15948)."""
    rows = b"".join(b"\0" + os.urandom(width) for _ in range(height))
    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(*chunk) for chunk in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def _word(path: Path, text: str) -> Path:
    namespace = f"{WORD}/wordprocessingml/2006/main"
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    document = f'<w:document xmlns:w="{namespace}"><w:body>{paragraph}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONSHIPS)
        archive.writestr("word/document.xml", document)
    return path
