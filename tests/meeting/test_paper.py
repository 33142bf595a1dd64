"""The opening record on paper: what it says, and that whoever holds it can look it up."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from sunseal.database import Role
from sunseal.kit import typeface
from sunseal.kit.typeface import OF_READERS, Typeface
from sunseal.meeting import paper, service
from sunseal.meeting.acts import Signature
from sunseal.meeting.rules import SIGN_LABEL
from sunseal.meeting.service.enter import enter
from sunseal.settings import FONT
from sunseal_crypto import signing
from tests.meeting.hall import Hall

LINK = "https://centre.example/tenders/x/minutes/1"
OCTAL = re.compile(rb"\\([0-7]{3})")


@pytest.fixture(scope="module")
def printed(stage: Callable[[str], Hall]) -> tuple[Hall, bytes]:
    hall = stage("on paper")
    return hall, _paper(hall)


def _paper(hall: Hall, edition: int = 1, face: Typeface = OF_READERS) -> bytes:
    found = hall.clerk(service.minutes, edition)
    entries = [found.edition.entry_id, *(each.entry_id for each in found.records)]
    with hall.scene.desk.unit_as(Role.PUBLIC) as uow:
        places = service.positions(uow, entries)
    return paper.write(found, places, "test.sunseal.example/log", LINK, face)


def _has(document: bytes, words: str) -> bool:
    """Chinese stands in the file as UTF-16, with what is not printable as octal numbers."""
    plain = OCTAL.sub(lambda found: bytes([int(found[1], 8)]), document)
    for escaped in (b"\\(", b"\\)", b"\\\\"):
        plain = plain.replace(escaped, escaped[1:])
    return words.encode("utf-16-be") in plain


def test_it_says_what_was_opened_done_and_signed(printed: tuple[Hall, bytes]) -> None:
    hall, document = printed
    with hall.staff() as uow:
        edition = service.look(uow, hall.tender).course.editions[0]
    rows = hall.scene.sql("select price from opened.bid where price <> ''")
    prices = [f"{Decimal(price):,} CNY" for [price] in rows]
    firms = [firm.name for firm in hall.firms[:2]]
    for words in (
        "开标记录",
        *firms,
        *prices,
        "不予开标",
        "已撤回",
        "guard-1",
        "报价读错了",
        "已核对",
        "张三",
        "李建国",
        "手写签名",
        "核对",
        edition.digest.hex(),
    ):
        assert _has(document, words), words
    assert b"minutes.json" in document


def test_the_same_minutes_make_the_same_bytes(printed: tuple[Hall, bytes]) -> None:
    hall, document = printed
    assert _paper(hall) == document


def test_a_supplement_is_a_paper_of_its_own(hall: Hall) -> None:
    digest = hall.written()
    first = _paper(hall)
    hall.clerk(service.correct, "第一版中的单位名称有误")
    hall.clerk(service.write_minutes)
    second = _paper(hall, 2)
    assert _has(second, digest.hex())
    assert _has(second, "第一版中的单位名称有误")
    assert not _has(first, "第一版中的单位名称有误")
    assert _paper(hall) == first


def test_only_a_key_that_signed_is_printed(stage: Callable[[str], Hall]) -> None:
    """Whoever has a firm's session and SQL, and not its key, can name the key all the same."""
    hall = stage("written")
    minutes, (good, false) = hall.meeting().course.editions[0], hall.firms[:2]
    signature = signing.sign_labelled(good.key, SIGN_LABEL, minutes.digest)
    hall.firm(0, service.sign, 1, minutes.digest, signature)
    said = {"statement": "", "key": false.key.public, "signature": signature}
    with false.unit() as uow:
        of = {"minutes": minutes.minutes.id, "digest": minutes.digest}
        enter(uow, hall.tender, Signature, **of, **said)
    document = _paper(hall)
    assert _has(document, good.key.public.hex()[:16])
    assert not _has(document, false.key.public.hex()[:16])


needs_font = pytest.mark.skipif(not FONT.exists(), reason="fonts-droid-fallback is not installed")


@needs_font
def test_a_record_carries_its_letters(printed: tuple[Hall, bytes]) -> None:
    """Whoever opens it in thirty years, without any Chinese font, reads it all the same."""
    hall, with_readers_letters = printed
    face = typeface.carried(FONT)
    document = _paper(hall, face=face)
    assert b"/FontFile2" in document
    assert b"STSong" not in document
    assert b"/FontFile2" not in with_readers_letters
    assert _paper(hall, face=face) == document


@needs_font
def test_a_letter_that_the_font_lacks_is_not_left_out() -> None:
    assert typeface.carried(FONT).markup("A王\U0002b5af") == (
        '<font name="Vera">A</font><font name="chinese">王</font>'
        '<font name="STSong-Light">\U0002b5af</font>'
    )


def test_without_the_font_readers_bring_theirs(tmp_path: Path) -> None:
    (tmp_path / "no.ttf").write_bytes(b"no font")
    assert typeface.carried(tmp_path / "none.ttf") == OF_READERS
    assert typeface.carried(tmp_path / "no.ttf") == OF_READERS
    assert OF_READERS.markup("a<b") == '<font name="STSong-Light">a&lt;b</font>'
