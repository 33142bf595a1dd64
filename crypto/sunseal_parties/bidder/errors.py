"""Everything that can go wrong at the bidder's, each with the sentence that says what to do.

BidderError                   the command failed or was refused: exit code 1
├── WrongInput                what was typed cannot be meant: exit code 2
├── Unreachable               no web address of the platform answered in time
├── NotSignedIn               there is no token, or it has ended
├── PlatformRefused           the platform said no, and why
├── Untrusted                 what the platform shows does not agree with the roster or the pins
├── OutOfOrder                a step comes before the one it needs, or after the one that ends it
├── FileChanged               a file is no longer what was sealed
├── NotEnoughSpace
└── AnotherAtWork             two commands in one home at the same time
"""

from pathlib import Path


class BidderError(Exception):
    """A sentence for the user; `exit_code` is what the command ends with."""

    exit_code = 1


class WrongInput(BidderError):
    exit_code = 2


class Unreachable(BidderError):
    def __init__(self, urls: list[str], reason: str) -> None:
        self.urls = urls
        super().__init__(
            f"The platform cannot be reached at {' or '.join(urls)} ({reason}). Nothing is lost: "
            "run the same command again and it continues where it stopped."
        )


class NotSignedIn(BidderError):
    def __init__(self) -> None:
        super().__init__("You are not signed in, or no longer: run `sunseal-bid login`.")


class PlatformRefused(BidderError):
    """`kind` is the slug of the platform's error class, such as `deadline-passed`."""

    def __init__(self, status: int, kind: str, sentence: str) -> None:
        self.status = status
        self.kind = kind
        super().__init__(f"The platform refused: {sentence}")


class Untrusted(BidderError):
    """Nothing is sealed to a key, and nothing believed, that raised this."""


class OutOfOrder(BidderError):
    pass


class FileChanged(BidderError):
    def __init__(self, path: Path, advice: str) -> None:
        self.path = path
        super().__init__(f"{path} has changed since it was sealed. {advice}")


class NotEnoughSpace(BidderError):
    def __init__(self, folder: Path, needed: int, free: int) -> None:
        self.needed = needed
        self.free = free
        super().__init__(
            f"The sealed bid needs {needed:,} bytes in {folder}, and {free:,} are free. "
            "Free some space, or choose another folder with --home."
        )


class AnotherAtWork(BidderError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another sunseal-bid is at work in {folder}. Wait until it has ended, or stop it."
        )
