"""Everybody in a box, read at once: what opening a bid needs, and whose it is.

One by one, three hundred bids took two thousand queries, and longer than to decrypt them.
"""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sunseal.bids.models import Gate, Membership, Submission
from sunseal.database import UnitOfWork
from sunseal.opening.repository import GateRepository
from sunseal.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Bidders:
    """By id: joinings, statements, firms, and the stored pieces behind each statement's header."""

    joinings: dict[UUID, Membership]
    submissions: dict[UUID, Submission]
    firms: dict[UUID, Organization]
    pieces: dict[UUID, list[UUID]]

    def firm_of(self, joining_id: UUID) -> Organization:
        return self.firms[self.joinings[joining_id].organization_id]

    def file_objects(self, submission: Submission) -> list[UUID | None]:
        """The objects of a sealed file in order, its header first; None once destroyed."""
        return [submission.header_object, *self.pieces.get(submission.id, [])]


def load(uow: UnitOfWork, gate: Gate) -> Bidders:
    gates = GateRepository(uow.session)
    pieces: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for submission_id, name in gates.pieces(gate):
        pieces[submission_id].append(name)
    return Bidders(
        joinings={each.id: each for each in gates.memberships(gate)},
        submissions={each.id: each for each in gates.submissions(gate)},
        firms={each.id: each for each in gates.firms(gate)},
        pieces=dict(pieces),
    )
