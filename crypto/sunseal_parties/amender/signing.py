"""Signing a postponement: only what was checked by one's own roster, and only what one has read.

The platform hands over the terms and the proposal, and is believed in neither: the terms are those
that custodians signed, the proposal says what it says under the other organization's key.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from sunseal_crypto import amendment as rules
from sunseal_crypto import canonical
from sunseal_crypto.amendment import Amendment, Timetable
from sunseal_crypto.errors import CryptoError
from sunseal_parties.amender.errors import NotYourKey
from sunseal_parties.bidder import routes, timetable, trust
from sunseal_parties.bidder.client import API, Client
from sunseal_parties.bidder.session import Session
from sunseal_parties.bidder.trust import Trusted


class ProposalView(Struct, frozen=True):
    id: UUID
    number: int
    amendment: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may be confirmed: `body` are the bytes of `amendment`, as they were proposed."""

    id: UUID
    amendment: Amendment
    body: bytes


def propose(
    session: Session,
    roster: bytes,
    tender: UUID,
    envelope: str,
    later: tuple[datetime, datetime],
    reason: str,
) -> ProposalView:
    """Raises Untrusted, NotYourKey, PlatformRefused, CryptoError."""
    key = session.home.organization_key()
    with session.client() as client:
        trusted, current = _known(session, client, roster, tender, envelope)
        _check_own(trusted, 0, key.public)
        made = Amendment(
            origin=trusted.key.terms.origin,
            tender=trusted.key.terms.tender,
            envelope=envelope,
            terms=trusted.key.terms_hash,
            number=current.number + 1,
            previous=current.last,
            deadline=later[0],
            not_before=later[1],
            reason=reason,
        )
        rules.check_follows(made, current)
        form = {"amendment": canonical.encode(made), "signature": rules.propose(made, key)}
        return client.post(_path(tender, envelope), form).read(ProposalView)


def proposed(session: Session, roster: bytes, tender: UUID, envelope: str) -> list[Proposal]:
    """What waits for us, newest first. Raises Untrusted, NotYourKey, PlatformRefused."""
    with session.client() as client:
        trusted, current = _known(session, client, roster, tender, envelope)
        _check_own(trusted, 1, session.home.organization_key().public)
        shown = client.get(f"{_path(tender, envelope)}/proposals").read(list[ProposalView])
    good = [_checked(each, trusted, current) for each in shown]
    return [each for each in good if each is not None]


def confirm(session: Session, wanted: Proposal) -> None:
    """Raises PlatformRefused."""
    signature = rules.confirm(wanted.body, session.home.organization_key())
    with session.client() as client:
        client.post(f"{API}/amendments/{wanted.id}/confirm", {"signature": signature})


def _known(
    session: Session, client: Client, roster: bytes, tender: UUID, envelope: str
) -> tuple[Trusted, Timetable]:
    """The terms that custodians signed, and the timetable in force by the log."""
    home = session.envelope(tender, envelope)
    trusted = trust.accept(routes.offered(client, tender, envelope), roster, home)
    known = timetable.learn(routes.amendments(client, tender, envelope), trusted, home)
    return trusted, known.current


def _check_own(trusted: Trusted, place: int, public: bytes) -> None:
    if trusted.key.terms.amenders[place : place + 1] != [public]:
        raise NotYourKey


def _checked(shown: ProposalView, trusted: Trusted, current: Timetable) -> Proposal | None:
    """None for what one should not even be asked to sign."""
    agreed = trusted.key.terms
    try:
        amendment = rules.parse(shown.amendment)
        rules.check_place(amendment, agreed)
        rules.verify_signature(shown.amendment, agreed, 0, shown.signature)
        rules.check_follows(amendment, current)
    except CryptoError:
        return None
    return Proposal(shown.id, amendment, shown.amendment)


def _path(tender: UUID, envelope: str) -> str:
    return f"{API}/tenders/{tender}/envelopes/{envelope}/amendments"
