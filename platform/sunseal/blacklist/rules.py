"""Pure decisions: whether a penalty decision can be listed, and who may act on an entry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sunseal.blacklist.errors import BadPenalty, SamePerson
from sunseal.screening import names, person_ids
from sunseal.screening.sources.entries import BadEntry, identified


@dataclass(frozen=True, slots=True)
class NewPenalty:
    """What the decision says. A practitioner is listed with the firm for which he acted."""

    decision_number: str
    authority: str
    subject: names.Kind
    name: str
    identifier: str
    organization_id: UUID | None
    severity: str
    reason: str
    effective_from: date
    effective_to: date


def check(effects: Mapping[str, str], new: NewPenalty) -> dict[str, str | None]:
    """Whom it concerns. Raises BadPenalty, whose words never repeat an identifier."""
    if new.severity not in effects:
        raise BadPenalty("its severity has no effect that is known here")
    if new.effective_to < new.effective_from:
        raise BadPenalty("it ends before it begins")
    if any(map(person_ids.holds_card, (new.decision_number, new.authority, new.name))):
        raise BadPenalty("an id-card number stands where everybody would read it")
    try:
        return identified(new.subject, new.identifier)
    except BadEntry as bad:
        raise BadPenalty(str(bad)) from None


def had_no_hand(person_id: UUID, hands: Collection[UUID | None]) -> None:
    """Raises SamePerson."""
    if person_id in hands:
        raise SamePerson()
