"""What a practice instance refuses.

Refused 409
└── NotInPractice             real people, firms, addresses and passwords stay outside
Unavailable 503
├── TooManyPractices          the places are taken for some minutes
└── NotSetUp                  nobody has registered the practice office
"""

from sunseal.errors import Refused, Unavailable


class NotInPractice(Refused):
    def __init__(self) -> None:
        super().__init__(
            "A practice instance has no such thing: nobody registers, signs in, is called for help "
            "or sent messages here, so that no real name, number, address or password is ever "
            "typed in. Begin a practice instead; it makes up a firm."
        )


class TooManyPractices(Unavailable):
    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"{most} practices are running, and there is room for no more. Each takes some "
            "minutes: try again shortly. Nothing was begun."
        )


class NotSetUp(Unavailable):
    def __init__(self) -> None:
        super().__init__(
            "This practice instance has no practice office. Whoever runs it starts it with "
            "`sunseal practice`, which registers one."
        )
