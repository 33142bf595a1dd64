"""The opening's one task: a gate goes as far as it can."""

from uuid import UUID

from sunseal.opening import service
from sunseal_tasks.workshop import Workshop

ADVANCE = "opening.advance"


def advance(shop: Workshop, gate_id: UUID) -> None:
    service.advance(shop.tools, gate_id)


JOBS = {ADVANCE: advance}
