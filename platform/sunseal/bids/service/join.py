"""Joining: a firm's enrolled key vouches for a pseudonym, and the firm gets its leaf of the box."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from sunseal.bids import errors, rules
from sunseal.bids.models import Membership
from sunseal.bids.repository import BoxRepository
from sunseal.bids.service import log
from sunseal.database import Role, UnitOfWork
from sunseal.organizations.repository import OrganizationRepository
from sunseal_crypto.joining import SignedJoining


def join(
    uow: UnitOfWork, origin: str, tender_id: UUID, envelope: str, signed: SignedJoining
) -> Membership:
    """The firm's joining, which is the same when it is sent again. Raises what errors.py names."""
    uow.require(Role.BIDDER)
    box = BoxRepository(uow.session)
    gate = box.gate(tender_id, envelope)
    if gate is None:
        raise errors.NoSuchEnvelope(tender_id, envelope)
    # 1. A joining that was received is answered again, whatever the time is.
    before = box.membership_of(tender_id, envelope, uow.organization_id)
    if before is not None:
        return _same(before, signed)
    # 2. The key in force signed it, for this very place.
    rules.check_open(gate, uow.now)
    key = _key_in_force(uow)
    joining = rules.read_joining(signed, key, origin, tender_id, envelope)
    # 3. One at a time: the envelope is still open, and there is a leaf left.
    gate = box.queue_at_gate(tender_id, envelope)
    rules.check_in_time(gate, uow.now, box.clock())
    before = box.membership_of(tender_id, envelope, uow.organization_id)
    if before is not None:
        return _same(before, signed)
    if not box.has_room(tender_id, envelope):
        raise errors.BoxFull()
    assert key is not None
    joined = Membership(
        tender_id=tender_id,
        envelope=envelope,
        organization_id=uow.organization_id,
        person_id=uow.person_id,
        pseudonym=joining.pseudonym,
        statement=signed.joining,
        signature=signed.signature,
        signing_key=key,
        joined_at=uow.now,
    )
    return _added(uow, box, joined)


def _key_in_force(uow: UnitOfWork) -> bytes | None:
    key = OrganizationRepository(uow.session).key_in_force(uow.organization_id)
    return None if key is None else key.public_key


def _same(before: Membership, signed: SignedJoining) -> Membership:
    if before.statement != signed.joining:
        raise errors.AlreadyJoined()
    return before


def _added(uow: UnitOfWork, box: BoxRepository, joined: Membership) -> Membership:
    try:
        box.add(joined)
    except IntegrityError as error:
        raise errors.PseudonymTaken() from error
    log.record(uow, "bid.join", joined)
    return joined
