"""What the audience role costs each request, beside the same query by a login with the rights."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Engine, TextClause, create_engine, text
from sqlalchemy.orm import sessionmaker

from sunseal.database import Database, Role
from tests.bench.database import installation
from tests.bench.row import Row, seconds

CLOCK = text("select kit.now()")
NOBODY = {"id": "00000000-0000-0000-0000-000000000000"}
# A staff role reads by column grants; a bidder reads through row-level security as well.
QUERIES = {
    "audience_role_overhead": (Role.CENTRE, "select id, title, status from notice.tender"),
    "bidder_role_overhead": (Role.BIDDER, "select id, state, promise from sealed.submission"),
}


def measure(requests: int = 500, rounds: int = 8) -> Iterator[Row]:
    with installation() as make:
        database = make()
        for name, (role, query) in QUERIES.items():
            side = database.box if role is Role.BIDDER else database.desk
            owner = create_engine(database.admin_url)
            asked = text(f"{query} where id = :id")
            yield _measure(name, side, owner, role, asked, (requests, rounds))
            owner.dispose()


def _measure(
    name: str,
    side: Database,
    owner: Engine,
    role: Role,
    asked: TextClause,
    times: tuple[int, int],
) -> Row:
    """Both take turns, so that what else the machine does hits both alike."""
    requests, rounds = times
    sessions = sessionmaker(owner, expire_on_commit=False)

    def with_role() -> None:
        for _ in range(requests):
            with side.unit_as(role, UUID(int=1), UUID(int=2)) as uow:
                uow.session.execute(asked, NOBODY).all()

    def without() -> None:
        for _ in range(requests):
            with sessions() as session:
                session.execute(CLOCK).one()
                session.execute(asked, NOBODY).all()
                session.commit()

    turns = [(seconds(with_role), seconds(without)) for _ in range(rounds)]
    ours, bare = (min(each) for each in zip(*turns, strict=True))
    return Row.beside(name, ours / requests * 1e6, "µs", "no role", bare / requests * 1e6)
