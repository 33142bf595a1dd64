"""Starting a ceremony: the notice is fixed, and each envelope gets an attempt at its key."""

import secrets
from datetime import UTC
from uuid import UUID

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.custody import rules
from sunseal.custody.errors import CeremonyUnderWay
from sunseal.custody.models import Ceremony
from sunseal.custody.repository import CeremonyRepository
from sunseal.custody.service.amenders import amenders
from sunseal.database import UnitOfWork
from sunseal.tenders import rules as tender_rules
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender
from sunseal.tenders.rules import Status
from sunseal_crypto import canonical, notice
from sunseal_crypto import roster as rosters
from sunseal_crypto import terms as agreements
from sunseal_crypto.roster import Roster
from sunseal_crypto.terms import Terms

EXPIRE = "custody.expire"


def start(uow: UnitOfWork, tender_id: UUID, roster: Roster) -> list[Ceremony]:
    """One attempt for each envelope that has neither a key nor an attempt under way.

    The first call fixes the notice of a draft; later ones follow failed attempts, whose sessions
    the new terms replace. Raises NoSuchTender, Forbidden, Refused.
    """
    tender = tenders.writable(uow, tender_id)
    parties = {tender.tendering_party_name, tender.agent_name or ""} - {""}
    rules.check_roster(roster, tender.threshold, parties)
    roster_bytes = canonical.encode(roster)
    if tender.status != Status.CEREMONY:
        tenders.fix(uow, tender, roster.origin, rosters.fingerprint(roster_bytes))
    tender_rules.check_open(tender.deadline, uow.now)
    made = [
        _attempt(uow, tender, envelope.name, roster, earlier)
        for envelope in tenders.envelopes(uow, tender.id)
        if _needs_attempt(earlier := _earlier(uow, tender, envelope.name))
    ]
    if not made:
        raise CeremonyUnderWay(tender.id)
    return made


def _earlier(uow: UnitOfWork, tender: Tender, envelope: str) -> list[Ceremony]:
    attempts = CeremonyRepository(uow.session).of_tender(tender.id)
    return [attempt for attempt in attempts if attempt.envelope == envelope]


def _needs_attempt(earlier: list[Ceremony]) -> bool:
    return not earlier or earlier[-1].state == rules.State.FAILED


def _attempt(
    uow: UnitOfWork, tender: Tender, envelope: str, roster: Roster, earlier: list[Ceremony]
) -> Ceremony:
    assert tender.notice is not None
    replaces = [each.session for each in earlier]
    data = canonical.encode(_terms(tender, envelope, roster, replaces, amenders(uow, tender)))
    ceremony = Ceremony(
        tender_id=tender.id,
        envelope=envelope,
        attempt=len(earlier) + 1,
        state=rules.State.CERTIFY.value,
        terms=data,
        session=agreements.fingerprint(data) + secrets.token_bytes(agreements.SESSION_RANDOM_BYTES),
        roster=canonical.encode(roster),
        notice=tender.notice,
        expires_at=rules.expiry(uow.now, tender.deadline),
        created_at=uow.now,
    )
    CeremonyRepository(uow.session).add(ceremony)
    outbox.add(uow, EXPIRE, ceremony.id, due_at=ceremony.expires_at)
    audit.record(uow, "ceremony.start", f"ceremony/{ceremony.id}", tender_id=tender.id)
    return ceremony


def _terms(
    tender: Tender, envelope: str, roster: Roster, replaces: list[bytes], keys: list[bytes]
) -> Terms:
    assert tender.notice is not None
    return Terms(
        version="sunseal/terms/v1",
        suite=agreements.SUITE,
        origin=roster.origin,
        tender=str(tender.id),
        envelope=envelope,
        attempt=len(replaces) + 1,
        replaces=replaces,
        notice=notice.fingerprint(tender.notice),
        deadline=tender.deadline.astimezone(UTC),
        not_before=tender.not_before.astimezone(UTC),
        minimum_bids=tender.minimum_bids,
        box_size=tender.box_size,
        n=len(roster.custodians),
        t=tender.threshold,
        q=rosters.quorum(roster, tender.threshold),
        roster=rosters.fingerprint(canonical.encode(roster)),
        amenders=keys,
    )
