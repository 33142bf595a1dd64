from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.manipulations import scene
from tests.manipulations.scene import Scene
from tests.support.database import maker

Moments = dict[str, Scene]


@pytest.fixture(scope="package")
def moments(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Moments]:
    """One installation: while bids come in, when the box is closed, when custodians were asked,
    and when all is over."""
    with ExitStack() as kept:

        def keep() -> Scene:
            scene.left_alone(played)
            return scene.copied(played, kept.enter_context(maker(embedded, name))())

        make = kept.enter_context(maker(embedded, template))
        played = scene.played(make(), tmp_path_factory.mktemp("manipulations"))
        name = played.world.database.name
        kept_moments = {"bidding": keep()}
        for moment, go_on in (
            ("closed", Scene.close),
            ("asked", Scene.ask),
            ("opened", Scene.finish),
        ):
            go_on(played)
            kept_moments[moment] = keep()
        yield kept_moments


@pytest.fixture
def scene_at(embedded: Any, moments: Moments) -> Iterator[Callable[[str], Scene]]:
    """A copy of the installation as it was at a moment, which the test may spoil."""
    with ExitStack() as copies:

        def copy(moment: str) -> Scene:
            kept = moments[moment]
            scene.left_alone(kept)
            make = copies.enter_context(maker(embedded, kept.world.database.name))
            return scene.copied(kept, make())

        yield copy
