"""The annex: headers of revoked bids, for supervisors alone.

A bid is revoked because it did not open though custodians had proved their points: the bidder's
fault, or a probe. With the header a supervisor sees which. It is encrypted before it goes through
the door: header and proved points together decrypt a bid, and the points are everybody's.
"""

import io
from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

import structlog

from sunseal.audit import service as audit
from sunseal.bids.models import Gate, Submission
from sunseal.bids.repository import BoxRepository
from sunseal.database import Role, UnitOfWork
from sunseal.opening.errors import NoAnnex
from sunseal.opening.models import AnnexRow, OpenedBid
from sunseal.opening.repository import GateRepository, OpenedRepository
from sunseal.opening.service import supply
from sunseal.opening.supplies import SupplyRepository
from sunseal.storage import ObjectLost, Storage
from sunseal.tenders import service as tenders
from sunseal_crypto import annex
from sunseal_crypto.age import X25519Recipient
from sunseal_crypto.annex import RevokedHeader

logger = structlog.get_logger()


def make(
    uow: UnitOfWork, storage: Storage, supervisors: Sequence[X25519Recipient], gate: Gate
) -> None:
    """Writes the tender's annex if a revoked bid is not in it yet; run again it changes nothing."""
    uow.session.flush()
    opened = OpenedRepository(uow.session)
    revoked = opened.revoked(gate.tender_id)
    before = opened.annex(gate.tender_id)
    leaves = [f"{bid.envelope}/{bid.position}" for bid in revoked]
    if not revoked or (before is not None and before.leaves == leaves):
        return
    if not supervisors:
        logger.warning("no-annex", see="SUNSEAL_SUPERVISORS")
        return
    sealed = io.BytesIO()
    found = [_header(uow, storage, bid) for bid in revoked]
    annex.seal([each for each in found if each is not None], sealed, list(supervisors))
    opened.put_annex(
        AnnexRow(tender_id=gate.tender_id, leaves=leaves, body=sealed.getvalue(), made_at=uow.now)
    )


def read(uow: UnitOfWork, tender_id: UUID) -> bytes:
    """The annex, still encrypted; that it was asked for is logged. Raises Forbidden, NoAnnex."""
    uow.require(Role.SUPERVISOR)
    tenders.get(uow, tender_id)
    found = OpenedRepository(uow.session).annex(tender_id)
    if found is None:
        raise NoAnnex(tender_id)
    made = found.made_at.astimezone(UTC).isoformat()
    data = {"leaves": " ".join(found.leaves), "made_at": made}
    audit.record(uow, "audit.annex", f"tender/{tender_id}", tender_id=tender_id, data=data)
    return found.body


def _header(uow: UnitOfWork, storage: Storage, bid: OpenedBid) -> RevokedHeader | None:
    place = GateRepository(uow.session).leaf(bid.tender_id, bid.envelope, bid.position)
    submission = (
        BoxRepository(uow.session).submission(place.submission_id) if place.submission_id else None
    )
    if submission is None:
        return None
    try:
        data = _bytes(uow, storage, submission, bid)
    except ObjectLost:
        logger.error("header-lost")
        return None
    return RevokedHeader(bid.envelope, bid.position, data)


def _bytes(uow: UnitOfWork, storage: Storage, submission: Submission, bid: OpenedBid) -> bytes:
    """From where the bid was read: from supplied bytes if there are any."""
    wanted = SupplyRepository(uow.session).all_wanted(bid.tender_id, bid.envelope)
    names = supply.objects(uow, wanted[bid.position]) if bid.position in wanted else []
    if names:
        return storage.get(names[0])[: submission.header_size]
    assert submission.header_object is not None
    return storage.get(submission.header_object)
