"""A door for each module: its tests share one installation, each with people of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient

from sunseal.app import create_app
from tests.organizations.doors import Door
from tests.support.database import maker, settings_for
from tests.support.service import PASSWORD, guards, roster_of

# Its parameters are in each hash, so that everybody's is compared as cheaply.
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(scope="module")
def door(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with maker(embedded, template) as make:
        database, folder = make(), tmp_path_factory.mktemp("door")
        settings = settings_for(database, folder, second_factor=True)
        roster = roster_of(settings.origin, settings.keys, guards(3), guards(1, first=4))
        settings.roster.write_bytes(roster)
        with TestClient(create_app(settings)) as client:
            yield Door(client, database, settings, CHEAP.hash(PASSWORD))
