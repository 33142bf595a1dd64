"""What can go wrong with a call for help.

NotFound
└── NoSuchTicket          also for a link or number that is somebody else's
Invalid
└── NamesSomebody         the text would tell the desk who asks, or about which tender
SunsealError, 429
└── TooManyTickets
"""

from sunseal.errors import Invalid, NotFound, SunsealError


class NoSuchTicket(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such ticket, or it is not yours.")


class NamesSomebody(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "Leave out the names and numbers of firms and tenders: whoever answers must not learn "
            "who asks, or about which tender. Nothing was sent."
        )


class TooManyTickets(SunsealError):
    status_code = 429

    def __init__(self) -> None:
        super().__init__(
            "Too many questions came from here within an hour. Sign in and ask again, which is "
            "counted for your firm alone, or call the centre."
        )
