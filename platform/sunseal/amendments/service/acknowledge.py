"""A custodian's word about an amendment: taken, and put into the log for everybody."""

from uuid import UUID

from sunseal.amendments.errors import BadAmendment, NoSuchAmendment, OtherWord
from sunseal.amendments.models import Acknowledgement
from sunseal.amendments.repository import AmendmentRepository
from sunseal.amendments.service.facts import facts
from sunseal.audit import service as audit
from sunseal.custody import rules as seats
from sunseal.custody.service.seat import name_of_caller
from sunseal.database import UnitOfWork
from sunseal_crypto import amendment as amendments
from sunseal_crypto.errors import CryptoError


def acknowledge(uow: UnitOfWork, amendment_id: UUID, custodian: int, body: bytes) -> None:
    """The same bytes may come again. Raises Forbidden, NotFound, OtherWord, BadAmendment."""
    name = name_of_caller(uow)
    repository = AmendmentRepository(uow.session)
    # An amendment that nobody confirmed is not there for custodians.
    wanted = repository.get(amendment_id)
    if wanted is None:
        raise NoSuchAmendment(amendment_id)
    roster = facts(uow, wanted.tender_id, wanted.envelope).roster
    seats.check_seat(roster, name, custodian)
    said = repository.acknowledgement(wanted.id, custodian)
    if said is not None:
        if said.body != body:
            raise OtherWord(custodian)
        return
    try:
        amendments.verify_acknowledgement(body, wanted.digest, custodian, roster)
    except CryptoError as error:
        raise BadAmendment(str(error)) from None
    entry = audit.record(
        uow,
        amendments.ACKNOWLEDGE,
        f"tender/{wanted.tender_id}/envelope/{wanted.envelope}",
        tender_id=wanted.tender_id,
        data=amendments.entry_data(wanted.digest, custodian, body),
        public=True,
    )
    repository.acknowledge(
        Acknowledgement(amendment_id=wanted.id, custodian=custodian, body=body, entry_id=entry.id)
    )
