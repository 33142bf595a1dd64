"""Pure decisions about questions and answers: facts and a time in, nothing or an error out.

A question goes one way:

    asked → released → answered
      │
      └── the firm's alone until then

Nobody at a desk may see it arrive, so it is released with all others of the day at one hour, and
what is left when the period ends, at that moment. Both are known beforehand and depend on no
question.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from sunseal.clarifications.errors import (
    AnswersClosed,
    NamesItsFirm,
    NoText,
    QuestionsClosed,
    TooManyQuestions,
)
from sunseal.screening.names.keys import key
from sunseal.screening.names.normalise import plain
from sunseal.screening.rules import CALENDAR
from sunseal.tenders.models import Tender
from sunseal.tenders.rules import Status

# 招标投标法实施条例 Art. 22, in force since 2012-02-01: objections to the documents of a compulsory
# tender at least 10 days before the deadline. Older than the platform, so no tender's date is
# compared.
STATUTORY_QUESTIONS_END = timedelta(days=10)
# Art. 21: what a bidder must prepare for is told at least 15 days before it, or the deadline moves.
STATUTORY_NOTICE = timedelta(days=15)
# Art. 22: the answer comes within three days.
STATUTORY_ANSWER = timedelta(days=3)
RELEASE_HOUR = time(9)
# The table has the same limit, for whoever writes SQL.
MAX_QUESTIONS = 10
MAX_TEXT = 4000
# Control, format and private characters.
HIDDEN = ("Cc", "Cf", "Co")
# A shorter piece of a name is also a word of other sentences.
SHORTEST_NAME = 3
REACHED_BY = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|[\w.+-]+@[\w-]+\.\w+")


class State(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    ANSWERED = "answered"


def closes_at(tender: Tender) -> datetime:
    """When the question period of a published tender ends, by the deadline in force.

    The law gives compulsory tenders a term; of others half the time is for questions, so that the
    other half is left for what the answers say.
    """
    if tender.statutory:
        return tender.deadline - STATUTORY_QUESTIONS_END
    begun = tender.published_at or tender.deadline
    return begun + (tender.deadline - begun) / 2


def released_at(asked_at: datetime, closes: datetime) -> datetime:
    """The batch that a question belongs to: the next fixed hour, or the end of the period."""
    local = asked_at.astimezone(CALENDAR)
    batch = datetime.combine(local.date(), RELEASE_HOUR, CALENDAR)
    if batch <= local:
        batch = datetime.combine(local.date() + timedelta(days=1), RELEASE_HOUR, CALENDAR)
    return min(batch, closes).astimezone(UTC)


def is_open(tender: Tender, now: datetime) -> bool:
    return tender.status == Status.PUBLISHED and now < closes_at(tender)


def check_open(tender: Tender, now: datetime) -> None:
    """Raises QuestionsClosed."""
    if not is_open(tender, now):
        raise QuestionsClosed(tender.id, closes_at(tender))


def check_count(asked: int) -> None:
    """`asked` questions of one firm about one tender so far. Raises TooManyQuestions."""
    if asked >= MAX_QUESTIONS:
        raise TooManyQuestions(MAX_QUESTIONS)


def may_publish(tender_id: UUID, status: str, deadline: datetime, now: datetime) -> None:
    """Raises AnswersClosed."""
    if status != Status.PUBLISHED or now >= deadline:
        raise AnswersClosed(tender_id, deadline)


def is_late(tender: Tender, now: datetime) -> bool:
    """Whether what bidders must prepare for comes too late without another deadline."""
    return tender.statutory and now > tender.deadline - STATUTORY_NOTICE


def tidied(text: str, what: str) -> str:
    """The text without what nobody sees in it. Raises NoText.

    Line ends, joined characters and zero widths differ by the writer's machine and program, which
    would be a mark of who asks.
    """
    seen = visible(unicodedata.normalize("NFC", text)).strip()
    if not 0 < len(seen) <= MAX_TEXT:
        raise NoText(what)
    return seen


def visible(text: str) -> str:
    """What can be seen of it, line by line; spaces of all widths are one space."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_visible(line).rstrip() for line in lines)


def _visible(line: str) -> str:
    spaced = (" " if each == "\t" or unicodedata.category(each) == "Zs" else each for each in line)
    return "".join(each for each in spaced if unicodedata.category(each) not in HIDDEN)


def check_names_nobody(text: str, names: Collection[str], codes: Collection[str]) -> None:
    """`names` and `codes` are the asking firm's own. Raises NamesItsFirm."""
    said = plain(text)
    wanted = {plain(code) for code in codes} | {plain(name) for name in names}
    wanted |= {key("company", name) for name in names}
    named = any(each in said for each in wanted if len(each) >= SHORTEST_NAME)
    if named or REACHED_BY.search(text):
        raise NamesItsFirm()
