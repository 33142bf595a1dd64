"""What can go wrong with questions and answers.

Invalid
├── NoText                nothing is left of it that can be read
└── NamesItsFirm          it tells the tendering side who asks
NotFound
├── NoSuchQuestion
└── NoSuchClarification
Refused
├── QuestionsClosed
├── TooManyQuestions
├── AskedAtOnce           two of a firm's people at the same moment
├── AlreadyAnswered
└── AnswersClosed
"""

from datetime import datetime
from uuid import UUID

from sunseal.errors import Invalid, NotFound, Refused


class NoText(Invalid):
    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"The {what} is empty, or longer than 4000 characters.")


class NamesItsFirm(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "The question names your firm or a way to reach somebody, and the tendering side reads "
            "its text as it is. Write it so that nobody can tell who asks. Nothing was sent."
        )


class NoSuchQuestion(NotFound):
    def __init__(self, question_id: UUID) -> None:
        self.question_id = question_id
        super().__init__(f"This tender has no question {question_id}.")


class NoSuchClarification(NotFound):
    def __init__(self, clarification_id: UUID) -> None:
        self.clarification_id = clarification_id
        super().__init__(f"There is no clarification {clarification_id}.")


class QuestionsClosed(Refused):
    def __init__(self, tender_id: UUID, closed_at: datetime) -> None:
        self.tender_id = tender_id
        self.closed_at = closed_at
        super().__init__(f"Questions on this tender closed at {closed_at:%Y-%m-%d %H:%M:%S %Z}.")


class TooManyQuestions(Refused):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"A firm asks at most {limit} questions about a tender.")


class AskedAtOnce(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Somebody of your firm asked at the same moment. Send the question once more."
        )


class AlreadyAnswered(Refused):
    def __init__(self, question_id: UUID) -> None:
        self.question_id = question_id
        super().__init__(
            "One of these questions has been answered meanwhile; what was published stays. "
            "Publish a further clarification without it."
        )


class AnswersClosed(Refused):
    def __init__(self, tender_id: UUID, deadline: datetime) -> None:
        self.tender_id = tender_id
        self.deadline = deadline
        super().__init__(
            "Clarifications are published while a tender takes bids, before its deadline, "
            f"{deadline:%Y-%m-%d %H:%M:%S %Z}."
        )
