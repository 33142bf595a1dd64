"""What nobody manipulated holds, at every moment: else the catalogue would prove nothing."""

from collections.abc import Callable

import pytest

from tests.manipulations.scene import Scene


@pytest.mark.parametrize("moment", ["bidding", "closed", "asked", "opened"])
def test_it_holds(scene_at: Callable[[str], Scene], moment: str) -> None:
    assert scene_at(moment).verdict().findings.faults == []


def test_a_copy_goes_on_to_its_own_end(scene_at: Callable[[str], Scene]) -> None:
    scene = scene_at("bidding")
    scene.open()
    assert scene.verdict().findings.faults == []
    assert scene.world.outcomes() == ["barred", "empty", "opened", "opened", "withdrawn"]


def test_a_bid_that_was_settled_later_is_what_the_hall_read_out_last(
    scene_at: Callable[[str], Scene],
) -> None:
    """First it was pending, as one is while somebody looks into a hit on a list."""
    scene = scene_at("opened")
    scene.sql(
        """insert into opened.hall_event (id, tender_id, kind, body, at)
        overriding system value select -id, tender_id, kind,
        body || '{"outcome": "pending", "organization": null, "price": null}', at
        from opened.hall_event where kind = 'bid' and body ->> 'outcome' = 'opened'"""
    )
    assert scene.verdict().findings.faults == []
