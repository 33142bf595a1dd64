"""A tender from its first bid to its record."""

from tests.opening.world import World


def test_bids_are_opened_and_every_leaf_is_accounted_for(world: World) -> None:
    firms = world.bidders(3)
    withdrawn, empty = world.firm().joined(), world.firm().joined()
    withdrawn.submit(withdrawn.seal("1.00"))
    withdrawn.withdraw()
    world.open()
    bids = world.bids()
    assert {bids[firm.name][:2] for firm in firms} == {
        ("opened", "1001.00"),
        ("opened", "1002.00"),
        ("opened", "1003.00"),
    }
    assert world.outcomes() == ["empty", "opened", "opened", "opened", "withdrawn"]
    assert empty.name not in bids
    [record] = world.records()
    assert record.final
    assert record.result == "opened"
    assert len(record.leaves) == 5
    assert len(record.pads) == 11
    assert (world.state(), world.status()) == ("opened", "opened")
    assert world.document("offer.txt").endswith(b".00")
