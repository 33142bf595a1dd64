"""The catalogue once more, before the page that a supervisor drags the bundle onto.

It fails the checks that `sunseal-audit` fails, in the same places, of a live installation.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.frontend.audits import both
from tests.frontend.conftest import browser  # noqa: F401 a fixture
from tests.frontend.library import Library
from tests.manipulations.catalogue import Manipulation
from tests.manipulations.scene import Scene
from tests.manipulations.test_catalogue import ROWS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("row", ROWS)
def test_the_page_finds_it_too(
    row: Manipulation,
    scene_at: Callable[[str], Scene],
    browser: Library,  # noqa: F811 as above
    tmp_path: Path,
) -> None:
    scene = scene_at(row.at)
    row.do(scene)
    roster = scene.world.council.roster_bytes
    found = both(browser, scene.bundle(), roster, scene.papers, tmp_path)
    assert found.agree, found.differences()
    assert found.page_faults
