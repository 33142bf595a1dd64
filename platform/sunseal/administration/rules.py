"""Pure decisions about staff."""

from uuid import UUID

from sunseal.administration.errors import TakesTwo

# Whom an operator alone enters and disables; the others watch the operator.
KINDS = ("tendering_party", "agent", "centre", "operator")
FIRM = "bidder"


def check_alone(kind: str) -> None:
    """Raises TakesTwo."""
    if kind not in KINDS:
        raise TakesTwo()


def check_other(kind: str, person_id: UUID, operator_id: UUID) -> None:
    """Nobody locks himself out, or anybody who watches him. Raises TakesTwo."""
    check_alone(kind)
    if person_id == operator_id:
        raise TakesTwo()
