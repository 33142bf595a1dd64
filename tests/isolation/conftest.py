from collections.abc import Iterator
from typing import Any

import pytest

from tests.isolation.installation import Installation, played
from tests.support.database import maker


@pytest.fixture(scope="package")
def two_worlds(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, Installation]]:
    """The quiet one and the busy one."""
    with maker(embedded, template) as make:
        folders = [tmp_path_factory.mktemp(name) for name in ("quiet", "busy")]
        with (
            played(make(), folders[0], busy=False) as quiet,
            played(make(), folders[1], busy=True) as busy,
        ):
            yield quiet, busy
