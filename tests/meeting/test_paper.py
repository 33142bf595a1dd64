"""The opening record on paper: what it says, and that whoever holds it can look it up."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from sunseal.database import Role
from sunseal.meeting import paper, service
from tests.meeting.hall import Hall

LINK = "https://centre.example/tenders/x/minutes/1"
OCTAL = re.compile(rb"\\([0-7]{3})")


@pytest.fixture(scope="module")
def printed(stage: Callable[[str], Hall]) -> tuple[Hall, bytes]:
    hall = stage("on paper")
    return hall, _paper(hall)


def _paper(hall: Hall, edition: int = 1) -> bytes:
    found = hall.clerk(service.minutes, edition)
    entries = [found.edition.entry_id, *(each.entry_id for each in found.records)]
    with hall.scene.desk.unit_as(Role.PUBLIC) as uow:
        places = service.positions(uow, entries)
    return paper.write(found, places, "test.sunseal.example/log", LINK)


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
