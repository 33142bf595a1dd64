"""The shapes of questions and answers."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from sunseal.clarifications.body import Published
from sunseal.clarifications.models import Clarification
from sunseal.clarifications.rules import MAX_TEXT, State
from sunseal.clarifications.service import Asked, Own
from sunseal_crypto import canonical

Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]


class AskQuestion(Struct, forbid_unknown_fields=True):
    """`named` sends a text in which the firm can be recognised, which is refused otherwise."""

    text: Text
    named: bool = False


class OwnQuestionView(Struct, frozen=True, kw_only=True):
    """A firm's own question. `releases_at` is when the text goes to the tendering side."""

    id: UUID
    text: str
    asked_at: datetime
    state: State
    releases_at: datetime
    clarification: int | None

    @classmethod
    def of(cls, own: Own) -> Self:
        return cls(
            id=own.question.id,
            text=own.question.text,
            asked_at=own.question.asked_at,
            state=own.state,
            releases_at=own.releases_at,
            clarification=own.answer,
        )


class QuestionView(Struct, frozen=True):
    """What the tendering side gets: the text, and the batch's hour."""

    id: UUID
    text: str
    released_at: datetime
    clarification: int | None

    @classmethod
    def of(cls, asked: Asked) -> Self:
        return cls(asked.id, asked.text, asked.released_at, asked.clarification)


class PublishClarification(Struct, forbid_unknown_fields=True):
    """`questions` are the ids of those it answers; none where nobody asked."""

    answer: Text
    question: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    questions: Annotated[list[UUID], Meta(max_length=1000)] = []


class ClarificationView(Struct, frozen=True, kw_only=True):
    """`url` gives the exact bytes of `sha256`, and names no tender."""

    id: UUID
    number: int
    question: str
    answer: str
    published_at: datetime
    sha256: bytes
    url: str

    @classmethod
    def of(cls, made: Clarification) -> Self:
        said = canonical.decode(Published, made.body)
        return cls(
            id=made.id,
            number=made.number,
            question=said.question,
            answer=said.answer,
            published_at=made.published_at,
            sha256=made.digest,
            url=f"/api/v1/clarifications/{made.id}",
        )
