"""What the audience role costs each request, beside the same query by a login with the rights."""

from collections.abc import Iterator

from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

from sunseal.database import Database, Role
from tests.bench.database import installation
from tests.bench.row import Row, best

REQUESTS = 2_000
QUERY = text("select id, title, status from notice.tender where id = :id")
NOBODY = {"id": "00000000-0000-0000-0000-000000000000"}


def measure() -> Iterator[Row]:
    with installation() as database:
        desk: Database = database.desk
        owner = create_engine(database.admin_url)
        bare_sessions = sessionmaker(owner)

        def with_role() -> None:
            for _ in range(REQUESTS):
                with desk.unit_as(Role.CENTRE) as uow:
                    uow.session.execute(QUERY, NOBODY).all()

        def without() -> None:
            for _ in range(REQUESTS):
                with bare_sessions.begin() as session:
                    session.execute(text("select clock_timestamp()")).one()
                    session.execute(QUERY, NOBODY).all()

        ours, bare = best(with_role), best(without)
        owner.dispose()
    yield Row.beside(
        "audience_role_overhead", ours / REQUESTS * 1e6, "µs", "no role", bare / REQUESTS * 1e6
    )
