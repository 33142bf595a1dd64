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
