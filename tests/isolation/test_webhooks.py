"""What is sent to the desk's side before an opening does not depend on bids."""

from typing import Any

from tests.isolation.installation import Installation

DESK = """
    select o.kind, d.event, d.subject = %s, d.delivered_at is null
    from registry.webhook_delivery d join registry.organization o on o.id = d.organization_id
    order by 1, 2, 3
"""
FIRMS = "select event, count(*) from sealed.webhook_delivery group by event"
OTHER_EVENTS = "select count(*) from registry.webhook_delivery where event = 'receipt.complete'"


def desk(one: Installation) -> Any:
    return one.world.rows(DESK, one.world.tender)


def test_the_desk_hears_the_same_in_both_worlds(
    two_worlds: tuple[Installation, Installation],
) -> None:
    quiet, busy = two_worlds
    assert desk(quiet) == desk(busy)
    assert {row[1] for row in desk(busy)} == {"tender.published", "tender.deadline_near"}
    assert busy.world.rows(OTHER_EVENTS) == [(0,)]


def test_firms_hear_of_their_own_where_they_bid(
    two_worlds: tuple[Installation, Installation],
) -> None:
    quiet, busy = (dict(each.world.rows(FIRMS)) for each in two_worlds)
    assert "receipt.complete" not in quiet
    assert busy["receipt.complete"] >= 3
    assert quiet["tender.deadline_near"] == busy["tender.deadline_near"]
