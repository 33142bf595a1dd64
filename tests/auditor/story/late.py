"""A bid whose screening is not decided when the others are opened."""

from msgspec.structs import replace

from sunseal_crypto.box import OpenedLeaf
from tests.auditor import story
from tests.auditor.story import Story


def asked_without_one() -> tuple[Story, int]:
    """The first record is out; the leaf at the second value is pending in it."""
    told = story.begun()
    told.close()
    late = next(n for n, by in told.positions.items() if by.name == "plain")
    leaves = [_pending(leaf, yes=n == late) for n, leaf in enumerate(told.opened_leaves())]
    told.request(leaves=leaves)
    told.answer(1)
    told.answer(2)
    first = told.record(final=False)
    shown = [
        told.recorded(leaf.position, told.positions[leaf.position], leaves[leaf.position])
        for leaf in first.leaves
    ]
    told.publish(replace(first, leaves=shown))
    return told, late


def barred_late() -> tuple[Story, int]:
    told, late = asked_without_one()
    told.bars(told.positions[late])
    told.publish(told.record(number=2))
    return told, late


def _pending(leaf: OpenedLeaf, *, yes: bool) -> OpenedLeaf:
    return replace(leaf, state="pending", reason="screening is late") if yes else leaf
