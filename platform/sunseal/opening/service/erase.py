"""What custodians say at the end: that their part of a key is gone. And what else ended when."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.custody import rules as custody
from sunseal.custody.models import Ceremony
from sunseal.custody.repository import CeremonyRepository
from sunseal.custody.service.seat import name_of_caller
from sunseal.database import UnitOfWork
from sunseal.opening.errors import BadErasure, NoSuchKey
from sunseal.opening.models import Ending, ErasureRow
from sunseal.opening.repository import OpenedRepository
from sunseal.tenders import service as tenders
from sunseal_crypto import erasure
from sunseal_crypto import roster as rosters
from sunseal_crypto import terms as agreements
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.spelling import base64_text


@dataclass(frozen=True, slots=True)
class Ended:
    """An envelope's end. `erased` says for each custodian, in order, since when its part is gone.

    When `needed` of them have erased theirs, too few are left to open anything again.
    """

    ending: Ending
    erased: list[tuple[str, datetime | None]]
    needed: int


def post(uow: UnitOfWork, tender_id: UUID, envelope: str, custodian: int, body: bytes) -> None:
    """Takes a custodian's statement; the same one may come again.

    Raises Forbidden, NoSuchKey, NotThatCustodian, BadErasure.
    """
    name = name_of_caller(uow)
    ceremony = CeremonyRepository(uow.session).completed(tender_id, envelope)
    if ceremony is None:
        raise NoSuchKey(tender_id, envelope)
    roster = rosters.parse(ceremony.roster)
    custody.check_seat(roster, name, custodian)
    try:
        _open(ceremony, custodian, body)
    except CryptoError as error:
        raise BadErasure(str(error)) from None
    opened, digest = OpenedRepository(uow.session), sha256(body).digest()
    if opened.erasure(tender_id, envelope, custodian, digest) is not None:
        return
    entry = audit.record(
        uow,
        "key.erased",
        f"tender/{tender_id}/envelope/{envelope}",
        tender_id=tender_id,
        data={"custodian": str(custodian), "erasure": base64_text(digest)},
        public=True,
    )
    opened.add_erasure(
        ErasureRow(
            tender_id=tender_id,
            envelope=envelope,
            custodian=custodian,
            digest=digest,
            body=body,
            entry_id=entry.id,
            at=uow.now,
        )
    )


def endings(uow: UnitOfWork, tender_id: UUID) -> list[Ended]:
    """What is deleted of a tender, and when; nothing while an opening can go on."""
    tenders.get(uow, tender_id)
    opened = OpenedRepository(uow.session)
    rows = opened.erasures(tender_id)
    return [_ended(uow, ending, rows) for ending in opened.endings(tender_id)]


def _ended(uow: UnitOfWork, ending: Ending, rows: list[ErasureRow]) -> Ended:
    ceremony = CeremonyRepository(uow.session).completed(ending.tender_id, ending.envelope)
    assert ceremony is not None
    said: dict[int, datetime] = {}
    for row in rows:
        if row.envelope == ending.envelope and _holds(ceremony, row):
            said.setdefault(row.custodian, row.at)
    names = [each.name for each in rosters.parse(ceremony.roster).custodians]
    terms = agreements.parse(ceremony.terms)
    erased = [(name, said.get(index)) for index, name in enumerate(names, 1)]
    return Ended(ending, erased, terms.n - terms.t + 1)


def _holds(ceremony: Ceremony, row: ErasureRow) -> bool:
    """Whether a row is the custodian's own word: others can write rows in its name."""
    try:
        _open(ceremony, row.custodian, row.body)
    except CryptoError:
        return False
    return True


def _open(ceremony: Ceremony, custodian: int, body: bytes) -> None:
    custodians = rosters.parse(ceremony.roster).custodians
    if not 1 <= custodian <= len(custodians):
        raise NoSuchKey(ceremony.tender_id, ceremony.envelope)
    terms = agreements.parse(ceremony.terms)
    erasure.open_erasure(
        body, custodians[custodian - 1].identity, custodian, terms, ceremony.session
    )
