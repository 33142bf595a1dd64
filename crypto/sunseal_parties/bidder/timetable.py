"""Until when a bid may be handed in for sure, whatever the platform's pages say.

The notice's deadline, unless an amendment is proved to be in force: by the two keys that the terms
name, and by enough custodians in the log. Whoever believes in a later one comes too late. What was
proved once is kept: a platform that hides it later, or shows another, is caught.
"""

from dataclasses import dataclass

from msgspec import Struct

from sunseal_crypto import amendment as amendments
from sunseal_crypto import canonical, event
from sunseal_crypto.amendment import Said, SignedAmendment, Timetable
from sunseal_crypto.errors import CryptoError
from sunseal_parties.bidder.errors import Untrusted
from sunseal_parties.bidder.home import EnvelopeHome
from sunseal_parties.bidder.trust import Trusted


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """An amendment with the receipts of its acknowledgements, as the platform showed them."""

    signed: SignedAmendment
    receipts: list[bytes]


@dataclass(frozen=True, slots=True)
class Known:
    """`current` is sure; `doubt` says why the amendment shown after it does not count."""

    current: Timetable
    doubt: str = ""


def pinned(trusted: Trusted, home: EnvelopeHome) -> Timetable:
    """What was proved before. Raises Untrusted when the folder's own files do not hold."""
    current = Timetable.of(trusted.key.terms)
    while (data := home.pinned(_name(current.number + 1))) is not None:
        try:
            current = _after(canonical.decode(Shown, data), current, trusted)
        except CryptoError as error:
            raise Untrusted(f"{home.folder / _name(current.number + 1)}: {error}.") from error
    return current


def learn(shown: list[Shown], trusted: Trusted, home: EnvelopeHome) -> Known:
    """Checks what the platform shows, and keeps what is in force. Raises Untrusted."""
    current = pinned(trusted, home)
    _check_kept(shown, current, home)
    for each in shown[current.number :]:
        try:
            current = _after(each, current, trusted)
        except CryptoError as error:
            return Known(current, str(error))
        home.pin(_name(current.number), canonical.encode(each))
    return Known(current)


def _check_kept(shown: list[Shown], current: Timetable, home: EnvelopeHome) -> None:
    kept = [home.pinned(_name(number)) for number in range(1, current.number + 1)]
    before = [canonical.decode(Shown, data).signed for data in kept if data is not None]
    if [each.signed for each in shown[: current.number]] != before:
        raise Untrusted(
            "The platform hides or changes an amendment that was in force. Its deadline still "
            f"holds; keep {home.folder} and tell the supervisors and the custodians."
        )


def _after(shown: Shown, current: Timetable, trusted: Trusted) -> Timetable:
    """The timetable that an amendment makes of `current`. Raises CryptoError if it makes none."""
    digest = amendments.digest(shown.signed.amendment)
    said = []
    for text in shown.receipts:
        logged = trusted.receipt(text)
        word = amendments.read_entry(event.decode(logged.detail), digest, trusted.roster)
        said.append(Said(word, logged.tick.time))
    return amendments.in_force(shown.signed, current, said, trusted.key.terms)


def _name(number: int) -> str:
    return f"amendment-{number}"
