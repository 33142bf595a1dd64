"""Issuing certificates, in the caller's unit of work.

Nothing is stored: a row, or an entry that supervisors read, for each certificate that a firm asks
for would show who is about to bid. A certificate names no tender.
"""

from uuid import UUID

from sunseal.audit import service as audit
from sunseal.clearance import paper, rules
from sunseal.clearance.errors import NoSuchFirm, NotClear
from sunseal.clearance.repository import ClearanceRepository
from sunseal.database import Role, UnitOfWork
from sunseal.keys import Keys
from sunseal_crypto import clearance
from sunseal_crypto.clearance import Clearance


def own(uow: UnitOfWork, origin: str, keys: Keys) -> bytes:
    """The caller's own certificate, if it is clear. Raises Forbidden, NotClear."""
    uow.require(Role.BIDDER)
    said = _said(uow, origin, uow.organization_id)
    if said.result != "clear":
        raise NotClear()
    return clearance.sign(said, keys.promise)


def of_firm(uow: UnitOfWork, origin: str, keys: Keys, organization_id: UUID) -> bytes:
    """What a supervisor is given, whatever the result; that it was asked for is logged.

    Raises Forbidden, NoSuchFirm.
    """
    uow.require(Role.SUPERVISOR)
    said = _said(uow, origin, organization_id)
    audit.record(uow, "screening.certificate", f"organization/{organization_id}")
    return clearance.sign(said, keys.promise)


def evidence(uow: UnitOfWork, organization_id: UUID) -> bytes:
    """The bytes whose SHA-256 a certificate names. Raises Forbidden, NoSuchFirm."""
    uow.require(Role.SUPERVISOR)
    repository = ClearanceRepository(uow.session)
    firm, checked = repository.firm(organization_id), repository.latest(organization_id)
    if firm is None or checked is None:
        raise NoSuchFirm(organization_id)
    audit.record(uow, "screening.read", f"organization/{organization_id}")
    return rules.evidence(firm, checked)


def on_paper(certificate: bytes, keys: Keys) -> bytes:
    """The same as a signed PDF file, which carries the certificate's file."""
    return clearance.sign_paper(paper.write(certificate), keys.promise)


def _said(uow: UnitOfWork, origin: str, organization_id: UUID) -> Clearance:
    repository = ClearanceRepository(uow.session)
    firm = repository.firm(organization_id)
    if firm is None:
        raise NoSuchFirm(organization_id)
    checked = repository.latest(organization_id)
    return rules.certificate(origin, firm, checked, repository.lists(uow.now), uow.now)
