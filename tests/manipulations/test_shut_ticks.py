"""What keeps a tick of the log shut is a sealed tender, and nobody else's wish."""

from collections.abc import Callable
from uuid import uuid4

from sunseal.bids import service as bids
from sunseal.errors import Invalid
from tests.manipulations.scene import Scene

SHUT = """
    select count(*) from audit.tick t
    where not exists (select from audit.tick_seed s where s.number = t.number)
"""


def test_asking_for_boxes_that_do_not_exist_keeps_no_tick_shut(
    scene_at: Callable[[str], Scene],
) -> None:
    """A sealed entry is shown when its box is over; of no box it would be hidden for ever."""
    scene = scene_at("opened")
    assert scene.one(SHUT) == 0
    with scene.firms[0].unit() as uow:
        bids.record_refusal("bid.join", uuid4(), "1", uow, Invalid("no joining"))
    scene.settle()
    assert scene.one(SHUT) == 0
    assert scene.verdict().findings.faults == []


def test_what_the_box_refuses_is_hidden_until_the_box_is_over(
    scene_at: Callable[[str], Scene],
) -> None:
    scene = scene_at("bidding")
    before = scene.one("select count(*) from audit.entry")
    with scene.firms[0].unit() as uow:
        bids.record_refusal("bid.join", scene.world.tender, "1", uow, Invalid("no joining"))
    scene.tick()
    assert scene.one("select count(*) from audit.entry") == before
    assert scene.one(SHUT) > 0
