"""What the meeting answers when it says no.

Invalid 422
├── BadKeySignature           not by the key that the firm has in force
└── NoWords                   nothing was said, or more than anybody reads
NotFound 404
└── NoSuchObjection, NoSuchMinutes, NotNamed
Forbidden 403
└── OutsideTheTender          neither runs this tender, nor took part in it
Refused 409
├── NoMeeting                 nothing was opened, so nothing is read out
├── NothingToRead, StillUnread
├── PeriodRuns, NoPeriodYet, ObjectionsOver, TooManyObjections
├── AlreadyAnswered, StillUnanswered
├── NothingNew                the last minutes say it all
└── OtherMinutes, MinutesDiffer
"""

from datetime import datetime
from uuid import UUID

from sunseal.errors import Forbidden, Invalid, NotFound, Refused


class OutsideTheTender(Forbidden):
    def __init__(self) -> None:
        super().__init__(
            "At this opening only those who run the tender, its bidders and supervisors have a "
            "word. The attempt was logged."
        )


class NoMeeting(Refused):
    def __init__(self) -> None:
        super().__init__("No bid of this tender was opened: there is nothing to read out.")


class NothingToRead(Refused):
    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"At place {position} there is no opened bid that could be read out.")


class StillUnread(Refused):
    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            f"{count} opened bids have not been read out. Objections are asked for after that."
        )


class PeriodRuns(Refused):
    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"Bidders can object until {until:%Y-%m-%d %H:%M:%S} UTC.")


class NoPeriodYet(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Objections have not been asked for. They are, as soon as all bids are read out."
        )


class ObjectionsOver(Refused):
    """招标投标法实施条例 Art. 44: on the spot. Art. 60: a complaint within ten days."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            f"Objections to the opening could be raised until {until:%Y-%m-%d %H:%M:%S} UTC. "
            "Nothing was entered. You can complain to the supervising authority."
        )


class TooManyObjections(Refused):
    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"Your firm has raised {most} objections, which is the most. "
            "What is left you can write into a complaint to the supervising authority."
        )


class NoWords(Invalid):
    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"Write what is to be entered, in at most {most} characters.")


class NotNamed(NotFound):
    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        super().__init__(f"The opening named no bidder {organization_id}.")


class NoSuchObjection(NotFound):
    def __init__(self, objection_id: UUID) -> None:
        self.objection_id = objection_id
        super().__init__(f"There is no objection {objection_id} to this opening.")


class AlreadyAnswered(Refused):
    def __init__(self, objection_id: UUID) -> None:
        self.objection_id = objection_id
        super().__init__("This objection has its answer. What is to be added is a correction.")


class StillUnanswered(Refused):
    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} objections have no answer. They get one before the minutes.")


class NothingNew(Refused):
    def __init__(self, edition: int) -> None:
        self.edition = edition
        super().__init__(f"Nothing has happened since edition {edition} of the minutes.")


class NoSuchMinutes(NotFound):
    def __init__(self, edition: int) -> None:
        self.edition = edition
        super().__init__(f"There is no edition {edition} of the minutes.")


class OtherMinutes(Refused):
    def __init__(self) -> None:
        super().__init__("You read other minutes than these. Read them again before you sign.")


class MinutesDiffer(Refused):
    """The table holds something else than what people signed: nothing is printed of that."""

    def __init__(self, edition: int) -> None:
        self.edition = edition
        super().__init__(
            f"What edition {edition} of the minutes names is no longer what the table holds. "
            "Nothing is printed. Tell the supervisor: the audit bundle names the row."
        )


class BadKeySignature(Invalid):
    def __init__(self) -> None:
        super().__init__("This signature is not by the key that your firm has in force.")
