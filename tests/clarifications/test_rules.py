"""Pure decisions: which batch, which texts, and who would be recognised."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.clarifications import rules
from sunseal.clarifications.errors import NamesItsFirm, NoText, QuestionsClosed, TooManyQuestions
from sunseal.screening.rules import CALENDAR
from sunseal.tenders.models import Tender
from tests.clarifications.world import DAY, at

FAR = at(0, day=28)


def tender(**facts: object) -> Tender:
    given: dict[str, object] = {"status": "published", "statutory": False}
    return Tender(**(given | {"published_at": at(0), "deadline": at(0, day=21)} | facts))


@pytest.mark.parametrize(
    ("asked", "closes", "batch"),
    [
        (at(8, 59), FAR, at(9)),
        (at(9), FAR, at(9, day=2)),
        (at(9, 1), FAR, at(9, day=2)),
        (at(23, 30), FAR, at(9, day=2)),
        (at(10), at(18), at(18)),
        (at(8, 59, day=31), at(0, day=31) + DAY, at(9, day=31)),
        (at(10), at(9, 59), at(9, 59)),
    ],
    ids=["before", "at", "after", "night", "the period ends first", "month", "moved meanwhile"],
)
def test_a_question_belongs_to_the_next_batch(
    asked: datetime, closes: datetime, batch: datetime
) -> None:
    assert rules.released_at(asked.astimezone(UTC), closes) == batch


@given(st.integers(0, 10**9))
@settings(max_examples=50)
def test_batches_of_a_day_are_one_hour_whatever_was_asked_when(seconds: int) -> None:
    asked = at(0).astimezone(UTC) + timedelta(seconds=seconds)
    batch = rules.released_at(asked, asked + timedelta(days=5))
    local = batch.astimezone(CALENDAR)
    assert (local.hour, local.minute, local.second, local.microsecond) == (9, 0, 0, 0)
    assert asked < batch <= asked + DAY


def test_the_law_ends_the_period_ten_days_before_the_deadline() -> None:
    assert rules.closes_at(tender(statutory=True)) == at(0, day=11)


def test_other_tenders_leave_half_of_the_time_for_what_is_answered() -> None:
    assert rules.closes_at(tender()) == at(0, day=11)
    assert rules.closes_at(tender(deadline=at(0, day=5))) == at(0, day=3)


@pytest.mark.parametrize("facts", [{}, {"status": "cancelled"}, {"status": "closed"}])
def test_the_period_is_over(facts: dict[str, str]) -> None:
    rules.check_open(tender(), at(23, 59, day=10))
    with pytest.raises(QuestionsClosed) as refused:
        rules.check_open(tender(**facts), at(0, day=11 if not facts else 1))
    assert refused.value.closed_at == at(0, day=11)


def test_an_eleventh_question_is_one_too_many() -> None:
    rules.check_count(9)
    with pytest.raises(TooManyQuestions):
        rules.check_count(10)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (" 管径多大？ \r\n 请明确。\r\n", "管径多大？\n 请明确。"),
        ("管径\u200b多大\ufeff？", "管径多大？"),
        ("管径\u00a0多大\u3000？\t好", "管径 多大 ？ 好"),
        ("e\u0301tage", "\u00e9tage"),
        ("管径\x07多大\ue000？", "管径多大？"),
    ],
    ids=["line ends", "zero widths", "spaces", "composed", "control and private"],
)
def test_what_nobody_sees_is_no_mark_of_the_writers_machine(text: str, seen: str) -> None:
    assert rules.tidied(text, "question") == seen


@pytest.mark.parametrize("text", ["", " \n\u200b ", "管" * 4001], ids=["empty", "unseen", "long"])
def test_no_text_is_refused(text: str) -> None:
    with pytest.raises(NoText):
        rules.tidied(text, "question")


NAMES, CODES = ["江南市长河建筑工程有限公司"], ["91440300100000006C"]


@pytest.mark.parametrize(
    "text",
    [
        "我公司江南市长河建筑工程有限公司认为工期太短。",
        "江南市長河建築工程有限公司 认为工期太短。",
        "江南市 长河 建筑工程 有限公司认为工期太短。",
        "统一社会信用代码 91440300100000006c 的企业能否参加？",
        "请回复 13800138000。",
        "请回复 zhang@changhe.cn。",
    ],
    ids=["name", "traditional", "spaced", "code", "telephone", "mail"],
)
def test_who_asks_would_be_known(text: str) -> None:
    with pytest.raises(NamesItsFirm):
        rules.check_names_nobody(text, NAMES, CODES)


@pytest.mark.parametrize(
    "text",
    ["长河镇段的工期能否延长？", "图号 113800138000 与清单不符。", "江南市另有规定吗？"],
    ids=["a place", "a longer number", "the city"],
)
def test_other_words_are_no_name(text: str) -> None:
    rules.check_names_nobody(text, NAMES, CODES)
