"""A fresh installation's database on durable embedded servers, for measuring."""

from collections.abc import Iterator
from contextlib import contextmanager

from sunseal import migrations
from sunseal.embedded import Embedded
from tests.support.database import TEMPLATE, TestDatabase, create, maker
from tests.support.servers import scratch_folder


@contextmanager
def installation() -> Iterator[TestDatabase]:
    with scratch_folder() as folder, Embedded(folder / "servers", durable=True) as servers:
        create(servers, TEMPLATE, None)
        migrations.run(servers.url_for("postgres", TEMPLATE))
        with maker(servers, TEMPLATE) as make:
            yield make()
