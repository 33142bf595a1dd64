"""What can go wrong when a postponement is signed; the rest are the bidder's errors."""

from sunseal_parties.bidder.errors import BidderError


class NothingToConfirm(BidderError):
    next = "Ask whoever proposed it to propose it again."

    def __init__(self) -> None:
        super().__init__(
            "Nothing that your key could confirm waits here: a proposal ends after a day, and one "
            "that is not properly signed, or not later, is left out."
        )


class NotYourKey(BidderError):
    next = "Use the folder with the key that the terms name."

    def __init__(self) -> None:
        super().__init__(
            "The terms of this tender's key do not name the key in this folder: it was enrolled "
            "after the ceremony had started, or another organization amends this tender."
        )
