from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from sunseal.backup import restore as restoring
from sunseal.embedded import Embedded
from tests.backup.world import (
    Cosigner,
    Installation,
    Place,
    cancelled,
    empty_database,
    installation,
    store_in,
)
from tests.support.database import TestDatabase, maker, run
from tests.support.servers import careless_servers


@pytest.fixture(scope="module")
def here(
    embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The installation that backups are made of, some ticks old; a module's tests share it."""
    folder = tmp_path_factory.mktemp("here")
    with maker(embedded, template) as make:
        # The database's own clock ends agreements, so this world lives in the present.
        made = installation(make(), folder, datetime.now(UTC))  # noqa: TID251
        made.live(3)
        yield made
        for cosigner in made.cosigners:
            cosigner.journal.close()


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Embedded]:
    """The servers of another machine."""
    with careless_servers() as servers:
        yield servers


NUMBERS = count(1)
A_DAY = 8  # ticks between the backup and the restore


@contextmanager
def on_other_machine(elsewhere: Embedded) -> Iterator[Callable[[str | None], TestDatabase]]:
    """Makes databases there: with nothing in them at all, or as another one is."""
    made: list[TestDatabase] = []

    def make(like: str | None = None) -> TestDatabase:
        made.append(empty_database(elsewhere, f"restored_{next(NUMBERS)}", like))
        return made[-1]

    yield make
    for database in made:
        for login in database.opened:
            login.close()
        run(elsewhere, f"drop database {database.name} with (force)")


@pytest.fixture
def empty(elsewhere: Embedded) -> Iterator[Callable[[], TestDatabase]]:
    """Makes databases on the other machine that hold nothing at all."""
    with on_other_machine(elsewhere) as make:
        yield lambda: make(None)


@dataclass
class Story:
    """An installation that lived on for a day after its backup, and the backup on another machine.

    `early` are the cosigners as they were when the backup was made, `cosigners` as they are now,
    when only the first one has cosigned the last tick.
    """

    here: Installation
    there: Place
    tender: UUID
    held: int
    early: list[Cosigner]
    cosigners: list[Cosigner]

    @property
    def lost(self) -> list[int]:
        """The numbers of the ticks that are not in the backup."""
        query = "select number from audit.tick where index >= %s order by index"
        with self.here.database.admin() as admin:
            return [row[0] for row in admin.execute(query, [self.held])]

    def close(self) -> None:
        for cosigner in (*self.early, *self.cosigners):
            cosigner.journal.close()


@pytest.fixture(scope="module")
def told(
    embedded: Embedded,
    elsewhere: Embedded,
    template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("told")
    with maker(embedded, template) as make, on_other_machine(elsewhere) as make_there:
        here = installation(make(), folder, datetime.now(UTC) - timedelta(hours=1))  # noqa: TID251
        here.live(3)
        tender = cancelled(here.database)
        here.live(2)
        made = here.back_up(folder / "a.backup")
        held = here.size()
        early = [c.twin(folder / f"{c.guard.name}-early") for c in here.cosigners]
        here.live(A_DAY - 1)
        here.live(1, 0)
        database, storage = make_there(None), store_in(folder / "elsewhere")
        url = database.admin_url
        restoring.restore(folder / "a.backup", here.vault, made.sha256, url, storage)
        there = Place(database, storage, here.keys, here.roster_bytes, here.now)
        story = Story(here, there, tender, held, early, here.cosigners)
        yield story
        story.close()


@pytest.fixture
def story(told: Story, elsewhere: Embedded, tmp_path: Path) -> Iterator[Story]:
    """The same for each test, which may do with it what it likes."""
    with on_other_machine(elsewhere) as make:
        there = replace(told.there, database=make(told.there.database.name))
        early = [c.twin(tmp_path / f"{c.guard.name}-early") for c in told.early]
        cosigners = [c.twin(tmp_path / c.guard.name) for c in told.cosigners]
        made = replace(told, there=there, early=early, cosigners=cosigners)
        yield made
        made.close()
