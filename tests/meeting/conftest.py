"""An opening that is over: a copy of its own for each test, and shared ones for what is refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.manipulations import scene as scenes
from tests.manipulations.scene import Scene
from tests.meeting.hall import STAGES, Hall
from tests.support.database import maker

Copy = Callable[[], Scene]


@pytest.fixture(scope="package")
def copies(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Copy, Copy]]:
    """While bids come in, and when they are open."""
    with maker(embedded, template) as make:
        played = scenes.played(make(), tmp_path_factory.mktemp("meeting"))
        scenes.left_alone(played)
        with maker(embedded, played.world.database.name) as before:
            opened = scenes.copied(played, before())
            opened.open()
            scenes.left_alone(opened)
            with maker(embedded, opened.world.database.name) as after:
                yield (
                    lambda: scenes.copied(played, before()),
                    lambda: scenes.copied(opened, after()),
                )


@pytest.fixture
def bidding(copies: tuple[Copy, Copy]) -> Hall:
    return Hall(copies[0]())


@pytest.fixture
def hall(copies: tuple[Copy, Copy]) -> Hall:
    return Hall(copies[1]())


@pytest.fixture(scope="package")
def stage(copies: tuple[Copy, Copy]) -> Callable[[str], Hall]:
    """A hall in which the meeting has come so far, for tests that add nothing to it."""
    made: dict[str, Hall] = {}

    def at(name: str) -> Hall:
        if name not in made:
            made[name] = Hall(copies[1]())
            STAGES[name](made[name])
        return made[name]

    return at
