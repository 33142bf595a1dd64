"""Pure decisions of the screening desk."""

from collections.abc import Collection
from uuid import UUID

from sunseal.adjudications.errors import PartyToATender, SamePerson
from sunseal.tenders.rules import Status

# From the moment a tender can have bids until it is known what was in its box.
RUNNING = (Status.CEREMONY, Status.PUBLISHED, Status.CLOSED)


def check_reviewer(has_running_tender: bool) -> None:
    """Raises PartyToATender. A tendering party could otherwise clear a friend or bar his rival.

    For any tender of its organization: which firms bid for which is not known to anybody yet, and
    a refusal that depended on it would tell.
    """
    if has_running_tender:
        raise PartyToATender()


def check_another(person_id: UUID, hands: Collection[UUID | None]) -> None:
    """Raises SamePerson when the person had a hand in it before."""
    if person_id in hands:
        raise SamePerson()
