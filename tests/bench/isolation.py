"""What the audience role costs each request, beside the same query by a login with the rights."""

from collections.abc import Iterator

from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

from sunseal.database import Database, Role
from tests.bench.database import installation
from tests.bench.row import Row, seconds

CLOCK = text("select kit.now()")
QUERY = text("select id, title, status from notice.tender where id = :id")
NOBODY = {"id": "00000000-0000-0000-0000-000000000000"}


def measure(requests: int = 500, rounds: int = 8) -> Iterator[Row]:
    """Both take turns, so that what else the machine does hits both alike."""
    with installation() as make:
        database = make()
        desk: Database = database.desk
        owner = create_engine(database.admin_url)
        sessions = sessionmaker(owner, expire_on_commit=False)

        def with_role() -> None:
            for _ in range(requests):
                with desk.unit_as(Role.CENTRE) as uow:
                    uow.session.execute(QUERY, NOBODY).all()

        def without() -> None:
            for _ in range(requests):
                with sessions() as session:
                    session.execute(CLOCK).one()
                    session.execute(QUERY, NOBODY).all()
                    session.commit()

        turns = [(seconds(with_role), seconds(without)) for _ in range(rounds)]
        ours, bare = (min(times) for times in zip(*turns, strict=True))
        owner.dispose()
    yield Row.beside(
        "audience_role_overhead", ours / requests * 1e6, "µs", "no role", bare / requests * 1e6
    )
