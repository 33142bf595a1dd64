"""Everything that can go wrong at the bidder's: what happened, whether a bid is safe, what to do.

BidderError                   the command failed or was refused: exit code 1
├── WrongInput                what was typed cannot be meant: exit code 2
├── Unreachable               no web address of the platform answered in time
├── NotSignedIn               there is no token, or it has ended
├── PlatformRefused           the platform said no, and why
├── Untrusted                 what the platform shows does not agree with the roster or the pins
├── OutOfOrder                a step comes before the one it needs, or after the one that ends it
├── FileChanged               a file is no longer what was sealed
│   └── DocumentEdited
├── RehearsalFailed           what is sealed does not open as it should
├── NotEnoughSpace
└── AnotherAtWork             two commands in one home at the same time
"""

from pathlib import Path

# True at every moment: a bid counts from the platform's promise on, and not before.
COUNTS = "A bid that was received counts as before. What was not received is not handed in yet."
CALL = "Close to the deadline, call the number in the notice."


class BidderError(Exception):
    """What happened, in a sentence; `exit_code` is what the command ends with."""

    exit_code = 1
    safe = COUNTS
    next = f"Run the command again; it goes on where it stopped. {CALL}"


class WrongInput(BidderError):
    exit_code = 2
    next = "Correct what was typed and run the command again."


class Unreachable(BidderError):
    next = f"Run the same command again, and it continues where it stopped. {CALL}"

    def __init__(self, urls: list[str], reason: str) -> None:
        self.urls = urls
        super().__init__(
            f"The platform cannot be reached at {' or '.join(urls)} ({reason}). Nothing is lost."
        )


class NotSignedIn(BidderError):
    next = "Run `sunseal-bid login`, then the same command again."

    def __init__(self) -> None:
        super().__init__("You are not signed in, or no longer.")


class PlatformRefused(BidderError):
    """`kind` is the slug of the platform's error class, such as `deadline-passed`.

    That a bid is safe is no thing to take from whoever refuses it: `safe` stays our own.
    """

    next = f"Put right what it names, then run the command again. {CALL}"

    def __init__(self, status: int, kind: str, sentence: str, advice: str = "") -> None:
        self.status = status
        self.kind = kind
        self.next = advice or type(self).next
        super().__init__(f"The platform refused: {sentence}")


class Untrusted(BidderError):
    """Nothing is sealed to a key, and nothing believed, that raised this."""

    next = (
        "Try once more in a minute. If it says the same, keep this message and the folder, and "
        "tell the supervisors and the custodians."
    )


class OutOfOrder(BidderError):
    next = "`sunseal-bid status` shows how far each of your bids has come."


class FileChanged(BidderError):
    next = "Seal again with `sunseal-bid seal --anew`."

    def __init__(self, path: Path, how: str = "has changed since it was sealed") -> None:
        self.path = path
        super().__init__(f"{path} {how}.")


class DocumentEdited(FileChanged):
    next = "Seal the new version (--anew), or hand in what is sealed as it is (--as-sealed)."

    def __init__(self, path: Path) -> None:
        super().__init__(path, "has changed: what is sealed is the older version")


class RehearsalFailed(BidderError):
    next = FileChanged.next

    def __init__(self, reason: str) -> None:
        super().__init__(f"The rehearsal failed: {reason}. This bid is not handed in.")


class NotEnoughSpace(BidderError):
    next = "Free some space, or choose another folder with --home."

    def __init__(self, folder: Path, needed: int, free: int) -> None:
        self.needed = needed
        self.free = free
        super().__init__(
            f"The sealed bid needs {needed:,} bytes in {folder}, and {free:,} are free."
        )


class AnotherAtWork(BidderError):
    next = "Wait until it has ended, or stop it, then run the command again."

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another sunseal-bid is at work in {folder}.")
