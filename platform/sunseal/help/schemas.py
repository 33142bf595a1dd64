"""The shapes of the help API. Nothing here says who asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from msgspec import Meta, Struct
from sqlalchemy import Row

from sunseal.help.models import Word
from sunseal.help.rules import MAX_PHONE, MAX_TEXT, PHONE, Category
from sunseal.help.service import Case, Opened

Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
Phone = Annotated[str, Meta(max_length=MAX_PHONE, pattern=rf"^({PHONE})?$")]


class OpenTicket(Struct, forbid_unknown_fields=True):
    """`text` names neither firm nor tender; `phone` only if you want to be called."""

    category: Category
    text: Text
    phone: Phone = ""


class AskOn(Struct, forbid_unknown_fields=True):
    text: Text


class AnswerTicket(Struct, forbid_unknown_fields=True):
    text: Text


class CloseTicket(Struct, forbid_unknown_fields=True):
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""


class OpenedView(Struct, frozen=True):
    """`link` is empty for a firm; for anybody else it is the only way back, shown this once."""

    number: str
    link: str

    @classmethod
    def of(cls, opened: Opened) -> Self:
        return cls(opened.number, opened.link)


class WordView(Struct, frozen=True):
    kind: str
    text: str
    said_at: datetime

    @classmethod
    def of(cls, word: Word | Row[Any]) -> Self:
        return cls(word.kind, word.text, word.said_at)


class HeldView(Struct, frozen=True):
    """One of your own tickets; `state` is the kind of its last word."""

    number: str
    category: str
    opened_at: datetime
    state: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(row.number, row.category, row.opened_at, row.state)


class AnswersView(Struct, frozen=True):
    number: str
    words: list[WordView]

    @classmethod
    def of(cls, number: str, words: Sequence[Row[Any]]) -> Self:
        return cls(number, [WordView.of(each) for each in words])


class QueuedView(Struct, frozen=True):
    number: str
    category: str
    opened_at: datetime
    state: str
    since: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(row.number, row.category, row.opened_at, row.state, row.said_at)


class CaseView(Struct, frozen=True):
    """`phone` is given to clerks alone, and only if whoever asks wants to be called."""

    number: str
    category: str
    opened_at: datetime
    phone: str | None
    words: list[WordView]

    @classmethod
    def of(cls, case: Case) -> Self:
        ticket = case.ticket
        said = [WordView.of(each) for each in case.words]
        return cls(ticket.number, ticket.category, ticket.opened_at, case.phone, said)
