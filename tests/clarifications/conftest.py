from collections.abc import Iterator
from typing import Any

import pytest

from tests.clarifications.world import Place, opened
from tests.support.database import maker


@pytest.fixture(scope="module")
def lasting(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """One for all tests of a module, because to make one takes seconds."""
    with (
        maker(embedded, template) as make,
        opened(make(), tmp_path_factory.mktemp("place")) as made,
    ):
        yield made


@pytest.fixture
def place(lasting: Place) -> Place:
    """As if it were another tender: nobody has asked anything."""
    lasting.begin_anew()
    return lasting
