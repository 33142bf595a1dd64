"""Objects that are announced, and what happens to those that nobody names."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sunseal.bids import errors
from sunseal.bids.service import store
from sunseal.bids.service.store import Announced, Piece
from sunseal.database import Role
from tests.bids.world import Bidder, Box, seal


def test_a_piece_that_took_too_long_is_not_named_any_more(bidder: Bidder) -> None:
    """Else the worker could remove an object in the very moment in which a row names it."""
    upload = bidder.committed(bidder.say(seal(bidder.envelope)))["upload"]
    box = bidder.box.database.box
    with box.unit_as(Role.BIDDER, bidder.person, bidder.organization) as uow:
        late = Announced(uuid4(), uow.now - store.NAMED_WITHIN - timedelta(seconds=1))
        with pytest.raises(errors.StagedTooLong):
            store.keep(uow, UUID(upload.rpartition("/")[2]), [Piece(0, 5, bytes(32), late)])


def test_an_announced_object_that_nobody_named_is_removed(box: Box, bidder: Bidder) -> None:
    """As after a kill between the object and its row."""
    with box.database.box.unit_as(Role.BIDDER, bidder.person, bidder.organization) as uow:
        announced = store.announce(uow)
    box.storage.put(announced.object, b"left behind")
    assert box.run_due() == []
    assert box.objects() == {announced.object.hex}
    with box.database.admin() as admin:
        admin.execute("update kit.outbox set due_at = kit.now()")
    assert box.run_due() == ["bids.discard_object"]
    assert box.objects() == set()
