"""Proposing and confirming, in the caller's unit of work; each step is in the log and told."""

from uuid import UUID, uuid4

from sunseal import outbox
from sunseal.audit import service as audit
from sunseal.confirmations import rules
from sunseal.confirmations.errors import NoSuchProposal
from sunseal.confirmations.models import Confirmation, Proposal
from sunseal.confirmations.repository import ConfirmationRepository
from sunseal.confirmations.rules import Matter
from sunseal.database import Role, UnitOfWork

ANNOUNCE = "supervision.announce"
# These are about a person, whose address is their object.
PERSONAL = (Matter.RESET_FACTORS, Matter.DISABLE_PERSON)
# What the worker does once a matter is confirmed. The others are done by people, at their machines.
THEN = {Matter.BREAK_GLASS: "supervision.break_glass"} | dict.fromkeys(
    PERSONAL, "administration.carry_out"
)
PAGE = 100


def propose(
    uow: UnitOfWork, matter: Matter, object_: str, reason: str, tender_id: UUID | None = None
) -> Proposal:
    """One person's wish, which does nothing by itself and ends after a day. Raises Forbidden."""
    uow.require(rules.PROPOSER)
    proposal_id = uuid4()
    entry = audit.record(
        uow,
        "confirmation.propose",
        object_,
        reason=reason,
        tender_id=tender_id,
        data={"matter": matter.value, "proposal": str(proposal_id)},
    )
    proposal = Proposal(
        id=proposal_id,
        matter=matter.value,
        object=object_,
        reason=reason,
        proposed_by=uow.person_id,
        entry_id=entry.id,
    )
    ConfirmationRepository(uow.session).add(proposal)
    outbox.add(uow, ANNOUNCE, proposal_id)
    return proposal


def confirm(uow: UnitOfWork, proposal_id: UUID, reason: str) -> Confirmation:
    """Another person's word, from which on it counts.

    Raises Forbidden, NoSuchProposal, NotAnother, ProposalExpired, AlreadyConfirmed.
    """
    uow.require(rules.CONFIRMER)
    repository = ConfirmationRepository(uow.session)
    proposal = get(uow, proposal_id)
    rules.check_confirmable(
        proposal,
        repository.organization_of(proposal.proposed_by),
        uow.organization_id,
        confirmed=repository.confirmation(proposal_id) is not None,
        now=uow.now,
    )
    entry = audit.record(
        uow,
        "confirmation.confirm",
        proposal.object,
        reason=reason,
        data={"matter": proposal.matter, "proposal": str(proposal_id)},
    )
    confirmation = Confirmation(
        proposal_id=proposal_id, reason=reason, confirmed_by=uow.person_id, entry_id=entry.id
    )
    repository.add(confirmation)
    outbox.add(uow, ANNOUNCE, proposal_id)
    task = THEN.get(Matter(proposal.matter))
    if task is not None:
        outbox.add(uow, task, proposal_id)
    return confirmation


def get(uow: UnitOfWork, proposal_id: UUID) -> Proposal:
    """Raises NoSuchProposal."""
    proposal = ConfirmationRepository(uow.session).proposal(proposal_id)
    if proposal is None:
        raise NoSuchProposal(proposal_id)
    return proposal


def confirmation_of(uow: UnitOfWork, proposal_id: UUID) -> Confirmation | None:
    """None while one person stands alone."""
    return ConfirmationRepository(uow.session).confirmation(proposal_id)


def listed(uow: UnitOfWork) -> list[tuple[Proposal, Confirmation | None]]:
    """The newest proposals with what became of them; reading them is logged. Raises Forbidden."""
    uow.require(Role.OPERATOR, Role.SUPERVISOR)
    repository = ConfirmationRepository(uow.session)
    found = [(each, repository.confirmation(each.id)) for each in repository.proposals(PAGE)]
    audit.record(uow, "confirmation.list", "confirmations")
    return found
