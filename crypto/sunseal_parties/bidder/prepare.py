"""What happens on the bidder's machine alone: joining's signature, sealing, rehearsal.

Sealing needs no network. It may be killed at any moment: a statement exists only once its sealed
file is whole, and until then nothing has left the machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sunseal_crypto import bid, joining
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.joining import Joining, SignedJoining
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import MAX_SEQUENCE
from sunseal_parties.bidder import rehearse, seal, statements
from sunseal_parties.bidder.attempts import Attempt, Attempts, Original
from sunseal_parties.bidder.errors import (
    BidderError,
    DocumentEdited,
    OutOfOrder,
    RehearsalFailed,
    WrongInput,
)
from sunseal_parties.bidder.home import EnvelopeHome
from sunseal_parties.bidder.progress import Progress, none
from sunseal_parties.bidder.seal import Bidder, Offer, SealedBid
from sunseal_parties.bidder.statements import Link
from sunseal_parties.bidder.trust import Trusted


@dataclass(frozen=True, slots=True)
class Workshop:
    """One envelope, the organization that bids in it, and what it has made so far."""

    home: EnvelopeHome
    trusted: Trusted
    organization: str
    key: SigningKey

    @property
    def attempts(self) -> Attempts:
        return Attempts(self.home.folder)

    def joining(self) -> SignedJoining:
        """The same each time: the pseudonym is made once, and Ed25519 has no randomness."""
        said = Joining(
            origin=self.trusted.key.terms.origin,
            tender=self.trusted.key.terms.tender,
            envelope=self.trusted.key.terms.envelope,
            pseudonym=self.home.pseudonym().public,
        )
        return joining.sign(said, self.key)

    def check_offer(self, offer: Offer) -> None:
        """Raises WrongInput for what the opening would refuse."""
        notice = self.trusted.notice
        try:
            bid.check_price(offer.price)
        except CryptoError as error:
            raise WrongInput(f"{error}. Write it as 1234567.89, without signs.") from error
        if offer.currency != notice.currency:
            raise WrongInput(f"This tender is in {notice.currency}, not in {offer.currency}.")
        if notice.ceiling_price and Decimal(offer.price) > Decimal(notice.ceiling_price):
            raise WrongInput(
                f"{offer.price} is above the ceiling price of {notice.ceiling_price} "
                f"{notice.currency}: such a bid has to be rejected."
            )

    def seal(
        self,
        offer: Offer,
        *,
        replace: bool,
        give_up: Callable[[Attempt], None] | None = None,
        progress: Progress = none,
    ) -> Attempt:
        """A sealed attempt for this offer: the one there is, or a new one.

        `give_up` ends an unfinished attempt at something else; without it that is refused.
        """
        self.check_offer(offer)
        head = self.attempts.head()
        if replace and head and head.said.action == "replace" and _same(head, offer):
            # Repeated after it had been received: to replace it by itself would mean nothing.
            return head
        link = self._link(replace)
        unfinished = self.attempts.unfinished()
        if unfinished and _in_place(unfinished, link) and _same(unfinished, offer):
            return unfinished
        if unfinished and give_up is None:
            raise OutOfOrder(_in_the_way(unfinished))
        if unfinished and give_up:
            give_up(unfinished)
        return self._seal(offer, link, progress)

    def withdrawal(self, give_up: Callable[[Attempt], None]) -> Attempt:
        """The statement that takes the bid back: the one there is, or a new one.

        `give_up` ends a replacement that was begun.
        """
        head = self.attempts.head()
        if head is None:
            raise OutOfOrder("No bid of yours has been received, so there is none to withdraw.")
        if head.said.action == "withdraw":
            return head
        link = statements.after(head.signed, withdraw=True)
        unfinished = self.attempts.unfinished()
        if unfinished and _in_place(unfinished, link):
            return unfinished
        if unfinished:
            give_up(unfinished)
        pseudonym = self.home.pseudonym()
        signed = statements.sign(self.trusted.key, pseudonym, link, statements.NOTHING)
        number = self.attempts.begin()
        return self.attempts.save(Attempt(number=number, signed=signed, stage="sealed"))

    def rehearse(self, attempt: Attempt) -> Attempt:
        """Opens the sealed file as the opening will. Raises FileChanged, RehearsalFailed."""
        try:
            rehearse.rehearse(
                self.attempts.sealed_file(attempt.number),
                attempt.signed,
                self.trusted.key,
                self.key.public,
                self.home.recovery(),
            )
        except CryptoError as error:
            raise RehearsalFailed(str(error)) from error
        return self.attempts.move(attempt, "rehearsed") if attempt.stage == "sealed" else attempt

    def check_originals(self, attempt: Attempt) -> None:
        """Raises DocumentEdited when a document was edited after it was sealed."""
        for original in attempt.originals:
            path = Path(original.path)
            # A document that was moved away leaves nothing to compare, and nothing to doubt.
            if path.exists() and _original(path) != original:
                raise DocumentEdited(path)

    def _seal(self, offer: Offer, link: Link, progress: Progress) -> Attempt:
        number = self.attempts.begin()
        bidder = Bidder(
            self.organization, self.key, self.home.pseudonym(), self.home.recovery().recipient()
        )
        into = self.attempts.sealed_file(number)
        try:
            sealed = seal.seal(offer, self.trusted.key, bidder, into, link=link, progress=progress)
        except CryptoError as error:
            raise BidderError(f"The bid was not sealed: {error}.") from error
        return self.attempts.save(
            Attempt(
                number=number,
                signed=sealed.statement,
                stage="sealed",
                originals=_originals(offer, sealed),
                price=offer.price,
                currency=offer.currency,
                practitioners=list(offer.practitioners),
                validity_days=offer.validity_days,
            )
        )

    def _link(self, replace: bool) -> Link:
        head = self.attempts.head()
        link = statements.after(head.signed if head else None)
        if link.sequence > MAX_SEQUENCE:
            raise OutOfOrder(f"You have made {MAX_SEQUENCE} statements, and no more are allowed.")
        if link.action == "replace" and not replace:
            raise OutOfOrder(
                "A bid of yours has been received. `sunseal-bid replace` seals and hands in "
                "another one in its place."
            )
        if link.action == "submit" and replace:
            raise OutOfOrder("No bid of yours stands, so there is none to replace: seal one.")
        return link


def _in_place(attempt: Attempt, link: Link) -> bool:
    said = attempt.said
    return (said.action, said.sequence, said.previous) == (
        link.action,
        link.sequence,
        link.previous,
    )


def _same(attempt: Attempt, offer: Offer) -> bool:
    """Whether the attempt is at this very offer."""
    words = (attempt.price, attempt.currency, attempt.practitioners, attempt.validity_days)
    wanted = (offer.price, offer.currency, list(offer.practitioners), offer.validity_days)
    if words != wanted:
        return False
    now = [(file.name, file.sha256) for file in seal.measure(offer.documents)]
    return now == [(original.name, original.sha256) for original in attempt.originals]


def _in_the_way(attempt: Attempt) -> str:
    if attempt.said.action == "withdraw":
        return "A withdrawal has been begun: run `sunseal-bid withdraw` to complete it."
    return (
        f"Another bid is sealed here and has not been received (price {attempt.price} "
        f"{attempt.currency}). `sunseal-bid submit` hands it in; --anew gives it up."
    )


def _originals(offer: Offer, sealed: SealedBid) -> list[Original]:
    pairs = zip(sealed.files, offer.documents, strict=True)
    return [Original(f.name, str(path.absolute()), f.size, f.sha256) for f, path in pairs]


def _original(path: Path) -> Original:
    [file] = seal.measure([path])
    return Original(file.name, str(path), file.size, file.sha256)
